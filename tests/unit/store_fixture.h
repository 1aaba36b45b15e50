/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

/*
 * store_fixture - a directory of its own for each store test, and entries
 *
 * Asserts with cmocka: for the main thread only, but for example_entry.
 */

#include "lib/store/store.h"

#define NOON_S ((int64_t)1777636800) /* 2026-05-01T12:00:00Z, a full hour */

struct place {
	char directory[64];
	char path[96];
};

/* A fresh directory, and the path of a database in it. */
struct place place_make(void);

/* Removes the directory and all its files. */
void place_remove(const struct place *place);

struct store *open_store(const char *path, int durability);

struct store_reader *open_reader(TALLOC_CTX *mem, const char *path);

/* A message of noon without an incident; every member is set. */
struct store_entry example_entry(void);

/* The same with an incident of that reference. */
struct store_entry example_incident(const char *reference);

/* How many tuples were counted, each in each of its hours, and the sum of their
 * counts. A tuple has a row for each segment: those are one here. */
struct totals {
	int64_t rows;
	int64_t messages;
	int64_t last_hour_s; /* of the counting */
	int64_t last_id;
};
struct totals count_results(const char *path);

/* How many incidents the filter finds. */
long count_incidents(const char *path, const struct store_filter *filter);

#endif
