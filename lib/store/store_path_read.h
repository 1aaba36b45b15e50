/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_PATH_READ_H
#define STORE_STORE_PATH_READ_H

/*
 * store_path_read - the known paths, read beside a running daemon
 *
 * What the daemon counted some seconds ago is not there yet. All are read,
 * since what one is worth depends on others: two hundred thousand take a
 * second.
 */

#include "lib/store/store_db.h"
#include "lib/store/store_path.h"
#include "lib/store/store_path_credit.h"
#include "lib/store/store_reader.h"

/* A path with its names and what it is worth. */
struct store_path_known {
	struct store_path path;
	struct store_path_name name;
	const struct store_path *client; /* NULL: not known */
	const char *reference;		 /* of what broke it; "": not kept */
	enum store_path_lack lack;
};

/* Sorted by client, the client's own path first, then kind and subject. */
struct store_path_list {
	size_t count;
	struct store_path_known *items;
};

/* Below `mem`. `time_s` is now. Each host of a fleet knows its own: beside the
 * fleet's record those of this host are read. */
bool store_path_list_read(TALLOC_CTX *mem, struct store_reader *reader,
			  int64_t time_s, struct store_path_list *list,
			  struct error *err)
    __attribute__((warn_unused_result));

/* The author's path through the client, the client's own; NULL: none. */
const struct store_path_known *
store_path_list_find(const struct store_path_list *list, const char *client_ip,
		     const char *client_name, const char *author_domain);
const struct store_path_known *
store_path_list_client(const struct store_path_list *list,
		       const char *client_ip, const char *client_name);

/* SPF of that organization at the client, which is a list's client text. */
const struct store_path_known *
store_path_list_spf(const struct store_path_list *list, const char *client,
		    const char *org);

/* Paths that used to pass and are refused since, the latest first; those that
 * broke after `since_s`. Until `seen` returns false. */
struct store_path_broken {
	int64_t since_s;
	const char *client;
	const char *author;    /* organizational domain */
	const char *reference; /* of the first message refused; "": not kept */
	int64_t refused;       /* messages */
	int64_t spf;	       /* what passed before */
	int64_t dkim;
	int64_t days;
	int64_t last_day_s; /* when something passed last */
};
bool store_paths_broken_since(
    struct store_reader *reader, int64_t since_s,
    bool (*seen)(void *context, const struct store_path_broken *path),
    void *context, struct error *err) __attribute__((warn_unused_result));

/* Of clients and of authors through them: those that broke, and then those by
 * which most came, at most `limit`. Until `seen` returns false. */
bool store_paths_foremost(
    struct store_reader *reader, long limit,
    bool (*seen)(void *context, const struct store_path *path,
		 const struct store_path_name *name, const char *reference),
    void *context, struct error *err) __attribute__((warn_unused_result));

/* --- for store_path_rows.c --- */

#define STORE_PATH_COLUMNS                                                     \
	"number, kind, client, network, subject, spf, dkim, failed, "          \
	"first_day, last_day, days, since_day, failed_day, refused_day, "      \
	"refused, authors, worst, worst_day, broken_s, reference"

/* The row at hand of such columns; the numbers of its texts are 0. Whether it
 * is sound is the caller's to ask. */
void store_path_row_read(struct store_statement *statement,
			 struct store_path *path, struct store_path_name *name);

#endif
