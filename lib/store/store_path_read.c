/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_path_read.c - the known paths, read beside a running daemon
 * Tested by test_store_paths.
 */
#include "lib/store/store_path_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/random.h"
#include "lib/store/store_query.h"

#define DAY_S 86400
#define REFERENCE_AT 19
#define PATHS_MAX ((size_t)200000) /* as the table has places */

/* --- rows --- */

static uint32_t read_count(struct store_statement *statement, int at)
{
	return (uint32_t)store_db_column_within(statement, at, 0, UINT32_MAX);
}

static uint16_t read_day(struct store_statement *statement, int at)
{
	return (uint16_t)store_db_column_within(statement, at, 0, UINT16_MAX);
}

static void read_text(struct store_statement *statement, int at, char *room,
		      size_t size)
{
	const char *text = store_db_column_text(statement, at);

	if (strlen(text) >= size) {
		store_db_column_refuse(statement, at, "too long");
		text = "";
	}
	(void)snprintf(room, size, "%s", text);
}

void store_path_row_read(struct store_statement *statement,
			 struct store_path *path, struct store_path_name *name)
{
	*path = (struct store_path){
	    .number = (uint64_t)store_db_column_within(statement, 0, INT64_MIN,
						       INT64_MAX),
	    .kind = (uint8_t)store_db_column_within(statement, 1, 0,
						    STORE_PATH_KINDS - 1),
	    .spf = read_count(statement, 5),
	    .dkim = read_count(statement, 6),
	    .failed = read_count(statement, 7),
	    .first_day = read_day(statement, 8),
	    .last_day = read_day(statement, 9),
	    .days = read_day(statement, 10),
	    .since_day = read_day(statement, 11),
	    .failed_day = read_day(statement, 12),
	    .refused_day = read_day(statement, 13),
	    .refused = read_day(statement, 14),
	    .authors = read_day(statement, 15),
	    .worst = read_day(statement, 16),
	    .worst_day = read_day(statement, 17),
	    .broken_s = store_db_column_time(statement, 18),
	};
	*name = (struct store_path_name){.kind = path->kind};
	read_text(statement, 2, name->client, sizeof name->client);
	read_text(statement, 3, name->network, sizeof name->network);
	read_text(statement, 4, name->subject, sizeof name->subject);
}

/* --- all of them --- */

static struct siphash_key make_key(void)
{
	uint8_t bytes[SIPHASH_KEY_BYTES];

	random_system()->fill(random_system(), bytes, sizeof bytes);
	return siphash_key(bytes);
}

/* Numbers of a key of our own: the rows' own are not asked. */
static void set_numbers(struct store_path_known *known,
			const struct siphash_key *key)
{
	struct store_path_numbers numbers =
	    store_path_numbers(&known->name, key);

	known->path.number = numbers.path;
	known->path.client = numbers.client;
	known->path.subject = numbers.subject;
	known->path.org = numbers.org;
	known->path.network = numbers.network;
}

static bool read_rows(TALLOC_CTX *mem, struct store_reader *reader,
		      struct store_path_list *list, struct error *err)
{
	const struct siphash_key key = make_key();
	struct store_statement *rows;
	size_t room = 0;

	if (!store_db_prepare(reader->db,
			      "SELECT " STORE_PATH_COLUMNS " FROM path", &rows,
			      err))
		return false;
	while (list->count < PATHS_MAX && store_db_next(rows, err)) {
		if (list->count == room) {
			room = 2 * room + 64;
			list->items = mem_resize(mem, list->items,
						 struct store_path_known, room);
		}
		struct store_path_known *known = &list->items[list->count];
		*known = (struct store_path_known){.reference = ""};
		store_path_row_read(rows, &known->path, &known->name);
		if (known->path.broken_s > 0)
			known->reference = mem_strdup(
			    mem, store_db_column_text(rows, REFERENCE_AT));
		if (!store_db_is_sound(rows, "path", 0))
			continue;
		set_numbers(known, &key);
		list->count++;
	}
	return store_db_end(rows);
}

static int compare_names(const struct store_path_name *a,
			 const struct store_path_name *b)
{
	int order = strcmp(a->client, b->client);

	if (order == 0)
		order = (int)a->kind - (int)b->kind;
	return order == 0 ? strcmp(a->subject, b->subject) : order;
}

static int by_name(const void *first, const void *second)
{
	const struct store_path_known *a = first;
	const struct store_path_known *b = second;

	return compare_names(&a->name, &b->name);
}

static void settle_list(struct store_path_list *list, uint16_t day)
{
	struct store_path **paths =
	    mem_array(list->items, struct store_path *, list->count);

	for (size_t i = 0; i < list->count; i++)
		paths[i] = &list->items[i].path;
	store_path_settle(paths, list->count, day);
	mem_free(paths);
}

