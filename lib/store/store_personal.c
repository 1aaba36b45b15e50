/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_personal.c - every column of the store, and of whom it tells
 *
 * What the DNS says to everybody (records, the answers behind a verdict) is not
 * searched: it is no more ours than the DNS itself, and each incident of a
 * domain has the address that its record names.
 * Tested by test_alignctl_privacy.
 */
#include "lib/store/store_personal.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/text.h"

/* --- the inventory --- */

#define MAILBOX STORE_NAMES_MAILBOX
#define DOMAIN STORE_NAMES_DOMAIN
#define CLIENT STORE_NAMES_CLIENT
#define TEXT (STORE_NAMES_MAILBOX | STORE_NAMES_DOMAIN)
#define ANY (TEXT | STORE_NAMES_CLIENT)

/* Of a verdict: all but the record, which is the DNS's. */
#define VERDICT_LOOK                                                           \
	"iif(json_valid(verdict), json_extract(verdict, '$.author_domain', "   \
	"'$.author_error', '$.spf.domain', '$.dkim', '$.arc', '$.iprev', "     \
	"'$.verdict', '$.lookalike', '$.headers', '$.explain.client', '$.explain.from', "     \
	"'$.explain.override'), verdict)"

/* What was no report, as it came. */
#define ASIDE_LOOK "CAST(bytes AS TEXT)"
/* An aggregate report is compressed: store_erase.c finds it by its day. */
#define FAILURE_LOOK "iif(kind = 'failure', CAST(archive AS TEXT), '')"

