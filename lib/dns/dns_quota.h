/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_QUOTA_H
#define DNS_DNS_QUOTA_H

/*
 * dns_quota - how many questions may be in flight
 *
 * LIMIT_DNS_IN_FLIGHT in all, and LIMIT_DNS_PER_ZONE below one registered
 * name, so that a sender whose name servers never answer takes no more than
 * its share. Questions ahead of being wanted get half of both, so that they
 * never are why one that is waited for finds no place. Thread-safe.
 */

#include <stdbool.h>

struct dns_quota;

struct dns_quota *dns_quota_new(void);
void dns_quota_free(struct dns_quota *quota);

/* A place for a question about `name`; false when there is none. */
bool dns_quota_take(struct dns_quota *quota, const char *name, bool is_ahead);

/* Gives back the place taken for `name`. */
void dns_quota_release(struct dns_quota *quota, const char *name);

/*
 * The part of `name` whose questions share a quota, pointing into it: the
 * registered name (suffix.h); for reverse names the network that one owner
 * typically has, an IPv4 /16 and an IPv6 /32.
 */
const char *dns_quota_zone(const char *name);

#endif
