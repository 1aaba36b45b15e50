/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_H
#define STORE_STORE_H

/*
 * store - the record of what was decided
 *
 * Results are counters: one row per hour and distinct tuple; the tuple holds
 * every input of decide(). Incidents are one row per message that was not
 * plainly fine. Never a body, never a recipient's local part.
 *
 * One writer thread owns the writing connection and commits in groups;
 * store_record() hands an entry over and waits for its commit. A killed
 * process therefore loses nothing that was answered. If the store cannot take
 * an entry within the bound, the mail flows on: the caller counts and logs it.
 *
 * Readers (alignctl) open the same file beside a running daemon. The schema is
 * versioned; an older file is migrated forward by a writer, a newer one is
 * refused. Times are seconds since 1970, UTC. A file is not trusted further
 * than that: a row that alignd cannot have written is left out by all readers,
 * which name and count it (store_flaws.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/json.h"
#include "lib/store/store_entry.h"
#include "lib/store/store_path_alarm.h"
#include "lib/store/store_reader.h"
#include "lib/store/store_settings.h"

struct store_statistics {
	uint64_t committed; /* entries */
	uint64_t groups;    /* transactions */
	uint64_t lost;
	uint64_t queued;       /* now */
	uint64_t oldest_ms;    /* how long the first of them has waited */
	uint64_t last_error_s; /* when writing last failed; 0: never */
	uint64_t counted;      /* incidents that were only counted */
	uint64_t others;       /* results counted with less detail */
	uint64_t kept_bytes;   /* of the texts of what was committed */
	uint64_t file_bytes;   /* the database, its log left out */
	uint64_t used_bytes;   /* of these; as of a minute ago */
	uint64_t max_bytes;    /* they may be, 0: no bound */
	uint64_t paths_broken; /* that used to pass, and were refused */
	uint64_t shed;	       /* rows, or parts, that went before their time */
	/* of a fleet (store_segments.h) */
	uint64_t fleet_waiting;	  /* segments that it has to take, as of a
				     minute ago */
	uint64_t fleet_waiting_s; /* since when: the first hour of them; 0:
				     none */
	uint64_t fleet_let_go_messages; /* went though it had not taken them */
	uint64_t fleet_let_go_incidents;
	uint64_t fleet_let_go_erasures; /* that it was not told of */
	uint64_t clock_doubted; /* 1: nothing is purged on its word */
};

struct store;

/* Opens for writing, migrates, starts the writer thread. `host` names this
 * machine in the rows. Errors say what to do about file and directory. */
bool store_open(const struct store_settings *settings, const char *host,
		const struct clock *clock, struct store **store,
		struct error *err) __attribute__((warn_unused_result));

/* Likewise for a daemon: what is wrong with the file (a full disk, no right to
 * write, damage, a newer schema, to which nothing is written then) does not
 * keep it from starting. `fault` says it, ERROR_NONE when all is well; each
 * record tries again, and is lost and counted until it can be written. False:
 * the setting is wrong, `err` says how. */
bool store_start(const struct store_settings *settings, const char *host,
		 const struct clock *clock, struct store **store,
		 struct error *fault, struct error *err)
    __attribute__((warn_unused_result));

/* Takes nothing more, commits what is queued, ends the thread. What other
 * threads may ask of the store they may still ask. NULL is fine, and so is the
 * second time. */
void store_end(struct store *store);

/* Ends it and frees it. NULL is fine. */
void store_close(struct store *store);

/* Takes a place for the incident that a message is, before it is answered. The
 * place goes with its entry to store_record(). From any thread. */
void store_take_place(struct store *store, int64_t time_s,
		      const char *client_ip, const char *author_domain,
		      struct store_place *place);

/* Records one message; waits at most `wait_ms` for the commit. The entry's
 * texts are copied. From any thread. */
enum store_outcome store_record(struct store *store,
				const struct store_entry *entry,
				int64_t wait_ms);

void store_get_statistics(struct store *store,
			  struct store_statistics *statistics);

/* Has mail of the author by way of that client credit (store_paths.h)? False
 * too while the known paths are read, behind a start; `client_name` is a
 * confirmed one, or "". On how many days before did any of his pass, and get in
 * as it came? *is_loaded tells 0 from what is not read yet. From any thread,
 * also after store_end(). */
bool store_has_path(struct store *store, const char *client_ip,
		    const char *client_name, const char *author_domain,
		    int64_t time_s);
unsigned store_author_days(struct store *store, const char *author_domain,
			   int64_t time_s, bool *is_loaded);

/* Takes the oldest alarm of a path that broke; false: there is none. */
bool store_path_alarm(struct store *store, struct store_path_alarm *alarm);

/* Why nothing is purged on the clock's word; false where it is believed. Says
 * so once in an hour. */
bool store_clock_doubt(struct store *store, struct error *err);

/* Why the last writing failed, and when; false when none has. */
bool store_last_error(struct store *store, struct error *err, int64_t *time_s);

#endif
