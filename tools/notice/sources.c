/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sources.c - what a digest and an alert read of: the store, the settings
 */
#include "tools/notice/sources.h"

#include "tools/store.h"

static bool open_store(struct tool *tool, const char *path,
		       struct notice_sources *sources, struct error *err)
{
	if (!tool_store_reader(tool, path, &sources->own_reader, err) ||
	    !tool_store_reports(tool, path, STORE_DB_READ, &sources->reports,
				err) ||
	    !store_inbox_open(tool->mem, path, STORE_DB_READ, &sources->inbox,
			      err) ||
	    !store_posture_open(tool->mem, path, STORE_DB_READ,
				&sources->posture, err))
		return false;
	store_inbox_list_flaws(sources->inbox, tool_store_flaws(tool));
	store_posture_list_flaws(sources->posture, tool_store_flaws(tool));
	return true;
}

bool notice_sources_open(struct tool *tool, const struct config *config,
			 const struct report_fleet *fleet,
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
	};

	if (!open_store(tool, config->store.sqlite, &opened, err))
		return false;
	opened.reader = fleet == NULL ? opened.own_reader : fleet->reader;
	if (fleet != NULL)
		opened.reports = fleet->reports;
	*sources = opened;
	return true;
}
