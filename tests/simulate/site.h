/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SIMULATE_SITE_H
#define TESTS_SIMULATE_SITE_H

/*
 * site - one installation of alignd, with its files and its store
 *
 * The daemon's session behind libmilter, as milter/session.c has it: evaluation
 * by message_finish, the store's file, an overrides file, what the daemon
 * remembers. A setting is a site of its own, with all that it has learnt by
 * itself; all sites get the same mail. Clock and DNS are the simulation's. The
 * main thread alone.
 */

#include "lib/base/error.h"
#include "tests/simulate/traffic.h"

/* What is tried. */
struct setting_row {
	const char *name;   /* as the tables have it */
	const char *config; /* lines of alignd.conf; "" for none */
	/* Sections of overrides.conf as a person writes them who knows the
	 * world, below `mem`; NULL: none. */
	const char *(*overrides)(TALLOC_CTX *mem, const struct world *world);
	/* Whatever alignctl override propose writes goes into the file, once a
	 * week, and nobody looks at it. */
	bool takes_proposals;
};

/* What became of a message. */
enum fate {
	FATE_DELIVERED,
	FATE_TAGGED,
	FATE_HELD,
	FATE_REFUSED,
	FATE_LATER,
	FATES
};

struct site;

/* `folder` is there, empty, and outlives it. The first site's DNS, read from
 * the zone's file, serves those that name it as `first`. */
bool site_open(const char *folder, const struct setting_row *row,
	       const struct world *world, const struct site *first,
	       struct site **site, struct error *err)
    __attribute__((warn_unused_result));
void site_close(struct site *site); /* NULL is fine */

/* The time of all sites. It only goes forward. */
void site_set_time(int64_t now_s);

/* What is done at a day's beginning, before its first message. */
bool site_begin_day(struct site *site, unsigned day, struct error *err)
    __attribute__((warn_unused_result));

enum fate site_send(struct site *site, const struct mail *mail);

/* Of the message sent last: did a signed header count for nothing, since it had
 * come over other bodies (lib/eval/sightings.h)? */
bool site_saw_replay(void);

#endif
