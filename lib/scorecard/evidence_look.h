/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCORECARD_EVIDENCE_LOOK_H
#define SCORECARD_EVIDENCE_LOOK_H

/*
 * evidence_look - what the figures of a month say to one demand
 *
 * Each looks at the card and finds words, below `mem`. Only those about own
 * domains ask for prefixes.
 */

#include "lib/scorecard/card.h"
#include "lib/scorecard/evidence.h"

struct evidence_look {
	enum evidence_state state;
	const char *words;
	bool is_of_posture; /* the date is that of the look */
};

typedef struct evidence_look evidence_looker(TALLOC_CTX *mem,
					     const struct card *card,
					     const char *const *prefixes);

/* The author domain's policy was applied. */
evidence_looker evidence_look_enforced;
/* Messages were judged. */
evidence_looker evidence_look_judged;
/* TLS versions of the clients. */
evidence_looker evidence_look_tls;
/* Mail without TLS was let in. */
evidence_looker evidence_look_not_refused;
/* Names of the clients. */
evidence_looker evidence_look_named;
/* Exceptions. */
evidence_looker evidence_look_overrides;
/* Partners and the public sector. */
evidence_looker evidence_look_partners;
/* What was held and refused. */
evidence_looker evidence_look_quarantine;
/* DNSSEC, as it is set now. */
evidence_looker evidence_look_validating;
/* Nothing on record speaks to it. */
evidence_looker evidence_look_nowhere;
/* Reports that were sent; those of others that were taken in. */
evidence_looker evidence_look_sent;
evidence_looker evidence_look_taken;
/* Findings about own domains whose names begin with one of the prefixes. */
evidence_looker evidence_look_posture;
/* Likewise, where somebody looked at the mail servers. */
evidence_looker evidence_look_live;

#endif
