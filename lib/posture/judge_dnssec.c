/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_dnssec.c - which answers about a domain are validated
 *
 * A bogus answer is worse than none: whoever validates sees nothing there.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/judge.h"

#include <string.h>

#include "lib/base/strbuf.h"

#define SEEN_BYTES 2000

struct state {
	const char *what;
	const struct dns_answer *answer;
};

#define STATES 7

/* What a domain's mail stands on. */
static void list_states(const struct posture_facts *facts,
			struct state states[STATES])
{
	const struct state list[STATES] = {
	    {"TXT", facts->dmarc.plain},
	    {"_dmarc TXT", facts->dmarc.own},
	    {"MX", facts->hosts.mx},
	    {"NS", facts->hosts.ns},
	    {"A", facts->hosts.addresses[0]},
	    {"_mta-sts TXT", facts->tls.sts},
	    {"_smtp._tls TXT", facts->tls.report},
	};

	memcpy(states, list, sizeof list);
}

static void judge_bogus(const struct state states[STATES],
			struct posture *posture)
{
	for (size_t i = 0; i < STATES; i++) {
		if (states[i].answer->status == DNS_BOGUS)
			posture_add(posture, POSTURE_DNSSEC_BOGUS,
				    states[i].what, NULL,
				    "%s of %s fails DNSSEC", states[i].what,
				    posture->domain);
	}
}

static const char *write_states(const struct state states[STATES],
				struct posture *posture)
{
	struct strbuf text;

	strbuf_init(&text, posture, SEEN_BYTES);
	for (size_t i = 0; i < STATES; i++)
		strbuf_printf(
		    &text, "%s%s %s", i == 0 ? "" : ", ", states[i].what,
		    dns_answer_is_failure(states[i].answer) ? "unknown"
		    : states[i].answer->is_secure	    ? "validated"
							    : "not validated");
	return strbuf_text(&text);
}

static void judge_security(const struct state states[STATES],
			   struct posture *posture)
{
	size_t secure = 0;
	size_t known = 0;

	for (size_t i = 0; i < STATES; i++) {
		known += !dns_answer_is_failure(states[i].answer);
		secure += states[i].answer->is_secure;
	}
	if (known > 0 && secure == 0)
		posture_add(posture, POSTURE_DNSSEC_UNSIGNED, "", NULL, "%s",
			    posture->domain);
	else if (secure < known)
		posture_add(posture, POSTURE_DNSSEC_PARTIAL, "", NULL, "%s",
			    write_states(states, posture));
}

void judge_dnssec(const struct posture_facts *facts, struct posture *posture)
{
	struct state states[STATES];

	list_states(facts, states);
	judge_bogus(states, posture);
	if (facts->is_validating)
		judge_security(states, posture);
	else
		posture_add(posture, POSTURE_DNSSEC_UNKNOWN, "", NULL,
			    "%s has %s DS record", facts->hosts.zone,
			    facts->hosts.ds->count > 0 ? "a" : "no");
}