const struct store_personal store_personal_columns[] = {
    {"tuple", "tuple_id", 0, false, "a number of ours", NULL},
    {"tuple", "fingerprint", 0, false, "a keyed number over the row", NULL},
    {"tuple", "author_domain", DOMAIN, false, "the domain of From", NULL},
    {"tuple", "author_error", 0, false, "what was wrong with From", NULL},
    {"tuple", "policy_domain", DOMAIN, false, "whose policy", NULL},
    {"tuple", "org_domain", DOMAIN, false, "the organization of From", NULL},
    {"tuple", "discovery", 0, false, "how the policy was found", NULL},
    {"tuple", "record", 0, false, "the policy, as the DNS has it", NULL},
    {"tuple", "author_exists", 0, false, "does the domain exist?", NULL},
    {"tuple", "client_ip", CLIENT, false, "the server that sent", NULL},
    {"tuple", "client_name", DOMAIN, false, "its confirmed name", NULL},
    {"tuple", "mail_from_domain", DOMAIN, false, "the domain of MAIL FROM",
     NULL},
    {"tuple", "spf_result", 0, false, "a result", NULL},
    {"tuple", "spf_domain", DOMAIN, false, "whose SPF", NULL},
    {"tuple", "spf_scope", 0, false, "of which identity", NULL},
    {"tuple", "dkim", DOMAIN, true, "signatures: domains, results", NULL},
    {"tuple", "arc", DOMAIN, true, "sealers: domains, results", NULL},
    {"tuple", "dmarc_result", 0, false, "a result", NULL},
    {"tuple", "is_dkim_aligned", 0, false, "a result", NULL},
    {"tuple", "is_spf_aligned", 0, false, "a result", NULL},
    {"tuple", "indirect", 0, false, "what spoke for a list", NULL},
    {"tuple", "is_known_path", 0, false, "did such mail use to pass?", NULL},
    {"tuple", "is_to_postmaster", 0, false, "to a postmaster alone?", NULL},
    {"tuple", "rcpt_rules", 0, true, "overrides that name recipients", NULL},
    {"tuple", "policy", 0, false, "p, sp or np", NULL},
    {"tuple", "asked", 0, false, "what the policy asked for", NULL},
    {"tuple", "applied", 0, false, "what was done", NULL},
    {"tuple", "override_type", 0, false, "why it differs", NULL},
    {"tuple", "override_comment", 0, false,
     "your words in overrides.conf, or ARC sealers", NULL},
    {"tuple", "tls_version", 0, false, "of the connection", NULL},
    {"tuple", "is_report_mail", 0, false, "is it a report?", NULL},
    {"tuple", "imported", 0, false, "what another filter did not know", NULL},
    {"tuple", "iprev", 0, false, "has the server a name? a result", NULL},
    {"tuple", "lookalike", MAILBOX, false,
     "which of our own names, or whose, does the author's look like?", NULL},
    {"tuple", "rests_on", 0, false, "were the answers of DNS old ones?", NULL},
    {"result", "hour_s", 0, false, "an hour", NULL},
    {"result", "tuple_id", 0, false, "a number of ours", NULL},
    {"result", "segment_id", 0, false, "which opening counted it", NULL},
    {"result", "count", 0, false, "messages", NULL},
    {"incident", "incident_id", 0, false, "a number of ours", NULL},
    {"incident", "author_key", 0, false, "author_domain, backwards", NULL},
    {"incident", "reference", 0, false, "in the reply and the log", NULL},
    {"incident", "time_s", 0, false, "when", NULL},
    {"incident", "queue_id", 0, false, "the mail server's id", NULL},
    {"incident", "host", 0, false, "this host", NULL},
    {"incident", "client_ip", CLIENT, false, "the server that sent", NULL},
    {"incident", "client_name", DOMAIN, false, "its confirmed name", NULL},
    {"incident", "helo", DOMAIN | CLIENT, false, "what it called itself", NULL},
    {"incident", "mail_from", TEXT, false, "the envelope sender", NULL},
    {"incident", "author_domain", DOMAIN, false, "the domain of From", NULL},
    {"incident", "author_error", 0, false, "what was wrong with From", NULL},
    {"incident", "policy_domain", DOMAIN, false, "whose policy", NULL},
    {"incident", "spf_result", 0, false, "a result", NULL},
    {"incident", "spf_domain", DOMAIN, false, "whose SPF", NULL},
    {"incident", "dkim", DOMAIN, true, "signatures: domains, results", NULL},
    {"incident", "dmarc_result", 0, false, "a result", NULL},
    {"incident", "asked", 0, false, "what the policy asked for", NULL},
    {"incident", "applied", 0, false, "what was done", NULL},
    {"incident", "override_type", 0, false, "why it differs", NULL},
    {"incident", "override_comment", TEXT, false,
     "your words in overrides.conf, or ARC sealers", NULL},
    {"incident", "reason", ANY, false, "the reason, in words", NULL},
    {"incident", "reply", ANY, false, "the SMTP reply", NULL},
    {"incident", "rcpt_domains", DOMAIN, true, "domains of recipients", NULL},
    {"incident", "tls_version", 0, false, "of the connection", NULL},
    {"incident", "verdict", ANY, true, "all that was found, From among it",
     VERDICT_LOOK},
    {"incident", "queries", 0, true, "questions to the DNS and its answers",
     NULL},
    {"incident", "indirect", 0, false, "what spoke for a list", NULL},
    {"incident", "list_id", TEXT, false, "the list's name", NULL},
    {"incident", "from_address", MAILBOX, false, "the address in From", NULL},
    {"incident", "sender_address", MAILBOX, false,
     "the envelope sender, where it is another", NULL},
    {"incident", "segment_id", 0, false, "which opening counted it", NULL},
    {"act", "act_id", 0, false, "a number of ours", NULL},
    {"act", "incident_id", 0, false, "a number of ours", NULL},
    {"act", "time_s", 0, false, "when", NULL},
    {"act", "who", TEXT, false, "the operator's login name", NULL},
    {"act", "kind", 0, false, "release, confirm or allow", NULL},
    {"act", "note", ANY, false, "what the operator wrote", NULL},
    {"act", "segment_id", 0, false, "a number of ours", NULL},
    {"counted", "counted_id", 0, false, "a number of ours", NULL},
    {"counted", "reference", 0, false, "in the reply and the log", NULL},
    {"counted", "hour_s", 0, false, "an hour", NULL},
    {"counted", "network", CLIENT, false, "the /24 or /48 that sent", NULL},
    {"counted", "author_domain", DOMAIN, false, "the organization of From",
     NULL},
    {"counted", "budget", 0, false, "a bound", NULL},
    {"counted", "first_s", 0, false, "when", NULL},
    {"counted", "last_s", 0, false, "when", NULL},
    {"counted", "messages", 0, false, "how many", NULL},
    {"counted", "none", 0, false, "how many", NULL},
    {"counted", "tag", 0, false, "how many", NULL},
    {"counted", "quarantine", 0, false, "how many", NULL},
    {"counted", "reject", 0, false, "how many", NULL},
    {"counted", "tempfail", 0, false, "how many", NULL},
    {"counted", "segment_id", 0, false, "which opening counted it", NULL},
    {"failure", "failure_id", 0, false, "a number of ours", NULL},
    {"failure", "incidents", 0, false, "how many", NULL},
    {"failure", "time_s", 0, false, "when", NULL},
    {"failure", "reference", 0, false, "in the reply and the log", NULL},
    {"failure", "auth_failure", 0, false, "what failed", NULL},
    {"failure", "policy_domain", DOMAIN, false, "who asks for it", NULL},
    {"failure", "author_domain", DOMAIN, false, "the domain of From", NULL},
    {"failure", "record", 0, false, "the policy, as the DNS has it", NULL},
    {"failure", "source_ip", CLIENT, false, "the server that sent", NULL},
    {"failure", "identity_alignment", 0, false, "a result", NULL},
    {"failure", "delivery_result", 0, false, "what was done", NULL},
    {"failure", "authres", ANY, false, "the results", NULL},
    {"failure", "mail_from", TEXT, false, "the envelope sender", NULL},
    {"failure", "rcpt_to", TEXT, false, "domains of recipients", NULL},
    {"failure", "dkim_domain", DOMAIN, false, "who signed", NULL},
    {"failure", "dkim_identity", TEXT, false, "for whom", NULL},
    {"failure", "dkim_selector", 0, false, "with which key", NULL},
    {"failure", "spf_dns", 0, false, "records, as the DNS has them", NULL},
    {"failure", "subject", TEXT, false, "the subject", NULL},
    {"failure", "header", ANY, false, "the header, without recipients", NULL},
    {"failure_hour", "hour_s", 0, false, "an hour", NULL},
    {"failure_hour", "policy_domain", DOMAIN, false, "who asks for it", NULL},
    {"failure_hour", "kept", 0, false, "how many", NULL},
    {"failure_hour", "more", 0, false, "how many", NULL},
    {"report", "report_id", 0, false, "in the mail we sent", NULL},
    {"report", "policy_domain", DOMAIN, false, "whom it is about", NULL},
    {"report", "begin_s", 0, false, "a day", NULL},
    {"report", "end_s", 0, false, "a day", NULL},
    {"report", "part", 0, false, "which part", NULL},
    {"report", "messages", 0, false, "how many", NULL},
    {"report", "state", 0, false, "how it stands", NULL},
    {"report", "note", 0, false, "why", NULL},
    {"report", "created_s", 0, false, "when", NULL},
    {"report", "give_up_s", 0, false, "when", NULL},
    {"report", "settled_s", 0, false, "when", NULL},
    {"report", "submitter", 0, false, "this host's domain", NULL},
    {"report", "file_name", 0, false, "of the attachment", NULL},
    {"report", "record", 0, false, "the policy, as the DNS has it", NULL},
    {"report", "archive", ANY, false,
     "the report as sent: clients, domains; of a failure report the text",
     FAILURE_LOOK},
    {"report", "kind", 0, false, "aggregate or failure", NULL},
    {"report", "rank", 0, false, "its place in the run", NULL},
    {"report_destination", "report_id", 0, false, "in the mail we sent", NULL},
    {"report_destination", "address", TEXT, false, "where it went", NULL},
    {"report_destination", "position", 0, false, "in the record", NULL},
    {"report_destination", "state", 0, false, "how it stands", NULL},
    {"report_destination", "tries", 0, false, "how many", NULL},
    {"report_destination", "next_try_s", 0, false, "when", NULL},
    {"report_destination", "last_try_s", 0, false, "when", NULL},
    {"report_destination", "reply", 0, false, "what its server said", NULL},
    {"report_destination", "owner", 0, false, "a process of ours", NULL},
    {"report_destination", "lease_s", 0, false, "when", NULL},
    {"report_destination", "rank", 0, false, "its place in the run", NULL},
    {"report_health", "address", TEXT, false, "where reports go", NULL},
    {"report_health", "policy_domain", DOMAIN, false, "about whom", NULL},
    {"report_health", "last_ok_s", 0, false, "when", NULL},
    {"report_health", "last_error_s", 0, false, "when", NULL},
    {"report_health", "last_error", 0, false, "what its server said", NULL},
    {"report_health", "failures", 0, false, "how many", NULL},
    {"report_health", "suppressed_until_s", 0, false, "when", NULL},
    {"report_health", "suppressed_why", 0, false, "why", NULL},
    {"report_run", "run_id", 0, false, "a number of ours", NULL},
    {"report_run", "collected_until_s", 0, false, "a day", NULL},
    {"report_run", "started_s", 0, false, "when", NULL},
    {"report_run", "ended_s", 0, false, "when", NULL},
    {"report_run", "words", 0, false, "how the last run went", NULL},
    {"passed", "pair", 0, false, "a keyed number of network and organization",
     NULL},
    {"passed", "network_slot", 0, false, "a part of it", NULL},
    {"passed", "author_slot", 0, false, "a part of it", NULL},
    {"passed", "first_day", 0, false, "a day", NULL},
    {"passed", "last_day", 0, false, "a day", NULL},
    {"passed", "days", 0, false, "how many", NULL},
    {"remembered", "policy_domain", DOMAIN, false, "whose mail passes", NULL},
    {"remembered", "days", 0, false, "how many", NULL},
    {"remembered", "last_day", 0, false, "a day", NULL},
    {"remembered", "answers", 0, false, "what the DNS says to everybody", NULL},
    {"path", "number", 0, false, "a keyed number of client and subject", NULL},
    {"path", "kind", 0, false, "which kind of subject", NULL},
    {"path", "client", DOMAIN | CLIENT, false,
     "the organization of the host that sent, or its network", NULL},
    {"path", "network", CLIENT, false, "the /24 or /48 that sent", NULL},
    {"path", "subject", DOMAIN, false,
     "whose mail: the organization of From, a signature's key", NULL},
    {"path", "spf", 0, false, "how many", NULL},
    {"path", "dkim", 0, false, "how many", NULL},
    {"path", "failed", 0, false, "how many", NULL},
    {"path", "first_day", 0, false, "a day", NULL},
    {"path", "last_day", 0, false, "a day", NULL},
    {"path", "days", 0, false, "how many", NULL},
    {"path", "since_day", 0, false, "a day", NULL},
    {"path", "failed_day", 0, false, "a day", NULL},
    {"path", "refused_day", 0, false, "a day", NULL},
    {"path", "refused", 0, false, "how many", NULL},
    {"path", "authors", 0, false, "how many", NULL},
    {"path", "worst", 0, false, "how many", NULL},
    {"path", "worst_day", 0, false, "a day", NULL},
    {"path", "broken_s", 0, false, "when", NULL},
    {"path", "reference", 0, false, "in the reply and the log", NULL},
    {"imported", "hour_s", 0, false, "an hour", NULL},
    {"imported", "message", 0, false, "a keyed number of a message", NULL},
    {"store_key", "key_id", 0, false, "a number of ours", NULL},
    {"store_key", "bytes", 0, false, "the key of those numbers", NULL},
    {"clock", "clock_id", 0, false, "a number of ours", NULL},
    {"clock", "believed_s", 0, false, "when", NULL},
    {"inbox_report", "report_id", 0, false, "a number of ours", NULL},
    {"inbox_report", "fingerprint", 0, false,
     "a keyed number over what makes it the same", NULL},
    {"inbox_report", "kind", 0, false, "which kind of report", NULL},
    {"inbox_report", "reporter", ANY, false, "who reports, as he calls himself",
     NULL},
    {"inbox_report", "ident", ANY, false, "the reporter's own id", NULL},
    {"inbox_report", "begin_s", 0, false, "when", NULL},
    {"inbox_report", "end_s", 0, false, "when", NULL},
    {"inbox_report", "domain", DOMAIN, false, "whom it is about", NULL},
    {"inbox_report", "digest", 0, false, "a digest of it all", NULL},
    {"inbox_report", "state", 0, false, "does it count?", NULL},
    {"inbox_report", "day_s", 0, false, "when", NULL},
    {"inbox_report", "received_s", 0, false, "when", NULL},
    {"inbox_report", "messages", 0, false, "how many", NULL},
    {"inbox_report", "size", 0, false, "how much it takes", NULL},
    {"inbox_report", "sender", DOMAIN, false, "the domain of its mail", NULL},
    {"inbox_report", "verdict", 0, false, "of DMARC, for that", NULL},
    {"inbox_report", "claim", DOMAIN, false, "whom it names as its maker",
     NULL},
    {"inbox_report", "proof", 0, false, "is it from there?", NULL},
    {"inbox_report", "policy", ANY, false, "our policy, as it was seen", NULL},
    {"inbox_report", "notes", ANY, false, "what was odd about it", NULL},
    {"inbox_source", "source_id", 0, false, "a number of ours", NULL},
    {"inbox_source", "domain", DOMAIN, false, "in whose name", NULL},
    {"inbox_source", "address", CLIENT, false, "who sent in its name", NULL},
    {"inbox_source", "first_s", 0, false, "when", NULL},
    {"inbox_source", "last_s", 0, false, "when", NULL},
    {"inbox_cause", "cause_id", 0, false, "a number of ours", NULL},
    {"inbox_cause", "words", ANY, false, "why it passed or failed: domains",
     NULL},
    {"inbox_row", "report_id", 0, false, "a number of ours", NULL},
    {"inbox_row", "source_id", 0, false, "a number of ours", NULL},
    {"inbox_row", "cause_id", 0, false, "a number of ours", NULL},
    {"inbox_row", "dkim", 0, false, "a result", NULL},
    {"inbox_row", "spf", 0, false, "a result", NULL},
    {"inbox_row", "applied", 0, false, "what was done", NULL},
    {"inbox_row", "messages", 0, false, "how many", NULL},
    {"inbox_tls", "tls_id", 0, false, "a number of ours", NULL},
    {"inbox_tls", "report_id", 0, false, "a number of ours", NULL},
    {"inbox_tls", "policy", ANY, false, "which policy", NULL},
    {"inbox_tls", "domain", DOMAIN, false, "whom it is about", NULL},
    {"inbox_tls", "mx_hosts", ANY, false, "its hosts", NULL},
    {"inbox_tls", "successful", 0, false, "how many", NULL},
    {"inbox_tls", "failed", 0, false, "how many", NULL},
    {"inbox_tls_failure", "failure_id", 0, false, "a number of ours", NULL},
    {"inbox_tls_failure", "tls_id", 0, false, "a number of ours", NULL},
    {"inbox_tls_failure", "type", ANY, false, "what failed", NULL},
    {"inbox_tls_failure", "mx", ANY, false, "at which host", NULL},
    {"inbox_tls_failure", "receiving_ip", CLIENT, false, "its address", NULL},
    {"inbox_tls_failure", "sending_ip", CLIENT, false, "the server that sent",
     NULL},
    {"inbox_tls_failure", "sessions", 0, false, "how many", NULL},
    {"inbox_tls_failure", "reason", ANY, false, "a code, in words", NULL},
    {"inbox_tls_failure", "information", ANY, false, "a reference, in words",
     NULL},
    {"inbox_failure", "report_id", 0, false, "a number of ours", NULL},
    {"inbox_failure", "source_ip", CLIENT, false, "the server that sent", NULL},
    {"inbox_failure", "auth_failure", ANY, false, "what failed", NULL},
    {"inbox_failure", "alignment", ANY, false, "a result", NULL},
    {"inbox_failure", "delivery", ANY, false, "what was done", NULL},
    {"inbox_failure", "mail_from_domain", DOMAIN, false,
     "the domain of MAIL FROM", NULL},
    {"inbox_failure", "dkim_domain", DOMAIN, false, "who signed", NULL},
    {"inbox_failure", "dkim_selector", ANY, false, "with which key", NULL},
    {"inbox_aside", "aside_id", 0, false, "a number of ours", NULL},
    {"inbox_aside", "received_s", 0, false, "when", NULL},
    {"inbox_aside", "name", TEXT, false, "of the file", NULL},
    {"inbox_aside", "why", ANY, false, "why it is no report", NULL},
    {"inbox_aside", "digest", 0, false, "a digest of its bytes", NULL},
    {"inbox_aside", "sender", DOMAIN, false, "the domain of its mail", NULL},
    {"inbox_aside", "verdict", 0, false, "of DMARC, for that", NULL},
    {"inbox_aside", "size", 0, false, "how many", NULL},
    {"inbox_aside", "bytes", ANY, false, "its first bytes, as they came",
     ASIDE_LOOK},
    {"inbox_aside", "is_erased", 0, false, "was it erased?", NULL},
    {"inbox_state", "state_id", 0, false, "a number of ours", NULL},
    {"inbox_state", "taken_s", 0, false, "when", NULL},
    {"posture_past", "domain", 0, false, "an own domain", NULL},
    {"posture_past", "finding", 0, false, "what was wrong in its DNS", NULL},
    {"posture_past", "detail", 0, false, "where, as the DNS had it", NULL},
    {"posture_past", "first_s", 0, false, "when", NULL},
    {"posture_past", "closed_s", 0, false, "when", NULL},
    {"posture_look", "domain", 0, false, "an own domain", NULL},
    {"posture_look", "first_s", 0, false, "when", NULL},
    {"posture_look", "last_s", 0, false, "when", NULL},
    {"posture_look", "whole_s", 0, false, "when", NULL},
    {"posture_finding", "domain", 0, false, "an own domain", NULL},
    {"posture_finding", "finding", 0, false, "what is wrong in its DNS", NULL},
    {"posture_finding", "detail", 0, false, "where, as the DNS has it", NULL},
    {"posture_finding", "first", 0, false, "when", NULL},
    {"posture_finding", "last", 0, false, "when", NULL},
    {"posture_sts", "domain", 0, false, "an own domain", NULL},
    {"posture_sts", "id", 0, false, "of its record", NULL},
    {"posture_sts", "policy", 0, false, "of MTA-STS, as it was published",
     NULL},
    {"posture_sts", "first_s", 0, false, "when", NULL},
    {"posture_sts", "last_s", 0, false, "when", NULL},
    {"posture_sts", "until_s", 0, false, "when", NULL},
    {"notice_told", "channel", 0, false, "digest or alert", NULL},
    {"notice_told", "place", 0, false, "a keyed number over where it went",
     NULL},
    {"notice_told", "fact", 0, false, "a keyed number over what was told",
     NULL},
    {"notice_told", "kind", 0, false, "a word of ours", NULL},
    {"notice_told", "level", 0, false, "how much of it", NULL},
    {"notice_told", "told_s", 0, false, "when", NULL},
    {"notice_told", "seen_s", 0, false, "when", NULL},
    {"notice_run", "channel", 0, false, "digest or alert", NULL},
    {"notice_run", "started_s", 0, false, "when", NULL},
    {"notice_run", "ended_s", 0, false, "when", NULL},
    {"notice_run", "handed_s", 0, false, "when", NULL},
    {"notice_run", "told", 0, false, "how many", NULL},
    {"notice_run", "has_failed", 0, false, "a result", NULL},
    {"notice_run", "owner", 0, false, "a process on this host", NULL},
    {"notice_run", "lease_s", 0, false, "when", NULL},
    {"segment", "segment_id", 0, false, "a number of ours", NULL},
    {"segment", "ident", 0, false, "random bytes", NULL},
    {"segment", "hour_s", 0, false, "an hour", NULL},
    {"segment", "opened_s", 0, false, "when", NULL},
    {"segment", "sealed_s", 0, false, "when", NULL},
    {"segment", "pushed_s", 0, false, "when", NULL},
    {"segment", "held_s", 0, false, "when", NULL},
    {"segment", "first_incident", 0, false, "a number of ours", NULL},
    {"segment", "sent_incident", 0, false, "a number of ours", NULL},
    {"segment", "restated", 0, false, "how many erasures", NULL},
    {"segment", "restated_told", 0, false, "how many of them", NULL},
    {"segment", "results", 0, false, "how many", NULL},
    {"segment", "messages", 0, false, "how many", NULL},
    {"segment", "incidents", 0, false, "how many", NULL},
    {"segment", "counted", 0, false, "how many", NULL},
    {"segment", "acts", 0, false, "how many", NULL},
    {"erased", "erased_id", 0, false, "a number of ours", NULL},
    {"erased", "ident", 0, false, "random bytes", NULL},
    {"erased", "incident_id", 0, false, "a number of ours", NULL},
    {"erased", "time_s", 0, false, "when", NULL},
    {"erased", "told_s", 0, false, "when", NULL},
    {"let_go", "let_go_id", 0, false, "a number of ours", NULL},
    {"let_go", "messages", 0, false, "a count", NULL},
    {"let_go", "incidents", 0, false, "a count", NULL},
    {.table = NULL},
};

