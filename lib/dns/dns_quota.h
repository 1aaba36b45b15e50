/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_QUOTA_H
#define DNS_DNS_QUOTA_H

/*
 * dns_quota - how many questions may be in flight, and which wait for a place
 *
 * A question takes a place in each of these at once:
 *
 *   all questions                                  LIMIT_DNS_IN_FLIGHT
 *   names below one registered name (suffix.h)     LIMIT_DNS_PER_ZONE
 *   of them, below one name directly under it      LIMIT_DNS_PER_SHARE
 *   names that are not the author's own            LIMIT_DNS_PER_AUTHOR
 *   of them, below one registered name             LIMIT_DNS_PER_SHARE
 *
 * So a sender whose name servers never answer takes no more than his share:
 * where the public suffix list parts him from his neighbours he has a zone of
 * his own; where it does not, as below the name of a provider that the list
 * does not know, half of the zone is left to them.
 *
 * The author is the one that a message claims, whether truly or not. The last
 * two rows therefore leave out names that are his own: whoever forges his name
 * takes none of the places in which his own policy and keys are asked for.
 *
 * A question that somebody waits for, and that finds no place, is queued:
 * LIMIT_DNS_WAITING of them at most, past which it is turned away. A place that
 * becomes free goes to the one that has waited longest and now fits, on the
 * thread that gives it back: nothing polls. Questions ahead of being wanted are
 * never queued, and get half of each row, so that they are never why one that
 * is waited for finds no place.
 *
 * Thread-safe; calls nobody.
 */

#include <stdbool.h>
#include <stddef.h>

struct dns_quota;
struct dns_count;

enum dns_admission {
	DNS_TURNED_AWAY,
	DNS_QUEUED, /* dns_quota_leave of another will admit it */
	DNS_ADMITTED,
};

#define DNS_PLACE_COUNTS 5

/* What a question holds or waits for; in its owner's memory, zeroed. */
struct dns_place {
	struct dns_place *next; /* in the queue, or of those admitted */
	struct dns_place *previous;
	bool is_queued;
	size_t count;
	struct dns_count *counts[DNS_PLACE_COUNTS];
};

struct dns_quota *dns_quota_new(void);
/* No place may be held or waited for. */
void dns_quota_free(struct dns_quota *quota);

/* Asks for a place for a question about `name`, which a message of `author`
 * causes; NULL for none. Unless turned away, `place` is the quota's until
 * dns_quota_leave, or a withdrawal that comes in time. */
enum dns_admission dns_quota_enter(struct dns_quota *quota,
				   struct dns_place *place, const char *name,
				   const char *author, bool is_ahead);

/* Takes a queued question back; false when it has been admitted meanwhile. */
bool dns_quota_withdraw(struct dns_quota *quota, struct dns_place *place);

/* Gives the place of an admitted question back. Those that are admitted by
 * that, linked by `next`: the caller sends them on their way. */
struct dns_place *dns_quota_leave(struct dns_quota *quota,
				  struct dns_place *place);

/*
 * The part of `name` whose questions share LIMIT_DNS_PER_ZONE, pointing into
 * it: the registered name; for reverse names the network that one owner
 * typically has, an IPv4 /16 and an IPv6 /32.
 */
const char *dns_quota_zone(const char *name);

#endif
