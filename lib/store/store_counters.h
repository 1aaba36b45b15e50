/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_COUNTERS_H
#define STORE_STORE_COUNTERS_H

/*
 * store_counters - the hourly counters, fast enough to add up a year
 *
 * A sum over millions of rows needs few members of a tuple, and needs them
 * once: here each tuple of
 * the period comes first, by its id, and then the bare counters, which name
 * the tuple by that id. Both are of the same moment, however long it takes and
 * whatever the daemon writes meanwhile.
 */

#include "lib/base/clock.h"
#include "lib/store/store_reader.h"

/* The members of a tuple that sums are made of, as in struct store_tuple. */
struct store_trait {
	const char *author_domain;
	const char *author_error;
	const char *client_ip;
	const char *client_name;
	const char *dmarc_result;
	const char *policy;
	const char *asked;
	const char *applied;
	const char *override_type;
	const char *override_comment;
	const char *tls_version;
	const char *iprev;
	const char *lookalike;
};

struct store_period {
	int64_t since_s;	   /* 10:30 is 10:00: the counters are hourly */
	int64_t until_s;	   /* 0: no end */
	const char *author_domain; /* the domain and all below it; NULL: all */
};

struct store_counters_handler {
	/* Ids ascend; the texts stay until it returns. */
	void (*tuple)(void *context, int64_t tuple_id,
		      const struct store_trait *trait);
	/* Hours ascend, ids come in any order, and one may come again: a
	 * fleet's counters are not all added up yet. There are counters of
	 * tuples that were not shown, for they belong to another author domain
	 * or cannot be read: leave them out. */
	void (*counter)(void *context, int64_t hour_s, int64_t tuple_id,
			int64_t count);
	void *context;
};

/* Reads the period. False: the store failed half-way; what came is not all. */
bool store_counters(struct store_reader *reader,
		    const struct store_period *period,
		    const struct store_counters_handler *handler,
		    struct error *err) __attribute__((warn_unused_result));

/*
 * A fleet has sums of its counters, of fewer rows by far, in which the members of
 * a trait that they are not made by are left out: author_domain, lookalike and
 * client_ip are "" in the first; of client_ip, where it is left out, and of
 * client_name there is "-" for any. All of them add up to the same messages.
 */
enum store_counters_of {
	STORE_COUNTERS_OF_TRAITS,
	/* by hour, and what happened to a message, whoever sent it */
	STORE_COUNTERS_OF_KINDS,
	/* likewise for each author domain; of the whole period: hour_s is 0.
	 * Each counter comes behind its tuple */
	STORE_COUNTERS_OF_DOMAINS,
	/* likewise for each network, of which client_ip is an address */
	STORE_COUNTERS_OF_NETWORKS,
};

struct store_counters_part {
	enum store_counters_of of;
	struct store_counters_handler handler;
};

/* Has it such sums? A host's own file has counters of traits alone. */
bool store_counters_has_sums(const struct store_reader *reader);

/* Several in turn, all of one moment. The period's author domain holds for those
 * of traits alone. */
bool store_counters_parts(struct store_reader *reader,
			  const struct store_period *period,
			  const struct store_counters_part *parts, size_t count,
			  struct error *err) __attribute__((warn_unused_result));

/* The first hour of the whole record; 0 where it is empty. */
bool store_counters_first(struct store_reader *reader, int64_t *hour_s,
			  struct error *err)
    __attribute__((warn_unused_result));

#endif
