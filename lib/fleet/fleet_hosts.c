/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_hosts.c - the hosts of a fleet, and how each fares
 * Tested by test_fleet_status.
 */
#include "lib/fleet/fleet_hosts.h"

#include <string.h>

#include "lib/fleet/schema.h"

static const char *text_at(TALLOC_CTX *mem, const struct pg_result *rows,
			   size_t row, size_t column)
{
	struct span value = pg_value(rows, row, column);

	return mem_strndup(mem, value.data == NULL ? "" : value.data,
			   value.length);
}

static const char *state_of(const struct fleet_host *host)
{
	if (strcmp(host->state, "live") != 0)
		return host->state;
	if (host->seen_s == 0)
		return "never";
	return host->silent_s > FLEET_MISSING_S ? "missing" : host->state;
}

#define HOST_COLUMNS                                                           \
	"name, state, role::text, seen_s, sealed_until_s, version, waiting, "  \
	"oldest_s, let_go, aside, journal_bytes, offset_ms, "                  \
	"override_version, last_error, last_error_s, authserv_id, addresses"

static struct fleet_host host_at(TALLOC_CTX *mem, const struct pg_result *rows,
				 size_t row, int64_t now_s)
{
	struct fleet_host host = {
	    .name = text_at(mem, rows, row, 0),
	    .state = text_at(mem, rows, row, 1),
	    .role = text_at(mem, rows, row, 2),
	    .seen_s = pg_value_number(rows, row, 3),
	    .sealed_until_s = pg_value_number(rows, row, 4),
	    .version = text_at(mem, rows, row, 5),
	    .waiting = pg_value_number(rows, row, 6),
	    .oldest_s = pg_value_number(rows, row, 7),
	    .let_go = pg_value_number(rows, row, 8),
	    .aside = pg_value_number(rows, row, 9),
	    .journal_bytes = pg_value_number(rows, row, 10),
	    .offset_ms = pg_value_number(rows, row, 11),
	    .overrides = pg_value_number(rows, row, 12),
	    .fault = text_at(mem, rows, row, 13),
	    .fault_s = pg_value_number(rows, row, 14),
	    .authserv_id = text_at(mem, rows, row, 15),
	    .addresses = text_at(mem, rows, row, 16),
	};

	host.silent_s = host.seen_s == 0 ? 0 : now_s - host.seen_s;
	host.state = state_of(&host);
	return host;
}

static enum pg_kind read_heading(struct pg *pg, struct fleet_host_list *list,
				 struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind =
	    pg_exec(pg,
		    "SELECT extract(epoch FROM now())::bigint, f.version, "
		    "(SELECT coalesce(max(v.version), 0) FROM "
		    "alignd.override_version v), "
		    "(SELECT coalesce(max(v.made_s), 0) FROM "
		    "alignd.override_version v) "
		    "FROM alignd.fleet f",
		    NULL, 0, &rows, err);

	if (kind != PG_DONE)
		return kind;
	if (pg_rows(rows) == 1) {
		list->now_s = pg_value_number(rows, 0, 0);
		list->schema = (int)pg_value_number(rows, 0, 1);
		list->overrides = pg_value_number(rows, 0, 2);
		list->overrides_s = pg_value_number(rows, 0, 3);
	}
	pg_result_free(rows);
	return PG_DONE;
}

enum pg_kind fleet_hosts_read(TALLOC_CTX *mem, struct pg *pg,
			      struct fleet_host_list *list, struct error *err)
{
	struct fleet_host_list found = {.count = 0};
	struct pg_result *rows;
	enum pg_kind kind = read_heading(pg, &found, err);

	if (kind == PG_DONE)
		kind = pg_exec(pg,
			       "SELECT " HOST_COLUMNS
			       " FROM alignd.host ORDER BY name",
			       NULL, 0, &rows, err);
	if (kind != PG_DONE)
		return kind;
	found.items = mem_array(mem, struct fleet_host, pg_rows(rows));
	for (; found.count < pg_rows(rows); found.count++)
		found.items[found.count] =
		    host_at(mem, rows, found.count, found.now_s);
	pg_result_free(rows);
	*list = found;
	return PG_DONE;
}

enum pg_kind fleet_hosts_fellows(TALLOC_CTX *mem, struct pg *pg,
				 struct fleet_host_list *list,
				 struct error *err)
{
	struct fleet_host_list found = {.count = 0};
	struct pg_result *rows;
	enum pg_kind kind =
	    pg_exec(pg,
		    "SELECT name, authserv_id, addresses FROM "
		    "alignd_push.hosts($1)",
		    PG_PARAMS(pg_number(FLEET_LAYOUT)), &rows, err);

	if (kind != PG_DONE)
		return kind;
	found.items = mem_array(mem, struct fleet_host, pg_rows(rows));
	for (; found.count < pg_rows(rows); found.count++)
		found.items[found.count] = (struct fleet_host){
		    .name = text_at(mem, rows, found.count, 0),
		    .state = "live",
		    .authserv_id = text_at(mem, rows, found.count, 1),
		    .addresses = text_at(mem, rows, found.count, 2),
		};
	pg_result_free(rows);
	*list = found;
	return PG_DONE;
}

enum pg_kind fleet_hosts_own(TALLOC_CTX *mem, struct pg *pg, const char **name,
			     struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind =
	    pg_exec(pg,
		    "SELECT name FROM alignd_push.hosts($1) "
		    "WHERE is_me",
		    PG_PARAMS(pg_number(FLEET_LAYOUT)), &rows, err);

	if (kind != PG_DONE)
		return kind;
	*name = pg_rows(rows) == 1 ? text_at(mem, rows, 0, 0) : "";
	pg_result_free(rows);
	return PG_DONE;
}
