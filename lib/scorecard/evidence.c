/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evidence.c - what a month shows of what auditors ask for
 *
 * One table; a row names the function that looks at the figures. Clauses of
 * TR-03182 are not numbered here: the rows follow its subjects, and the
 * auditor has the edition that counts.
 * Tested by test_alignctl_scorecard.
 */
#include "lib/scorecard/evidence.h"

#include "lib/scorecard/evidence_look.h"

#define GUIDANCE "UK government email guidance"
#define BSI "BSI TR-03182"
#define PCI "PCI DSS 4.0.1"
#define PREFIXES_MAX 5

/* Without which a look has nothing to say. */
enum needs { NEEDS_NOTHING, NEEDS_MAIL };

struct row {
	const char *standard;
	const char *number;
	const char *asked;
	evidence_looker *look;
	enum needs needs;
	const char *method;
	const char *not_shown;
	const char *prefixes[PREFIXES_MAX]; /* names of findings begin so */
};

/* --- the table --- */

#define POSTURE_METHOD "alignctl posture, by questions to the DNS"
#define COUNT_METHOD "alignd's counters, each message judged as it came in"
#define SKIPPED                                                                \
	"Mail that is not judged: from trust.networks, of authenticated "      \
	"clients, or past other servers of the domain."

static const struct row rows[] = {
    {GUIDANCE,
     "1",
     "DMARC is enforced on inbound mail",
     evidence_look_enforced,
     NEEDS_MAIL,
     COUNT_METHOD,
     SKIPPED " The mode that was set earlier in the month.",
     {0}},
    {GUIDANCE,
     "2",
     "SPF and DKIM of inbound mail are checked",
     evidence_look_judged,
     NEEDS_MAIL,
     COUNT_METHOD,
     "How many messages passed SPF or DKIM alone.",
     {0}},
    {GUIDANCE,
     "3",
     "TLS 1.2 or later is supported",
     evidence_look_tls,
     NEEDS_MAIL,
     "{tls_version} as the mail server tells it, counted by message",
     "What our servers offer (alignctl posture --live), and how we send.",
     {0}},
    {GUIDANCE,
     "4",
     "No inbound mail is refused for lacking TLS",
     evidence_look_not_refused,
     NEEDS_MAIL,
     COUNT_METHOD,
     "Refusals of the mail server itself, before alignd is asked.",
     {0}},
    {GUIDANCE,
     "5",
     "MTA-STS for all domains that receive",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD ", and the policy fetched over HTTPS",
     "What senders have cached.",
     {"mta-sts"}},
    {GUIDANCE,
     "6",
     "TLS-RPT is published",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD,
     "Whether reports come, and whether they are read.",
     {"tls-rpt"}},
    {GUIDANCE,
     "7",
     "DMARC is published, rising to quarantine or reject",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD,
     "Whether reports come, and whether they are read.",
     {"dmarc"}},
    {GUIDANCE,
     "6, 7",
     "DMARC and TLS reports are received",
     evidence_look_taken,
     NEEDS_NOTHING,
     "reports of others, each kept once (alignctl inbox)",
     "That somebody reviews them (alignctl inbox summary).",
     {0}},
    {GUIDANCE,
     "9",
     "SPF for all sending services, at least ~all",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD,
     "Services that send and are in no record (alignctl inbox sources).",
     {"spf"}},
    {GUIDANCE,
     "10",
     "DKIM keys are in the DNS",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD,
     "Keys of selectors that no recorded mail or report has shown.",
     {"dkim"}},
    {GUIDANCE,
     "12",
     "Forward and reverse records match: who writes to us",
     evidence_look_named,
     NEEDS_MAIL,
     "iprev (RFC 8601) of each client, counted by message",
     "Names of single servers (alignctl review, stats --by ip).",
     {0}},
    {GUIDANCE,
     "12",
     "Forward and reverse records match: our own hosts",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD,
     "Hosts that own.hosts does not name.",
     {"ptr"}},
    {GUIDANCE,
     "13",
     "MX records are right, inactive ones removed",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD,
     "That the servers answer (alignctl posture --live).",
     {"mx", "ns"}},
    {GUIDANCE,
     "14",
     "Certificates are valid, renewed, their names match",
     evidence_look_live,
     NEEDS_NOTHING,
     "alignctl posture --live, by SMTP with STARTTLS",
     "Days between the looks; servers that could not be reached from here.",
     {"live"}},
    {GUIDANCE,
     "15",
     "Domains that send no mail are protected",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD,
     "Domains that own.domains does not name.",
     {"parked"}},
    {GUIDANCE,
     "16",
     "No record names the gsi family any more",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD,
     "Records of others that name them.",
     {"name-gsi"}},
    {GUIDANCE,
     "22",
     "Exceptions are documented and authorised",
     evidence_look_overrides,
     NEEDS_MAIL,
     "alignd's counters by reason (alignctl stats --by "
     "override)",
     "Owner, reason and end of each exception (alignctl override list).",
     {0}},
    {GUIDANCE,
     "23",
     "The assurance of partners is checked",
     evidence_look_partners,
     NEEDS_NOTHING,
     "alignd's counters by class of author domain",
     "Their records (alignctl posture DOMAIN), and how their servers take "
     "mail.",
     {0}},

    {BSI,
     "",
     "Inbound mail is checked by SPF, DKIM and DMARC",
     evidence_look_judged,
     NEEDS_MAIL,
     COUNT_METHOD,
     SKIPPED,
     {0}},
    {BSI,
     "",
     "The author domain's policy is applied",
     evidence_look_enforced,
     NEEDS_MAIL,
     COUNT_METHOD,
     "The mode that was set earlier in the month.",
     {0}},
    {BSI,
     "",
     "Answers of the DNS are validated (DNSSEC)",
     evidence_look_validating,
     NEEDS_NOTHING,
     "the configuration, as it is now",
     "What was set earlier, and which answers were signed.",
     {0}},
    {BSI,
     "",
     "RSA and Ed25519 signatures are verified and made",
     evidence_look_nowhere,
     NEEDS_NOTHING,
     "alignctl check on a message of each kind; report.sign_key",
     "Signatures by algorithm: they are not counted.",
     {0}},
    {BSI,
     "",
     "What is quarantined is documented",
     evidence_look_quarantine,
     NEEDS_MAIL,
     "incidents of the store (alignctl review)",
     "What people decided about it (alignctl review REFERENCE).",
     {0}},
    {BSI,
     "",
     "Aggregate and failure reports are sent",
     evidence_look_sent,
     NEEDS_NOTHING,
     "reports in the store, each with its reply (alignctl report list)",
     "That somebody read them, and reports that are kept no more.",
     {0}},
    {BSI,
     "",
     "Own domains publish SPF, DKIM and DMARC",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD,
     "That all mail that is sent is signed.",
     {"spf", "dkim", "dmarc"}},
    {BSI,
     "",
     "Domains without mail: null MX, -all, p=reject, rua",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD,
     "Domains that own.domains does not name.",
     {"parked"}},

    {PCI,
     "5.4.1",
     "Mechanisms detect phishing and protect personnel: forged authors",
     evidence_look_enforced,
     NEEDS_MAIL,
     COUNT_METHOD,
     "This supports 5.4.1 and does not meet it alone: look-alike names, links, "
     "malware and processes are outside of DMARC.",
     {0}},
    {PCI,
     "5.4.1",
     "Mechanisms detect phishing and protect personnel: our own names",
     evidence_look_posture,
     NEEDS_NOTHING,
     POSTURE_METHOD,
     "Whether receivers apply what the records ask for.",
     {"dmarc", "spf", "name-registrable"}},
};

