/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.c - alignctl fleet status: how each host of the fleet fares
 *
 * What this host's own forwarder left beside the store is told as well, also
 * where PostgreSQL does not answer: then most of all.
 * Tested by test_fleet_status.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/app/fleet_state.h"
#include "lib/fleet/fleet_upkeep.h"
#include "lib/fleet/hosts_show.h"
#include "tools/fleet/actions.h"
#include "tools/fleet/people.h"

/* --- this host --- */

static const char *when(TALLOC_CTX *mem, const char *what, int64_t time_s)
{
	char text[CLOCK_TEXT];

	return time_s == 0 ? mem_printf(mem, "has never %s", what)
			   : mem_printf(mem, "%s last at %s", what,
					clock_text(time_s, text));
}

static void print_own(struct tool *tool, const struct config *config)
{
	struct fleet_state state;
	char since[CLOCK_TEXT];

	if (!fleet_state_find(tool->mem, &config->store, &state)) {
		(void)printf("this host: its forwarder has not run yet "
			     "(systemctl enable --now alignd-forward)\n");
		return;
	}
	(void)printf("this host: PostgreSQL %s, %s; %" PRId64
		     " rows set aside; overrides version %" PRId64 "\n",
		     when(tool->mem, "answered", state.heard_s),
		     when(tool->mem, "took a segment", state.pushed_s),
		     state.aside, state.overrides);
	if (*state.fault != '\0')
		(void)printf("this host: since %s: %s\n",
			     clock_text(state.fault_s, since),
			     text_printable(tool->mem, state.fault));
	if (*state.overrides_fault != '\0')
		(void)printf("this host: %s\n",
			     text_printable(tool->mem, state.overrides_fault));
}

/* --- what keeps the fleet's tables from being tidied --- */

static void print_session(TALLOC_CTX *mem, const struct fleet_session *session)
{
	char since[CLOCK_TEXT];

	(void)printf("a transaction of %s %s (pid %" PRId64
		     ") is open since %s: it keeps tables from being tidied, "
		     "and others waiting; %sas the database's administrator: "
		     "SELECT pg_terminate_backend(%" PRId64 ")\n",
		     session->is_host ? "the host's role" : "role",
		     text_printable(mem, session->role), session->pid,
		     clock_text(session->since_s, since),
		     session->is_host && session->may_end
			 ? "a host's forwarder ends it; at once, "
			 : "",
		     session->pid);
}

static void print_upkeep(struct tool *tool, const struct fleet_upkeep *upkeep)
{
	char since[CLOCK_TEXT];

	for (size_t i = 0; i < upkeep->count; i++)
		print_session(tool->mem, &upkeep->items[i]);
	if (upkeep->unsummed_s > 0 &&
	    upkeep->now_s - upkeep->unsummed_s > FLEET_UNSUMMED_S)
		(void)printf("counters since %s are in no day's sum: no "
			     "forwarder gets that done (its log says why, "
			     "\"the fleet's tables\"), or a session holds "
			     "them\n",
			     clock_text(upkeep->unsummed_s, since));
}

/* --- the action --- */

static bool read_fleet(struct tool *tool, const struct config *config,
		       struct fleet_host_list *list,
		       struct fleet_upkeep *upkeep, struct error *err)
{
	struct pg *pg;

	const char *conninfo =
	    tool->operands.count > 1 ? tool->operands.items[1] : NULL;

	if (!fleet_admin_open(tool, config, conninfo, &pg, err))
		return false;
	enum pg_kind kind = fleet_hosts_read(tool->mem, pg, list, err);
	if (kind == PG_DONE)
		kind = fleet_upkeep_read(tool->mem, pg, upkeep, err);
	return kind == PG_DONE || fleet_people_failed(config, kind, err);
}

static int print_status(struct tool *tool)
{
	struct fleet_host_list list;
	struct fleet_upkeep upkeep;
	struct config *config;
	struct error err;

	if (!tool_config(tool, &config, &err))
		return tool_fail(&err);
	bool is_read = read_fleet(tool, config, &list, &upkeep, &err);
	if (is_read)
		fleet_hosts_write(&list, stdout, tool_form(tool), NULL);
	if (is_read && tool_form(tool) == SHOW_TEXT)
		print_upkeep(tool, &upkeep);
	if (tool_form(tool) == SHOW_TEXT && store_is_of_fleet(&config->store))
		print_own(tool, config);
	return is_read ? TOOL_DONE : tool_fail(&err);
}

static const char *const options[] = {"--json", NULL};

const struct tool_action fleet_action_status = {
    .name = "status",
    .operands_max = 1,
    .options = options,
    .run = print_status,
};