/* --- whom it is about --- */

static const char *const kinds[] = {
    [STORE_NAMES_MAILBOX] = "address",
    [STORE_NAMES_DOMAIN] = "domain",
    [STORE_NAMES_CLIENT] = "client",
};

const char *store_subject_kind(const struct store_subject *subject)
{
	return kinds[subject->kind];
}

/* A local part is whatever its server takes it for, of printable characters and
 * within our bounds. */
static const char *read_mailbox(TALLOC_CTX *mem, const char *text)
{
	const char *at = strrchr(text, '@');

	if (at == NULL || at == text || strlen(text) > LIMIT_ADDRESS_BYTES ||
	    !text_is_line(span_of(text)) || strpbrk(text, " <>\"") != NULL)
		return NULL;
	const char *domain = domain_normalize(mem, span_of(at + 1));
	return domain == NULL
		   ? NULL
		   : mem_printf(mem, "%.*s@%s", (int)(at - text), text, domain);
}

static const char *read_client(TALLOC_CTX *mem, const char *text,
			       struct error *err)
{
	struct net_block block;
	char *room = mem_zeroed(mem, NET_BLOCK_TEXT, 1, "network");

	return net_block_parse(text, &block, err) ? net_block_text(&block, room)
						  : NULL;
}

bool store_subject_read(TALLOC_CTX *mem, const char *text,
			struct store_subject *subject, struct error *err)
{
	struct error inner;
	const char *found = read_client(mem, text, &inner);
	enum store_names kind = STORE_NAMES_CLIENT;

