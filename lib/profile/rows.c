/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows.c - what each profile asks, rule by rule
 *
 * Data, and nothing else. The rules are told in our words; what a sentence of
 * the guidance of the United Kingdom has for a number stands in OPERATIONS.md,
 * "What guidance for public bodies asks, all of it". "Profiles" there and
 * alignd.conf(5) list the settings.
 * Tested by test_profile.
 */
#include "lib/profile/profile.h"

/* About the host: a default, a setting that must be given, and neither. */
#define SET(id, rule, asks, setting, value, also, advice)                      \
	SET_KNOWING(id, rule, asks, setting, value, also, advice, NULL, NULL)
#define SET_KNOWING(id, rule, asks, setting, value, also, advice, against,     \
		    warning)                                                   \
	{PROFILE_##id, PROFILE_SETTING, PART_NONE, rule,    asks,   setting,   \
	 value,	       also,		advice,	   against, warning}
#define GIVEN(id, rule, asks, setting, advice)                                 \
	GIVEN_ONE(id, rule, asks, setting, NULL, advice)
#define GIVEN_ONE(id, rule, asks, setting, other, advice)                      \
	{PROFILE_##id, PROFILE_GIVEN, PART_NONE, rule, asks, setting,          \
	 NULL,	       other,	      advice,	 NULL, NULL}
#define DECLARED(id, rule, asks, advice)                                       \
	{PROFILE_##id, PROFILE_DECLARED, PART_NONE, rule, asks, "",            \
	 NULL,	       NULL,		 advice,    NULL, NULL}

/* About a domain: none of these findings, and what no finding tells. */
#define CLEAN(id, part, rule, asks, findings)                                  \
	{PROFILE_##id, PROFILE_FINDINGS, PART_##part, rule, asks, findings,    \
	 NULL,	       NULL,		 NULL,	      NULL, NULL}
#define LOOK(id, check, part, rule, asks, wanted, also, advice)                \
	{PROFILE_##id, PROFILE_##check, PART_##part, rule, asks, "",           \
	 wanted,       also,		advice,	     NULL, NULL}

#define SPF_BROKEN                                                             \
	"spf-missing spf-several spf-syntax spf-include-dead "                 \
	"spf-include-broken spf-loop spf-lookups spf-voids spf-too-wide "      \
	"spf-plus-all spf-host-fails spf-lookalike"
#define DMARC_ABSENT                                                           \
	"dmarc-missing dmarc-several dmarc-unusable dmarc-lookalike "          \
	"dmarc-misplaced dmarc-syntax"
#define DMARC_LOST                                                             \
	"dmarc-no-rua dmarc-address-gone dmarc-address-unreachable "           \
	"dmarc-address-refused dmarc-address-unusable"
#define KEY_BROKEN                                                             \
	"dkim-key-missing dkim-syntax dkim-key-short dkim-several dkim-type "  \
	"dkim-revoked dkim-testing"
#define STS_BROKEN                                                             \
	"mta-sts-missing mta-sts-syntax mta-sts-several mta-sts-no-policy "    \
	"mta-sts-policy-syntax mta-sts-certificate mta-sts-redirect "          \
	"mta-sts-no-record mta-sts-none mta-sts-mx-refused "                   \
	"mta-sts-mx-unlisted mta-sts-id-unchanged mta-sts-withdrawn "          \
	"mta-sts-mx-cached mta-sts-mx-early mta-sts-server-refused"

#define ENFORCE_ADVICE                                                         \
	"Set mode = enforce when alignctl whatif shows nothing that must not " \
	"be refused"
#define RAISE_ADVICE                                                           \
	"Raise the policy as the reports allow: p=quarantine, then p=reject"
#define EXEMPT_ADVICE "Set policy.postmaster_exempt = no"
#define REJECT_ADVICE "Set policy.on_reject = reject"

