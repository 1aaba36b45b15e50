/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_PATH_ROWS_H
#define STORE_STORE_PATH_ROWS_H

/*
 * store_path_rows - the known paths as rows of table `path`
 *
 * Read in steps, so that no message waits for two hundred thousand rows: a
 * small table is there at once, a large one within a second of the writer's
 * spare time. Written in small transactions some seconds after they were
 * counted. A row that somebody took out meanwhile is forgotten, not made anew.
 * The writer thread's alone.
 */

#include "lib/store/store_db.h"
#include "lib/store/store_paths.h"

struct store_path_rows;

/* Prepares the statements; the first rows go to `paths`, which begins anew. */
bool store_path_rows_open(struct store_db *db, struct store_paths *paths,
			  const struct siphash_key *key,
			  struct store_path_rows **rows, struct error *err)
    __attribute__((warn_unused_result));

/* NULL is fine. What was not written is lost. */
void store_path_rows_close(struct store_path_rows *rows);

/* Is there something for the next call to do at once, or soon? */
bool store_path_rows_is_loading(const struct store_path_rows *rows);
bool store_path_rows_has_changes(const struct store_path_rows *rows);

/* A step: reads some more, or writes some of what was counted. */
bool store_path_rows_step(struct store_path_rows *rows, struct error *err)
    __attribute__((warn_unused_result));

/* Within the transaction of a purge: deletes a batch of what was not seen for
 * STORE_PATH_DAYS. */
bool store_path_rows_purge(struct store_path_rows *rows, int64_t now_s,
			   bool *has_more, struct error *err)
    __attribute__((warn_unused_result));

#endif