	if (found == NULL && strchr(text, '@') != NULL) {
		found = read_mailbox(mem, text);
		kind = STORE_NAMES_MAILBOX;
	} else if (found == NULL && strpbrk(text, "/:") == NULL &&
		   text[strspn(text, "0123456789.")] != '\0') {
		found = domain_normalize(mem, span_of(text));
		kind = STORE_NAMES_DOMAIN;
		if (found != NULL && strchr(found, '.') == NULL)
			found = NULL; /* a word stands in texts of all kinds */
	}
	if (found == NULL)
		return error_set(
		    err, ERROR_USAGE,
		    "\"%s\" names nobody (allowed: an address such as "
		    "ann@a.example, a domain, an IP address or a network such "
		    "as 192.0.2.0/24)",
		    text_escape(mem, span_of(text), 60, true));
	*subject = (struct store_subject){.kind = kind, .text = found};
	return true;
}

/* --- is it named there? --- */

static bool is_name_byte(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '_' ||
	       (unsigned char)c >= 0x80;
}

/* What a local part may consist of without quotes (RFC 5322 3.2.3). */
static bool is_local_byte(char c)
{
	return is_name_byte(c) || ascii_is_one_of(c, "!#$%&'*+/=?^`{|}~.");
}

/* Does a name end here, in a text? "a.example." does, "a.example.org" goes
 * on. */
