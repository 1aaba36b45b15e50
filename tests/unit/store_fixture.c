/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_fixture.c - a directory of its own for each store test, and entries
 */
#include "tests/unit/store_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/store/store_counters.h"
#include "tests/unit/unit.h"

struct place place_make(void)
{
	struct place place = {.directory = "/tmp/alignd-store-XXXXXX"};

	assert_non_null(mkdtemp(place.directory));
	(void)snprintf(place.path, sizeof place.path, "%s/alignd.db",
		       place.directory);
	return place;
}

void place_remove(const struct place *place)
{
	DIR *directory = opendir(place->directory);
	struct dirent *file;

	assert_non_null(directory);
	while ((file = readdir(directory)) != NULL) {
		if (file->d_name[0] != '.')
			(void)unlinkat(dirfd(directory), file->d_name, 0);
	}
	(void)closedir(directory);
	assert_int_equal(rmdir(place->directory), 0);
}

struct store *open_store(const char *path, int durability)
{
	struct store_settings settings = {
	    .sqlite = path,
	    .durability = durability,
	    .keep_incidents_ms = (int64_t)3650 * 86400000,
	    .keep_results_ms = (int64_t)3650 * 86400000,
	};
	struct store *store;
	struct error err;

	if (!store_open(&settings, "mx.example", clock_system(), &store, &err))
		fail_msg("%s", err.words);
	return store;
}

struct store_reader *open_reader(TALLOC_CTX *mem, const char *path)
{
	struct store_reader *reader;
	struct error err;

	if (!store_reader_open(mem, path, &reader, &err))
		fail_msg("%s", err.words);
	return reader;
}

struct store_entry example_entry(void)
{
	return (struct store_entry){
	    .time_s = NOON_S,
	    .tuple = {.author_domain = "news.example.com",
		      .author_error = "",
		      .policy_domain = "example.com",
		      .org_domain = "example.com",
		      .discovery = "treewalk",
		      .record = "v=DMARC1; p=reject",
		      .author_exists = -1,
		      .client_ip = "192.0.2.7",
		      .client_name = "out.example.com",
		      .mail_from_domain = "bounce.example.com",
		      .spf_result = "pass",
		      .spf_domain = "bounce.example.com",
		      .spf_scope = "mfrom",
		      .dkim = "[]",
		      .arc = "{}",
		      .dmarc_result = "pass",
		      .is_dkim_aligned = 0,
		      .is_spf_aligned = 1,
		      .indirect = "",
		      .policy = "reject",
		      .asked = "none",
		      .applied = "none",
		      .override_type = "",
		      .override_comment = "",
		      .tls_version = "TLSv1.3",
		      .lookalike = ""},
	};
}

struct store_entry example_incident(const char *reference)
{
	struct store_entry entry = example_entry();

	entry.has_incident = true;
	entry.incident = (struct store_incident){
	    .reference = reference,
	    .time_s = NOON_S,
	    .queue_id = "4Xy9F2C",
	    .client_ip = "192.0.2.7",
	    .author_domain = "news.example.com",
	    .applied = "reject",
	};
	return entry;
}

static void skip_tuple(void *context, int64_t id,
		       const struct store_trait *trait)
{
	(void)context;
	(void)id;
	(void)trait;
}

static void add_counter(void *context, int64_t hour_s, int64_t id,
			int64_t count)
{
	struct totals *totals = context;

	if (hour_s != totals->last_hour_s || id != totals->last_id)
		totals->rows++;
	totals->last_hour_s = hour_s;
	totals->last_id = id;
	totals->messages += count;
}

struct totals count_results(const char *path)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct totals totals = {0};
	const struct store_period all = {.since_s = 0};
	const struct store_counters_handler handler = {skip_tuple, add_counter,
						       &totals};
	struct error err;

	assert_true(
	    store_counters(open_reader(mem, path), &all, &handler, &err));
	mem_free(mem);
	return totals;
}

static bool add_incident(void *context, const struct store_incident *incident)
{
	(void)incident;
	++*(long *)context;
	return true;
}

long count_incidents(const char *path, const struct store_filter *filter)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct error err = {.words = ""};
	long count = 0;

	if (!store_incidents(open_reader(mem, path), filter, add_incident,
			     &count, &err))
		fail_msg("%s", err.words);
	mem_free(mem);
	return count;
}