/* --- making --- */

static const char *date_of(TALLOC_CTX *mem, const struct card *card,
			   const struct evidence_look *found)
{
	return found->is_of_posture
		   ? mem_printf(mem, "last look %s UTC",
				stats_step_label(mem, STATS_HOUR,
						 card->posture->look_s))
		   : card->setup->month.text;
}

static struct evidence_look look(TALLOC_CTX *mem, const struct card *card,
				 const struct row *row)
{
	if (row->needs == NEEDS_MAIL && card->stats->total.messages == 0)
		return (struct evidence_look){
		    .state = EVIDENCE_MISSING,
		    .words = "No mail is recorded for the month.",
		};
	return row->look(mem, card, row->prefixes);
}

struct evidence_list evidence_of(TALLOC_CTX *mem, const struct card *card)
{
	struct evidence *items =
	    mem_array(mem, struct evidence, COUNT_OF(rows));

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct row *row = &rows[i];
		struct evidence_look found = look(mem, card, row);
		items[i] = (struct evidence){
		    .standard = row->standard,
		    .number = row->number,
		    .asked = row->asked,
		    .state = found.state,
		    .shown = found.words,
		    .method = row->method,
		    .date = date_of(mem, card, &found),
		    .host = card->setup->host == NULL ? "-" : card->setup->host,
		    .not_shown = row->not_shown,
		};
	}
	return (struct evidence_list){COUNT_OF(rows), items};
}

static const struct {
	const char *word;
	const char *label;
} states[] = {
    [EVIDENCE_MISSING] = {"missing", "not shown"},
    [EVIDENCE_OPEN] = {"open", "open points"},
    [EVIDENCE_SHOWN] = {"shown", "shown"},
};

const char *evidence_state_word(enum evidence_state state)
{
	return states[state].word;
}

const char *evidence_state_label(enum evidence_state state)
{
	return states[state].label;
}
