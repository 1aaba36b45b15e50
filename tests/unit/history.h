/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_HISTORY_H
#define TESTS_UNIT_HISTORY_H

/*
 * history - random histories of a few hosts' stores, and a fleet that adds up
 *
 * A history is some dozens of steps by dice: messages are counted by the real
 * writer, operators act, hours pass, clocks jump, daemons are stopped, killed
 * and started, power is lost (the log is cut anywhere), files are played back
 * from a backup and cloned to another host, a second daemon opens the same
 * file. Between the steps a forwarder takes to the fleet what the stores give
 * it.
 *
 * The model keeps no books of its own on what should come out. It knows of each
 * segment's name the one history of messages that was ever committed under it,
 * and fails at once where a second one begins; and at the end it looks that the
 * fleet has of each name a beginning of that history, exactly, and all of what
 * is in a file that is left. So nothing can be lost that is left anywhere, and
 * nothing be counted twice.
 *
 * Asserts with cmocka; the number of the history stands on standard error, and
 * its steps where it is run alone.
 */

#include "lib/store/store_segments.h"
#include "tests/simulate/dice.h"

#define HISTORY_DOMAINS 6 /* author domains: distinct tuples */
const char *history_domain(unsigned at);

/* What the fleet has of one name. */
struct history_claim {
	uint8_t ident[STORE_SEGMENT_IDENT];
	int64_t messages; /* of counters that were pushed */
	int64_t domains[HISTORY_DOMAINS];
	int64_t counted;
};

/* A fleet, and how a host's forwarder serves it. */
struct history_fleet {
	void *context;
	int64_t base_s; /* when histories begin */
	/* What a clock in 1970 counted does not come again once the fleet has
	 * lost it: of such a history only one of the two is tried. */
	bool loses_strays;
	/* A round over the store of host number `host` at `path`; with faults,
	 * by dice, unless `is_last`: then all is to be taken. `now_s` is the
	 * host's clock, which a forwarder with one of its own need not see. */
	void (*forward)(void *context, unsigned host, const char *path,
			int64_t now_s, bool is_last, struct dice *dice);
	/* Its database is saved; is played back as it was saved last. */
	void (*save)(void *context);
	void (*play_back)(void *context);
	/* What it has: of each name, and each incident's reference and act's
	 * note, as often as it is there. */
	void (*tell)(void *context,
		     void (*claim)(void *to, const struct history_claim *),
		     void (*incident)(void *to, const uint8_t *ident,
				      const char *reference),
		     void (*act)(void *to, const char *note), void *to);
	/* Empty again. */
	void (*forget)(void *context);
};

/* Histories number first to first + count - 1. */
void histories_run(const struct history_fleet *fleet, unsigned first,
		   unsigned count);

/* A teardown: removes the files that a failure left; those of one that was run
 * alone stay, to be looked at. */
int histories_clean(void **state);

#endif