static bool ends_name(struct span rest)
{
	if (rest.length == 0)
		return true;
	if (rest.data[0] == '.')
		return rest.length == 1 || !is_name_byte(rest.data[1]);
	return !is_name_byte(rest.data[0]);
}

/* "a.example@b.example" is a mailbox of another; "ann@a.example@relay" is not.
 */
static bool is_local_part(struct span text, size_t at, size_t length)
{
	return at + length < text.length && text.data[at + length] == '@' &&
	       (at == 0 || text.data[at - 1] != '@');
}

/* As a whole, in whichever case. Before it no byte of which `goes_on` is true
 * may stand. */
static bool names(const char *text, const char *wanted, bool (*goes_on)(char c))
{
	struct span rest = span_of(text);
	size_t length = strlen(wanted);
	bool is_mailbox = strchr(wanted, '@') != NULL;

	for (size_t at = 0; at + length <= rest.length; at++) {
		struct span here = span_from(rest, at);
		if (span_starts_nocase(here, wanted) &&
		    (at == 0 || !goes_on(rest.data[at - 1])) &&
		    ends_name(span_from(here, length)) &&
		    (is_mailbox || !is_local_part(rest, at, length)))
			return true;
	}
	return false;
}

static const char *has_mailbox(const char *const *arguments,
			       char room[STORE_DB_RESULT])
{
	(void)room;
	return names(arguments[1], arguments[0], is_local_byte) ? "1" : NULL;
}