/* The client's own path stands first. */
static void judge_list(struct store_path_list *list, int64_t day)
{
	const struct store_path *client = NULL;

	for (size_t i = 0; i < list->count; i++) {
		struct store_path_known *known = &list->items[i];
		if (known->name.kind == STORE_PATH_CLIENT)
			client = &known->path;
		else if (client != NULL && client->client != known->path.client)
			client = NULL;
		known->client = client;
		known->lack = store_path_lack(client, &known->path, day);
	}
}

bool store_path_list_read(TALLOC_CTX *mem, struct store_reader *reader,
			  int64_t time_s, struct store_path_list *list,
			  struct error *err)
{
	*list = (struct store_path_list){.count = 0};
	if (store_reader_kind(reader) != STORE_DB_SQLITE)
		reader = reader->own;
	if (reader == NULL)
		return true;
	if (!read_rows(mem, reader, list, err))
		return error_wrap(err, "cannot read %.100s", reader->path);
	if (list->count == 0)
		return true;
	qsort(list->items, list->count, sizeof list->items[0], by_name);
	settle_list(list, (uint16_t)(time_s / DAY_S));
	judge_list(list, time_s / DAY_S);
	return true;
}

/* --- looking --- */

static const struct store_path_known *
find_name(const struct store_path_list *list,
	  const struct store_path_name *wanted)
{
	const struct store_path_known key = {.name = *wanted};

	return list->count == 0 ? NULL
				: bsearch(&key, list->items, list->count,
					  sizeof list->items[0], by_name);
}

const struct store_path_known *
store_path_list_client(const struct store_path_list *list,
		       const char *client_ip, const char *client_name)
{
	struct store_path_name name = {.kind = STORE_PATH_CLIENT};

	return store_path_client(client_ip, client_name, &name)
		   ? find_name(list, &name)
		   : NULL;
}

const struct store_path_known *
store_path_list_find(const struct store_path_list *list, const char *client_ip,
		     const char *client_name, const char *author_domain)
{
	struct store_path_name name = {.kind = STORE_PATH_AUTHOR};

	return store_path_client(client_ip, client_name, &name) &&
		       store_path_author(author_domain, &name)
		   ? find_name(list, &name)
		   : NULL;
}

const struct store_path_known *
store_path_list_spf(const struct store_path_list *list, const char *client,
		    const char *org)
{
	struct store_path_name name = {.kind = STORE_PATH_SPF};

	(void)snprintf(name.client, sizeof name.client, "%s", client);
	(void)snprintf(name.subject, sizeof name.subject, "%s", org);
	return find_name(list, &name);
}

/* --- what broke --- */

bool store_paths_broken_since(
    struct store_reader *reader, int64_t since_s,
    bool (*seen)(void *context, const struct store_path_broken *path),
    void *context, struct error *err)
{
	struct store_statement *rows;
	struct store_path path;
	struct store_path_name name;

	if (!store_query_open(reader->db,
			      "SELECT " STORE_PATH_COLUMNS " FROM "
			      "path WHERE broken_s > 0 AND broken_s >= ? "
			      "ORDER BY broken_s DESC, client, subject",
			      STORE_VALUES(store_number(since_s)), &rows, err))
		return false;
	while (store_db_next(rows, err)) {
		store_path_row_read(rows, &path, &name);
		const struct store_path_broken broken = {
		    .since_s = path.broken_s,
		    .client = name.client,
		    .author = name.subject,
		    .reference = store_db_column_text(rows, REFERENCE_AT),
		    .refused = path.refused,
		    .spf = path.spf,
		    .dkim = path.dkim,
		    .days = path.days,
		    .last_day_s = (int64_t)path.last_day * DAY_S,
		};
		if (store_db_is_sound(rows, "path", 0) &&
		    !seen(context, &broken))
			break;
	}
	return store_db_end(rows);
}

/* --- those that a fleet is told of --- */

bool store_paths_foremost(struct store_reader *reader, long limit,
			  bool (*seen)(void *context,
				       const struct store_path *path,
				       const struct store_path_name *name,
				       const char *reference),
			  void *context, struct error *err)
{
	struct store_statement *rows;
	struct store_path path;
	struct store_path_name name;

	if (!store_query_open(
		reader->db,
		"SELECT " STORE_PATH_COLUMNS " FROM path WHERE kind IN (?1, "
		"?2) ORDER BY broken_s > 0 DESC, spf + dkim DESC, number "
		"LIMIT ?3",
		STORE_VALUES(store_number(STORE_PATH_CLIENT),
			     store_number(STORE_PATH_AUTHOR),
			     store_number(limit)),
		&rows, err))
		return false;
	while (store_db_next(rows, err)) {
		store_path_row_read(rows, &path, &name);
		const char *reference =
		    store_db_column_text(rows, REFERENCE_AT);
		if (store_db_is_sound(rows, "path", 0) &&
		    !seen(context, &path, &name, reference))
			break;
	}
	return store_db_end(rows);
}