/* clang-format off */
const struct profile_row profile_rows[] = {

	/* --- RFC 9989: alignd's own defaults --- */

	SET(RFC9989, "RFC 9989 4.10",
	    "the organizational domain is found by the tree walk",
	    "dmarc.org_domain_method", "treewalk", NULL,
	    "Set dmarc.org_domain_method = treewalk"),
	SET(RFC9989, "RFC 9989 5.4",
	    "p=none changes nothing of how mail is handled",
	    "policy.on_none", "none", NULL,
	    "Set policy.on_none = none"),
	SET(RFC9989, "RFC 9989 7.4",
	    "nothing is refused for p=reject alone: evidence of indirect mail is looked for, and heeded",
	    "policy.indirect_mail", "quarantine", "none",
	    "Set policy.indirect_mail = quarantine"),
	SET(RFC9989, "RFC 9989 5.3.6",
	    "mail is not judged as long as the DNS does not answer",
	    "policy.on_temperror", "tempfail", NULL,
	    "Set policy.on_temperror = tempfail"),
	GIVEN(RFC9989, "RFC 9989 5.4, RFC 9990 3",
	    "reports go to the domains that ask for them",
	    "report.from", "Set report.from, and enable alignd-report.timer"),
	CLEAN(RFC9989, DMARC, "RFC 9989 5.1",
	    "the domain has a DMARC record, and somebody receives the reports",
	    DMARC_ABSENT " dmarc-no-rua"),
	CLEAN(RFC9989, SPF, "RFC 9989 5.1.1",
	    "the domain has a valid SPF record", SPF_BROKEN),
	CLEAN(RFC9989, KEYS, "RFC 9989 5.1.2",
	    "the domain's DKIM keys are valid", KEY_BROKEN),

	/* --- United Kingdom --- */

	SET(UK_GOV, "guidance 1", "DMARC is enforced on inbound mail",
	    "mode", "enforce", NULL, ENFORCE_ADVICE),
	SET(UK_GOV, "guidance 1", "what fails under p=reject is refused",
	    "policy.on_reject", "reject", NULL, REJECT_ADVICE),
	SET(UK_GOV, "guidance 1", "what fails under p=quarantine is held",
	    "policy.on_quarantine", "quarantine", "reject",
	    "Set policy.on_quarantine = quarantine"),
	SET(UK_GOV, "guidance 1", "DMARC is enforced for every recipient",
	    "policy.postmaster_exempt", "no", NULL, EXEMPT_ADVICE),
	SET(UK_GOV, "guidance 2", "SPF of inbound mail is checked",
	    "spf.engine", "alignd", "libspf2", "Set spf.engine = alignd"),
	SET(UK_GOV, "guidance 2", "DKIM of inbound mail is checked",
	    "dkim.engine", "alignd", "libopendkim", "Set dkim.engine = alignd"),
	GIVEN(UK_GOV, "guidance 5 to 16", "your own domains are looked at",
	    "own.domains", "List all of them in own.domains, those without mail too"),
	GIVEN(UK_GOV, "guidance 18", "who is refused knows whom to contact",
	    "policy.contact", "Set policy.contact to an address or a page"),
	GIVEN(UK_GOV, "guidance 20", "DMARC reports are sent to who asks for them",
	    "report.from", "Set report.from, and enable alignd-report.timer"),
	DECLARED(UK_GOV, "guidance 4",
	    "inbound mail is never refused for want of TLS",
	    "Postfix: smtpd_tls_security_level = may"),
	GIVEN_ONE(UK_GOV, "guidance 6, 7",
	    "what reports of others say is told regularly",
	    "digest.mail", "digest.webhook",
	    "Set digest.mail to who reads it, and enable alignd-digest.timer"),
	DECLARED(UK_GOV, "guidance 17",
	    "rules that require TLS have a list of exceptions",
	    "Keep it in Postfix's smtp_tls_policy_maps"),
	GIVEN_ONE(UK_GOV, "guidance 21",
	    "somebody is told at once when something is wrong with your domains",
	    "alert.mail", "alert.webhook",
	    "Set alert.mail to who is on call, and enable alignd-alert.timer"),
	DECLARED(UK_GOV, "guidance 22", "exceptions are authorised by somebody",
	    "alignctl override list shows owner, reason and end of each"),
	CLEAN(UK_GOV, LIVE, "guidance 3", "mail servers speak TLS 1.2 or later",
	    "live-no-starttls live-too-old"),
	CLEAN(UK_GOV, STS, "guidance 5", "MTA-STS is published, and fits the MX",
	    STS_BROKEN),
	CLEAN(UK_GOV, TLS_RPT, "guidance 6", "TLS reports are asked for",
	    "tls-rpt-missing tls-rpt-syntax tls-rpt-several tls-rpt-gone"),
	CLEAN(UK_GOV, DMARC, "guidance 7", "a DMARC record is published",
	    DMARC_ABSENT),
	LOOK(UK_GOV, POLICY, DMARC, "guidance 7",
	    "the policy has risen to quarantine or reject", "reject",
	    "quarantine", RAISE_ADVICE),
	CLEAN(UK_GOV, DMARC, "guidance 8", "DMARC reports reach who is named",
	    DMARC_LOST),
	CLEAN(UK_GOV, SPF, "guidance 9", "SPF names all that sends",
	    SPF_BROKEN),
	LOOK(UK_GOV, SPF_ALL, SPF, "guidance 9",
	    "the SPF record ends in ~all at least", "-all", "~all",
	    "Let the SPF record end in ~all or -all"),
	CLEAN(UK_GOV, KEYS, "guidance 9, 10", "DKIM keys stand in the DNS",
	    KEY_BROKEN),
	CLEAN(UK_GOV, HOSTS, "guidance 12",
	    "names and addresses of sending hosts fit each other",
	    "ptr-missing ptr-unconfirmed"),
	CLEAN(UK_GOV, MX, "guidance 13", "MX records are right",
	    "mx-no-address mx-literal mx-null-beside mx-unexpected mx-absent "
	    "mx-cname mx-private"),
	CLEAN(UK_GOV, LIVE, "guidance 14", "certificates are valid",
	    "live-expired live-name live-untrusted live-expires-soon live-chain"),
	CLEAN(UK_GOV, PARKED, "guidance 15",
	    "a domain that sends no mail is protected",
	    "parked-spf parked-dmarc parked-mx parked-dkim spf-missing "
	    "dmarc-missing"),
	CLEAN(UK_GOV, DOMAIN, "guidance 16", "no name of the gsi family is left",
	    "name-gsi"),

	/* --- Australia --- */

	SET(ISM_1799, "ISM-1799",
	    "incoming mail that does not pass DMARC is rejected",
	    "mode", "enforce", NULL, ENFORCE_ADVICE),
	SET(ISM_1799, "ISM-1799",
	    "incoming mail that does not pass DMARC is rejected, under p=reject",
	    "policy.on_reject", "reject", NULL, REJECT_ADVICE),
	SET(ISM_1799, "ISM-1799",
	    "incoming mail that does not pass DMARC is rejected, under p=quarantine",
	    "policy.on_quarantine", "reject", NULL,
	    "Set policy.on_quarantine = reject"),
	SET_KNOWING(ISM_1799, "ISM-1799",
	    "incoming mail that does not pass DMARC is rejected, under p=none",
	    "policy.on_none", "reject", NULL,
	    "Set policy.on_none = reject, or have the exception authorised: "
	    "alignctl whatif shows whose mail it would refuse",
	    "RFC 9989 5.4: a policy of p=none MUST NOT change how mail is "
	    "handled",
	    "many domains at p=none still have genuine mail that fails"),
	SET_KNOWING(ISM_1799, "ISM-1799",
	    "incoming mail that does not pass DMARC is rejected, indirect mail included",
	    "policy.indirect_mail", "reject", NULL,
	    "Set policy.indirect_mail = reject, or have the exception authorised",
	    "RFC 9989 7.4: a receiver MUST NOT reject solely because of "
	    "p=reject; without other knowledge it treats the mail as quarantined",
	    "genuine mail through lists and forwarders is refused; allow those "
	    "that matter with alignctl override add"),
	SET(ISM_1799, "ISM-1799",
	    "incoming mail that does not pass DMARC is rejected, whoever it is to",
	    "policy.postmaster_exempt", "no", NULL, EXEMPT_ADVICE),
	SET(ISM_1799, "ISM-1502",
	    "mail from outside in the name of an own domain is blocked",
	    "policy.on_own", "reject", NULL, "Set policy.on_own = reject"),
	GIVEN(ISM_1799, "ISM-1502", "it is known which domains are your own",
	    "own.domains", "List all of them in own.domains"),
	SET(ISM_1799, "ISM-1151", "SPF of incoming mail is verified",
	    "spf.engine", "alignd", "libspf2", "Set spf.engine = alignd"),
	SET(ISM_1799, "ISM-1026", "DKIM signatures of incoming mail are verified",
	    "dkim.engine", "alignd", "libopendkim", "Set dkim.engine = alignd"),
	DECLARED(ISM_1799, "ISM-1024",
	    "notifications of mail that cannot be delivered go to verified senders only",
	    "What alignd refuses is refused within SMTP, so that your host "
	    "makes no notification of it; see your mail server's bounces"),
	DECLARED(ISM_1799, "ISM-1027",
	    "your mailing lists do not break the senders' signatures",
	    "Let the list add neither footer nor subject, or rewrite From"),
	CLEAN(ISM_1799, SPF, "ISM-0574", "SPF names the servers that send",
	    SPF_BROKEN),
	LOOK(ISM_1799, SPF_ALL, SPF, "ISM-1183", "the SPF record ends in -all",
	    "-all", NULL, "Let the SPF record end in -all"),
	CLEAN(ISM_1799, KEYS, "ISM-0861", "outgoing mail is signed with DKIM",
	    KEY_BROKEN),
	LOOK(ISM_1799, POLICY, DMARC, "ISM-1540",
	    "DMARC has mail that fails rejected", "reject", NULL,
	    RAISE_ADVICE),
	CLEAN(ISM_1799, DMARC, "ISM-1540",
	    "the DMARC record is valid, and has it for all names below too",
	    DMARC_ABSENT " dmarc-sp-weak dmarc-np-weak"),
	CLEAN(ISM_1799, STS, "ISM-1589",
	    "MTA-STS keeps mail from being sent in the clear",
	    STS_BROKEN " mta-sts-testing"),
	CLEAN(ISM_1799, LIVE, "ISM-0572", "mail servers offer TLS",
	    "live-no-starttls"),
	CLEAN(ISM_1799, PARKED, "ISM-0574, ISM-1183, ISM-1540",
	    "a domain that sends no mail says so",
	    "parked-spf parked-dmarc spf-missing dmarc-missing"),

	/* --- Germany --- */

	SET(BSI_TR_03182, "TR-03182-02-M, 05-M, 07-M",
	    "answers about SPF, DKIM and DMARC are validated with DNSSEC; a bogus one is not used",
	    "dns.dnssec", "yes", NULL,
	    "Set dns.dnssec = yes, with a resolver that passes signatures on"),
	{PROFILE_BSI_TR_03182, PROFILE_VALIDATED, PART_NONE,
	 "TR-03182-P B-01", "a signed name is found to be secure", "", NULL,
	 NULL, "Name a resolver in dns.servers that passes DNSSEC records on",
	 NULL, NULL},
	SET(BSI_TR_03182, "TR-03182-02-M", "SPF of incoming mail is verified",
	    "spf.engine", "alignd", "libspf2", "Set spf.engine = alignd"),
	SET(BSI_TR_03182, "TR-03182-05-M (P: E-01, E-02)",
	    "DKIM signatures by RSA and by Ed25519 are verified",
	    "dkim.engine", "alignd", NULL, "Set dkim.engine = alignd"),
	SET(BSI_TR_03182, "TR-03182-07-M", "DMARC policies are applied",
	    "mode", "enforce", NULL, ENFORCE_ADVICE),
	SET(BSI_TR_03182, "TR-03182-07-M (P: G-01 to G-03)",
	    "what fails under p=reject is refused",
	    "policy.on_reject", "reject", NULL, REJECT_ADVICE),
	SET(BSI_TR_03182, "TR-03182-07-M (P: G-04)",
	    "what fails under p=quarantine is quarantined",
	    "policy.on_quarantine", "quarantine", "reject",
	    "Set policy.on_quarantine = quarantine"),
	SET(BSI_TR_03182, "TR-03182-07-M (P: 4.6)",
	    "there is a process for what is quarantined",
	    "policy.quarantine_action", "hold", "redirect tag",
	    "Set policy.quarantine_action = hold"),
	DECLARED(BSI_TR_03182, "TR-03182-P 4.6",
	    "the process for what is quarantined is described",
	    "OPERATIONS.md, Profiles, has the text for a held message; name "
	    "who looks at alignctl review, and how often"),
	GIVEN(BSI_TR_03182, "TR-03182-08-M (P: J-01)",
	    "aggregate reports are sent to who asks for them",
	    "report.from", "Set report.from, and enable alignd-report.timer"),
	SET_KNOWING(BSI_TR_03182, "TR-03182-08-M (P: J-02)",
	    "failure reports are sent to who asks for them",
	    "report.failure_reports", "results", "redacted",
	    "Set report.failure_reports = results", NULL,
	    "a failure report tells of one message, which is personal data: "
	    "have it judged by your data protection officer first (PRIVACY.md). "
	    "Without that, set report.failure_reports = no and have the "
	    "exception noted"),
	GIVEN(BSI_TR_03182, "TR-03182-09-M, 10-M",
	    "reports about your domains are received and evaluated",
	    "own.domains", "List your domains in own.domains, and let reports "
	    "come to alignctl inbox take"),
	DECLARED(BSI_TR_03182, "TR-03182-P 4.5",
	    "how received reports are evaluated is described",
	    "Name who looks at alignctl inbox summary, and how often"),
	DECLARED(BSI_TR_03182, "TR-03182-14-M",
	    "users are told of incidents and of what they should know",
	    "Name the page where they find it"),
	CLEAN(BSI_TR_03182, SPF, "TR-03182-01-M (P: D-01, D-02)",
	    "SPF names what sends", SPF_BROKEN),
	LOOK(BSI_TR_03182, SPF_ALL, SPF, "TR-03182-01-M (P: D-03)",
	    "the SPF record ends in ~all or -all", "-all", "~all",
	    "Let the SPF record end in ~all or -all"),
	LOOK(BSI_TR_03182, KEY_TYPES, KEYS, "TR-03182-03-M (P: F-01, F-02)",
	    "there are DKIM keys of RSA and of Ed25519", "rsa ed25519", NULL,
	    "Sign with a key of each type; name the selectors: --selector"),
	CLEAN(BSI_TR_03182, KEYS, "TR-03182-04-M (P: F-03, F-04)",
	    "outgoing mail is signed", KEY_BROKEN),
	CLEAN(BSI_TR_03182, DMARC, "TR-03182-06-M (P: H-01)",
	    "there is a DMARC policy, for all names below too",
	    DMARC_ABSENT " dmarc-sp-weak dmarc-np-weak"),
	LOOK(BSI_TR_03182, POLICY, DMARC, "TR-03182-06-M (P: H-02)",
	    "the policy is quarantine or reject", "reject", "quarantine",
	    RAISE_ADVICE),
	CLEAN(BSI_TR_03182, DMARC, "TR-03182-06-M (P: H-03)",
	    "DMARC reports are asked for", DMARC_LOST),
	CLEAN(BSI_TR_03182, DNSSEC, "TR-03182-01-M, 03-M, 06-M (P: B-01)",
	    "the domain's own records are signed with DNSSEC",
	    "dnssec-bogus dnssec-partial dnssec-unsigned"),
	CLEAN(BSI_TR_03182, PARKED, "TR-03182-11-M (P: L-01)",
	    "a domain that sends no mail has a null MX", "parked-mx"),
	CLEAN(BSI_TR_03182, PARKED, "TR-03182-11-M (P: L-02, L-03)",
	    "a domain that sends no mail has v=spf1 -all",
	    "parked-spf spf-missing spf-several spf-syntax"),
	CLEAN(BSI_TR_03182, PARKED, "TR-03182-11-M (P: L-04)",
	    "a domain that sends no mail has p=reject",
	    "parked-dmarc dmarc-missing dmarc-several dmarc-unusable"),
	CLEAN(BSI_TR_03182, PARKED, "TR-03182-11-M (P: L-05)",
	    "a domain that sends no mail asks for reports",
	    "dmarc-missing dmarc-no-rua"),

	/* --- United States: it speaks of domains and their servers alone --- */

	CLEAN(CISA_BOD_18_01, LIVE, "BOD 18-01 1.a.i",
	    "mail servers offer STARTTLS", "live-no-starttls"),
	CLEAN(CISA_BOD_18_01, SPF, "BOD 18-01 1.a.i",
	    "second-level domains have a valid SPF record", SPF_BROKEN),
	CLEAN(CISA_BOD_18_01, DMARC, "BOD 18-01 1.a.i",
	    "second-level domains have a valid DMARC record, and somebody receives reports",
	    DMARC_ABSENT " dmarc-no-rua"),
	DECLARED(CISA_BOD_18_01, "BOD 18-01 1.a.ii",
	    "SSLv2 and SSLv3 are disabled on mail servers",
	    "alignctl asks from TLS 1.0 on; a TLS library of today has neither"),
	CLEAN(CISA_BOD_18_01, LIVE, "BOD 18-01 1.a.ii",
	    "3DES and RC4 are disabled on mail servers", "live-weak-cipher"),
	LOOK(CISA_BOD_18_01, RUA, DMARC, "BOD 18-01 1.a.iii",
	    "aggregate reports go to the agency's centre too",
	    "reports@dmarc.cyber.dhs.gov", NULL,
	    "Add mailto:reports@dmarc.cyber.dhs.gov to rua"),
	LOOK(CISA_BOD_18_01, POLICY, DMARC, "BOD 18-01 1.a.iv",
	    "second-level domains have p=reject", "reject", NULL,
	    RAISE_ADVICE),
	CLEAN(CISA_BOD_18_01, DMARC, "BOD 18-01 1.a.iv",
	    "hosts that send, below them, have p=reject", "dmarc-sp-weak"),

	{.rule = NULL},
};
/* clang-format on */