static const char *has_domain(const char *const *arguments,
			      char room[STORE_DB_RESULT])
{
	(void)room;
	return names(arguments[1], arguments[0], is_name_byte) ? "1" : NULL;
}

static bool block_has(const struct net_block *wanted, const char *text)
{
	struct net_block found;
	struct error unused;

	return net_block_parse(text, &found, &unused) &&
	       found.prefix >= wanted->prefix &&
	       net_block_contains(wanted, &found.address);
}

/* The bytes before the address of "[IPv6:2001:db8::1]" (RFC 5321 4.1.3) that are
 * taken for its own; `word` stands in `text`. */
static size_t tag_length(const char *text, const char *word)
{
	return word - text >= 3 && strncasecmp(word - 3, "IPv6:", 5) == 0 ? 2
									  : 0;
}

/* Of words of a text, "Source-IP: 192.0.2.7" or "client=[2001:db8::1]". */
static bool text_has(const struct net_block *wanted, const char *text)
{
	static const char letters[] = "0123456789abcdefABCDEF.:";
	const char *whole = text;
	char word[NET_ADDRESS_TEXT];
	size_t length;

	for (; *text != '\0'; text += length) {
		text += strcspn(text, letters);
		text += tag_length(whole, text);
		length = strspn(text, letters);
		if (length == 0 || length >= sizeof word)
			continue;
		size_t end = length;
		while (end > 0 && ascii_is_one_of(text[end - 1], ".:"))
			end--; /* of a sentence, not of "2001:db8::" */
		memcpy(word, text, end);
		word[end] = '\0';
		if (block_has(wanted, word))
			return true;
	}
	return false;
}

