/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_SIGHTINGS_H
#define EVAL_SIGHTINGS_H

/*
 * sightings - which signed headers came over which bodies, and from where
 *
 * A header that its signature fits while the body does not is the trace of a
 * mailing list, or of somebody who puts one genuine header over bodies of his
 * own. A list may write to each subscriber by himself, from hosts of several
 * networks, and a post may go to two lists; so the first three organisations
 * that bring a header are believed, with as many bodies as they like, and once
 * it was seen over three bodies every other is not. Within seven days.
 *
 * Who brings it is whoever answers for the body, not the host that happens to
 * connect: a subscriber's forwarder brings the list's. tests/simulate measures
 * lists and replays (test_lists.c).
 *
 * Bounded: LIMIT_SIGHTINGS headers, a fixed block of memory. Each is known by
 * a keyed hash of b=, in one of 1,024 rows of 64 places. Where a row is full,
 * the signer (the registrable name of d=) that has most of it gives up the
 * header not seen for longest. Since the rows are hit at random, a stranger who
 * fills them with headers of his own pushes out his own; to make the memory
 * forget somebody else's he needs some 64 registered names that sign some
 * 65,000 messages between two uses of it, and then gains three organisations
 * more.
 *
 * Nothing is written to disk: a restart forgets all, and a header known for
 * replays counts again for its first three organisations. Times are the
 * monotonic clock's, which no wrong date moves.
 *
 * Any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/auth/digest.h"
#include "lib/base/clock.h"
#include "lib/base/net.h"
#include "lib/base/random.h"
#include "lib/base/text.h"

#define SIGHTINGS_BODIES 3
#define SIGHTINGS_ORGANISATIONS 3
#define SIGHTINGS_AGE_S (7 * 86400)

struct sightings;

/* Both outlive it. The keys are drawn here, and never leave. */
struct sightings *sightings_new(const struct clock *clock,
				const struct random_source *random);
void sightings_free(struct sightings *sightings); /* NULL is fine */

/* One message that carries such a header. */
struct sighting {
	struct span signature;		 /* b=, decoded */
	const char *signer;		 /* d= */
	const struct digest_value *body; /* of all of it */
	/* Who answers for it: a name that was proved, of which the registrable
	 * part is the organisation; NULL: nobody does, and the client's /24 or
	 * /48 is. */
	const char *handler;
	const struct net_address *client;
};

/* Notes it. Has the header been seen over so many bodies, this message's
 * included, while its organisation is none of the first? */
bool sightings_note(struct sightings *sightings,
		    const struct sighting *sighting);

struct sightings_statistics {
	uint64_t headers; /* remembered, now */
	uint64_t evicted; /* given up for room before their time */
};

void sightings_get_statistics(struct sightings *sightings,
			      struct sightings_statistics *statistics);

#endif
