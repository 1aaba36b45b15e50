/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_FLEET_KEY_H
#define REPORT_MAKE_FLEET_KEY_H

/*
 * fleet_key - what the hosts of a fleet make with the key that they share
 *
 * A report's id follows from what it is about, so that whoever makes it again,
 * another host or one that a fail-over made forget, gives it the same one: who
 * gets a second copy sees that it is one. Nobody without the key can make them
 * up. The key of the tokens in mail (delivery_token.h) follows from it too.
 */

#include "lib/report/make/delivery_token.h"

struct fleet_key;

/* Of KEYED_DIGEST_KEY bytes; dies with `mem`. */
struct fleet_key *fleet_key_of(TALLOC_CTX *mem, const char *bytes);

/* 32 hex digits, the last four zero, for the numbers of parts; below `mem`. */
char *fleet_key_report_id(TALLOC_CTX *mem, const struct fleet_key *key,
			  int64_t day_s, int64_t round,
			  const char *policy_domain, const char *record);

/* Of the failure report about a message, which its host has under a number. */
char *fleet_key_failure_id(TALLOC_CTX *mem, const struct fleet_key *key,
			   int64_t time_s, int64_t number,
			   const char *reference, const char *policy_domain);

struct delivery_key *fleet_key_delivery(TALLOC_CTX *mem,
					const struct fleet_key *key);

#endif