/* An address or a network within it; or a text that has one. */
static const char *has_client(const char *const *arguments,
			      char room[STORE_DB_RESULT])
{
	struct net_block wanted;
	struct error unused;

	(void)room;
	return net_block_parse(arguments[0], &wanted, &unused) &&
		       (block_has(&wanted, arguments[1]) ||
			text_has(&wanted, arguments[1]))
		   ? "1"
		   : NULL;
}

typedef const char *search(const char *const *arguments,
			   char room[STORE_DB_RESULT]);

static search *const searches[] = {
    [STORE_NAMES_MAILBOX] = has_mailbox,
    [STORE_NAMES_DOMAIN] = has_domain,
    [STORE_NAMES_CLIENT] = has_client,
};

bool store_subject_is_in(const struct store_subject *subject, const char *text)
{
	const char *const arguments[] = {subject->text, text};
	char room[STORE_DB_RESULT];

	return searches[subject->kind](arguments, room) != NULL;
}

bool store_personal_functions(struct store_db *db, struct error *err)
{
	static const struct store_db_function functions[] = {
	    {"has_mailbox", 2, has_mailbox},
	    {"has_domain", 2, has_domain},
	    {"has_client", 2, has_client},
	};

	for (size_t i = 0; i < COUNT_OF(functions); i++) {
		if (!store_db_add_function(db, &functions[i], err))
			return false;
	}
	return true;
}

void store_personal_condition(struct strbuf *sql, const char *table,
			      const struct store_subject *subject, int at)
{
	static const char *const functions[] = {
	    [STORE_NAMES_MAILBOX] = "has_mailbox",
	    [STORE_NAMES_DOMAIN] = "has_domain",
	    [STORE_NAMES_CLIENT] = "has_client",
	};
	const char *before = "(";

	for (const struct store_personal *it = store_personal_columns;
	     it->table != NULL; it++) {
		if (strcmp(it->table, table) != 0 ||
		    (it->names & subject->kind) == 0)
			continue;
		strbuf_printf(sql, "%s%s(?%d, %s) IS NOT NULL", before,
			      functions[subject->kind], at,
			      it->look == NULL ? it->column : it->look);
		before = " OR ";
	}
	if (*before == '(')
		strbuf_printf(sql, "?%d IS NULL", at); /* never */
	else
		strbuf_add_text(sql, ")");
}
