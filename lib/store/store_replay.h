/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_REPLAY_H
#define STORE_STORE_REPLAY_H

/*
 * store_replay - recorded results walked through once more, and what changed
 *
 * Each distinct tuple of a period is handed on once, with the number of its
 * messages. What the caller makes of it otherwise than recorded is noted in a
 * temporary table, and can then be asked for by author domain and by source.
 *
 *   store_replay_open, store_replay_tuples (store_replay_note inside),
 *   store_replay_changes, store_replay_references, free
 *
 * All of it sees the store at one moment, while the daemon goes on writing.
 * Memory does not grow with the store: what does not fit SQLite's cache goes
 * to a temporary file. Nothing of the store is changed. One thread at a time;
 * one replay of a reader at a time.
 */

#include "lib/base/text.h"
#include "lib/store/store_reader.h"

struct store_replay;

/* Which hours are recorded. */
struct store_hours {
	bool is_empty;
	int64_t first_s; /* the first hour's begin */
	int64_t last_s;	 /* the last hour's begin */
};

/* The hours of a period for which there are results. An `until_s` of 0 is no
 * end. */
bool store_recorded(struct store_reader *reader, int64_t since_s,
		    int64_t until_s, struct store_hours *period,
		    struct error *err) __attribute__((warn_unused_result));

/* Below `mem`; the reader outlives it. */
bool store_replay_open(TALLOC_CTX *mem, struct store_reader *reader,
		       int64_t since_s, int64_t until_s,
		       struct store_replay **replay, struct error *err)
    __attribute__((warn_unused_result));

/* Hands on each distinct tuple; `seen` returns false to end with its error. */
bool store_replay_tuples(struct store_replay *replay,
			 bool (*seen)(void *context, int64_t messages,
				      const struct store_tuple *tuple,
				      struct error *err),
			 void *context, struct error *err)
    __attribute__((warn_unused_result));

/* Within `seen`: that many messages of the tuple at hand come to `outcome`
 * instead of what was applied. */
bool store_replay_note(struct store_replay *replay, const char *outcome,
		       int64_t messages, struct error *err)
    __attribute__((warn_unused_result));

enum store_change_group {
	CHANGES_BY_DOMAIN, /* client_ip and client_name are "" */
	CHANGES_BY_SOURCE,
};

/* What was noted for one author domain, and one source of it. */
struct store_change {
	const char *author_domain;
	const char *client_ip;
	const char *client_name; /* one that was confirmed; or "" */
	const char *applied;	 /* as recorded */
	const char *outcome;	 /* as noted */
	int64_t messages;
	int64_t sources; /* how many addresses */
};

/* The changes with the most messages, at most `limit`; *left_out is how many
 * more there are. The texts stay until `seen` returns. */
bool store_replay_changes(struct store_replay *replay,
			  enum store_change_group group, long limit,
			  void (*seen)(void *context,
				       const struct store_change *change),
			  void *context, long *left_out, struct error *err)
    __attribute__((warn_unused_result));

/*
 * References of incidents behind a change by source, newest first, at most
 * `limit`, below `mem`. An incident belongs to a change when all that it has
 * in common with a tuple of it agrees; no more than a bounded number of the
 * newest is looked at.
 */
bool store_replay_references(TALLOC_CTX *mem, struct store_replay *replay,
			     const struct store_change *change, size_t limit,
			     struct text_list *references, struct error *err)
    __attribute__((warn_unused_result));

#endif
