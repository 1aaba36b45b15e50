/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet.c - the record of a fleet, as pages read it
 * Tested by test_desk_fleet.
 */
#include "lib/desk/fleet.h"

#include <inttypes.h>

#include "lib/base/clock.h"
#include "lib/fleet/fleet_db.h"
#include "lib/fleet/fleet_overrides.h"

#define CONNECT_MS 10000 /* where a page may take longer */

struct desk_fleet {
	struct pg_login login;
	struct pg *pg;	   /* NULL: never connected, or it was of no use */
	int64_t until_ms;  /* of the page, by the monotonic clock */
	int64_t failed_ms; /* when no connection could be made; 0: one was */
	struct error failure;
};

static int64_t now_ms(void)
{
	return clock_monotonic_ms(clock_system());
}

struct desk_fleet *desk_fleet_new(TALLOC_CTX *mem, const char *conninfo,
				  const char *setting)
{
	struct desk_fleet *fleet = mem_new(mem, struct desk_fleet);

	fleet->login =
	    (struct pg_login){.conninfo = mem_strdup(fleet, conninfo),
			      .setting = mem_strdup(fleet, setting)};
	return fleet;
}

/* --- connecting --- */

static void drop(struct desk_fleet *fleet)
{
	mem_free(fleet->pg);
	fleet->pg = NULL;
}

static bool try_connection(struct desk_fleet *fleet, int64_t limit_ms,
			   struct error *err)
{
	int64_t wait_ms = limit_ms < CONNECT_MS ? limit_ms : CONNECT_MS;

	if (pg_connect_as(fleet, &fleet->login, wait_ms, &fleet->pg, err) ==
		PG_DONE &&
	    fleet_db_check(fleet->pg, fleet->login.setting, err))
		return true;
	drop(fleet);
	fleet->failure = *err;
	fleet->failed_ms = now_ms();
	return false;
}

bool desk_fleet_connect(struct desk_fleet *fleet, int64_t limit_ms,
			struct error *err)
{
	if (fleet->pg != NULL && pg_is_usable(fleet->pg))
		return true;
	drop(fleet);
	if (fleet->failed_ms != 0 &&
	    now_ms() - fleet->failed_ms < DESK_FLEET_REST_MS) {
		*err = fleet->failure;
		return false;
	}
	fleet->failed_ms = 0;
	return try_connection(fleet, limit_ms, err);
}

/* --- for a page --- */

static bool begin(struct desk_fleet *fleet, TALLOC_CTX *mem,
		  struct store_reader *own, int64_t limit_ms,
		  struct store_reader **reader, struct error *err)
{
	if (!desk_fleet_connect(fleet, limit_ms, err))
		return false;
	struct store_reader *made = store_reader_over(
	    mem, fleet_db_over(fleet->pg, STORE_DB_READ), DESK_FLEET_NAME, own);
	if (store_reader_begin_page(made, limit_ms, err)) {
		*reader = made;
		return true;
	}
	mem_free(made);
	drop(fleet);
	return false;
}

/* That the server has gone since the last page is known once it is asked. */
bool desk_fleet_begin(struct desk_fleet *fleet, TALLOC_CTX *mem,
		      struct store_reader *own, int64_t limit_ms,
		      struct store_reader **reader, struct error *err)
{
	bool was_connected = fleet->pg != NULL;

	fleet->until_ms = now_ms() + limit_ms;
	if (begin(fleet, mem, own, limit_ms, reader, err))
		return true;
	int64_t left_ms = fleet->until_ms - now_ms();
	return was_connected && left_ms > 0 &&
	       begin(fleet, mem, own, left_ms, reader, err);
}

bool desk_fleet_reports(struct desk_fleet *fleet, TALLOC_CTX *mem,
			int64_t limit_ms, struct store_reports **reports,
			struct error *err)
{
	if (!desk_fleet_connect(fleet, limit_ms, err))
		return false;
	struct store_db *db = fleet_db_over(fleet->pg, STORE_DB_READ);
	store_db_limit_time(db, limit_ms);
	*reports = store_reports_of_fleet(mem, STORE_DB_READ, db, NULL);
	return true;
}

/* --- what is no affair of a reader's --- */

static struct pg *pg_in_time(const struct desk_fleet *fleet)
{
	int64_t left_ms = fleet->until_ms - now_ms();

	pg_set_wait(fleet->pg, left_ms > 0 ? left_ms : 1);
	return fleet->pg;
}

bool desk_fleet_hosts(struct desk_fleet *fleet, TALLOC_CTX *mem,
		      struct fleet_host_list *list, struct error *err)
{
	return fleet_hosts_read(mem, pg_in_time(fleet), list, err) == PG_DONE;
}

bool desk_fleet_overrides(struct desk_fleet *fleet, TALLOC_CTX *mem,
			  struct override_set **set, struct error *err)
{
	struct fleet_version version;
	struct span text;

	return fleet_overrides_read(mem, pg_in_time(fleet), &version, &text,
				    err) == PG_DONE &&
	       override_parse(mem,
			      mem_printf(mem,
					 "the fleet's overrides, version "
					 "%" PRId64,
					 version.number),
			      text, set, err);
}
