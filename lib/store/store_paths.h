/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_PATHS_H
#define STORE_STORE_PATHS_H

/*
 * store_paths - who is known to carry whose mail, counted by the writer
 *
 * Bounded: buckets of places, found by keyed numbers, so that nobody chooses
 * whom he drives out. A path that passed on two days goes only when it was not
 * seen for STORE_PATH_DAYS; a newcomer takes a free place, else that of a path
 * of one day, those that only failed first. No network and no organization has
 * more than a share. Who floods the table keeps others from being known as
 * forwarders, and gives himself nothing: that is the safe direction, and all he
 * gets. Not so with organizations, which are refused where they are not known
 * and look like one of ours: a quarter of each bucket and some changes of each
 * writing are theirs, and to fill these takes registered names.
 *
 * Mail that failed makes a path only through a client by which something
 * passed. Counts are halved after STORE_PATH_HALVED days, so that an old past
 * does not cover a new present.
 *
 * The writer thread alone counts, after the commit of a group; the rows follow
 * some seconds later (store_path_rows.h), which a killed process loses. Until
 * the file's rows are read nothing is counted and nothing is known. Other
 * threads ask through the calls marked so.
 */

#include <pthread.h>

#include "lib/store/store_path.h"
#include "lib/store/store_path_alarm.h"
#include "lib/store/store_path_credit.h"

#define STORE_PATHS_BUCKETS 12500
#define STORE_PATHS_PLACES 16	    /* of a bucket: 200,000 paths in all */
#define STORE_PATHS_ORGS 4	    /* of a bucket, of kind org alone */
#define STORE_PATHS_ORG_CHANGES 128 /* likewise of what waits */
#define STORE_PATHS_SLOTS 4096 /* networks, and organizations, told apart */
#define STORE_PATHS_SHARE 4096 /* places of one of them */
#define STORE_PATHS_CHANGES                                                    \
	1024 /* rows that wait to be made or deleted; more                     \
		newcomers wait for the next writing */
#define STORE_PATHS_DIRTY                                                      \
	8192 /* rows that wait to be written; a further one                    \
		is written when it is counted next */
#define STORE_PATHS_ALARMS                                                     \
	16		   /* that wait to be told; more are counted only      \
			    */
#define STORE_PATHS_TOLD 3 /* of one client on one day */

/* What is to become of a row, beside its counts. */
struct store_paths_change {
	enum { STORE_PATHS_ADD, STORE_PATHS_DROP, STORE_PATHS_BREAK } what;
	uint64_t number;
	struct store_path_name name;	/* of one that is added */
	char reference[REFERENCE_TEXT]; /* of one that breaks */
};

struct store_paths {
	pthread_mutex_t lock;
	struct siphash_key key;
	bool is_loaded;
	bool has_changed; /* since it was settled */
	struct store_path *places;
	uint16_t *networks; /* places taken, by slot */
	uint16_t *orgs;
	size_t count;

	/* The writer thread's alone. */
	size_t change_count;
	struct store_paths_change *changes;
	size_t dirty_count;
	uint32_t *dirty; /* places */

	pthread_mutex_t alarm_lock; /* for what follows: every message looks */
	size_t alarm_count;
	struct store_path_alarm alarms[STORE_PATHS_ALARMS];
	uint64_t broken; /* alarms since the start, told or not */
};

void store_paths_init(struct store_paths *paths);
void store_paths_done(struct store_paths *paths);

/* --- the writer thread's --- */

/* Begins anew under the key of a file: nothing is known until it is loaded. */
void store_paths_clear(struct store_paths *paths,
		       const struct siphash_key *key);

/* A row of the file, its numbers under the key, the others as they stand there.
 * False: there is no place, the row is to go. */
bool store_paths_load(struct store_paths *paths, const struct store_path *row);
void store_paths_loaded(struct store_paths *paths);

/* Counts a message whose marks these are. */
void store_paths_note(struct store_paths *paths,
		      const struct store_path_marks *marks,
		      const struct store_entry *entry);

/* The path of that number, or NULL. */
struct store_path *store_paths_find(struct store_paths *paths, uint64_t number);

/* Its row is gone: it was erased, or never made. */
void store_paths_forget(struct store_paths *paths, struct store_path *path);

/* Finds what all are worth now (store_path_credit.h). */
void store_paths_settle(struct store_paths *paths, int64_t time_s);

/* --- any thread --- */

/* Has the author's path through the client credit? False while the paths are
 * read: *is_loaded says so. */
bool store_paths_has_credit(struct store_paths *paths, const char *client_ip,
			    const char *client_name, const char *author_domain,
			    int64_t time_s, bool *is_loaded);

/* On how many days before, of those that are remembered, did anything of the
 * author's organization pass and get in as it came, by whatever client? 0 while
 * the paths are read: *is_loaded says so. */
unsigned store_paths_author_days(struct store_paths *paths,
				 const char *author_domain, int64_t time_s,
				 bool *is_loaded);

/* Takes the oldest alarm that was not told yet; false: there is none. */
bool store_paths_take_alarm(struct store_paths *paths,
			    struct store_path_alarm *alarm);

/* How many broke since the start. */
uint64_t store_paths_broken(struct store_paths *paths);

#endif
