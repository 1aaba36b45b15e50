/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sources.c - what a digest and an alert read of: the store, the settings
 */
#include "tools/notice/sources.h"

#include "lib/fleet/pg.h"
#include "tools/store.h"

#define WAIT_MS 10000

static bool open_store(struct tool *tool, const char *path,
		       struct notice_sources *sources, struct error *err)
{
	if (!tool_store_reader(tool, path, &sources->own_reader, err) ||
	    !tool_store_reports(tool, path, STORE_DB_READ, &sources->reports,
				err) ||
	    !store_inbox_open(tool->mem, path, STORE_DB_READ, &sources->inbox,
			      err))
		return false;
	store_inbox_list_flaws(sources->inbox, tool_store_flaws(tool));
	return true;
}

bool notice_hosts_read(struct tool *tool, const char *conninfo,
		       const struct fleet_host_list **hosts, struct error *err)
{
	struct fleet_host_list *list =
	    mem_new(tool->mem, struct fleet_host_list);
	TALLOC_CTX *mem = mem_context(NULL);
	struct pg *pg;
	enum pg_kind kind = pg_connect(mem, conninfo, WAIT_MS, &pg, err);

	if (kind == PG_DONE)
		kind = fleet_hosts_read(tool->mem, pg, list, err);
	mem_free(mem);
	*hosts = list;
	return kind == PG_DONE;
}

/* The sooner of the two whose end takes what waits for the fleet. */
static int64_t keep_s(const struct config *config)
{
	int64_t results_ms = config->store.keep_results_ms;
	int64_t incidents_ms = config->store.keep_incidents_ms;

	return (results_ms < incidents_ms ? results_ms : incidents_ms) / 1000;
}

bool notice_sources_open(struct tool *tool, const struct config *config,
			 const struct report_fleet *fleet,
			 const struct fleet_host_list *hosts,
			 struct store_posture *posture,
			 struct notice_sources *sources, struct error *err)
{
	struct notice_sources opened = {
	    .store_path = config->store.sqlite,
	    .own = &config->own.domains,
	    .overrides = config->overrides,
	    .is_holding = config->policy.quarantine_action == QUARANTINE_HOLD,
	    .is_reporting = *config->report.from != '\0',
	    .host = config_authserv_id(tool->mem, config),
	    .now_s = clock_now_s(fleet == NULL ? &tool->clock : &fleet->clock),
	    .hosts = hosts,
	    .posture = posture,
	    .keep_s = keep_s(config),
	};

	if (!open_store(tool, config->store.sqlite, &opened, err))
		return false;
	opened.reader = fleet == NULL ? opened.own_reader : fleet->reader;
	if (fleet != NULL)
		opened.reports = fleet->reports;
	*sources = opened;
	return true;
}
