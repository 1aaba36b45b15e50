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
#include "lib/base/json.h"
#include "lib/fleet/fleet_hosts.h"
#include "lib/fleet/fleet_upkeep.h"
#include "tools/fleet/actions.h"
#include "tools/fleet/people.h"

#define HOUR_S 3600
#define FAULT_SHOWN 100

static const struct table_column columns[] = {
    {.key = "host", .title = "host", .csv = "host", .width = 24},
    {.key = "state", .title = "state", .csv = "state", .width = 7},
    {.key = "role", .csv = "role"},
    {.key = "seen", .title = "last heard", .csv = "seen", .width = 20},
    {.key = "silent_s", .csv = "silent_s"},
    {.key = "version", .title = "version", .csv = "version", .width = 8},
    {.key = "lag_s",
     .title = "behind",
     .csv = "lag_s",
     .width = 8,
     .is_right = true},
    {.key = "waiting",
     .title = "waiting",
     .csv = "waiting",
     .width = 7,
     .is_right = true},
    {.key = "let_go", .csv = "let_go"},
    {.key = "aside",
     .title = "aside",
     .csv = "aside",
     .width = 5,
     .is_right = true},
    {.key = "journal_bytes", .csv = "journal_bytes"},
    {.key = "offset_ms",
     .title = "clock",
     .csv = "offset_ms",
     .width = 8,
     .is_right = true},
    {.key = "overrides",
     .title = "overrides",
     .csv = "overrides",
     .width = 9,
     .is_right = true},
    {.key = "overrides_newest", .csv = "overrides_newest"},
    {.key = "sealed_until", .csv = "sealed_until"},
    {.key = "last_error", .title = "last error", .csv = "last_error"},
    {.key = "last_error_at", .csv = "last_error_at"},
    {.key = "authserv_id", .csv = "authserv_id"},
    {.key = "addresses", .csv = "addresses"},
    TABLE_END,
};

/* The oldest hour that waits ended so long ago. */
static struct value lag_of(TALLOC_CTX *mem, const struct fleet_host *host,
			   int64_t now_s)
{
	int64_t lag_s = now_s - host->oldest_s - HOUR_S;

	if (host->oldest_s == 0)
		return value_words(value_none(), "-");
	lag_s = lag_s < 0 ? 0 : lag_s;
	return value_words(
	    value_number(lag_s),
	    lag_s < 2 * HOUR_S
		? mem_printf(mem, "%" PRId64 " min", lag_s / 60)
		: mem_printf(mem, "%" PRId64 " h", lag_s / HOUR_S));
}

static struct value offset_of(TALLOC_CTX *mem, const struct fleet_host *host)
{
	int64_t ms = host->offset_ms;

	return value_words(value_number(ms),
			   ms > -1000 && ms < 1000
			       ? "right"
			       : mem_printf(mem, "%+" PRId64 " s", ms / 1000));
}

static struct json *addresses_of(TALLOC_CTX *mem, const struct fleet_host *host)
{
	struct json *list = json_new_array(mem);
	struct span rest = span_of(host->addresses);
	struct span item;

	while (rest.length > 0) {
		(void)span_cut(rest, ' ', &item, &rest);
		if (item.length > 0)
			json_add_text(list,
				      mem_strndup(mem, item.data, item.length));
	}
	return list;
}

/* When it was, and as much as a row has room for. */
static const char *fault_words(TALLOC_CTX *mem, const struct fleet_host *host)
{
	char text[CLOCK_TEXT];

	if (*host->fault == '\0')
		return "-";
	return mem_printf(
	    mem, "%s %s", clock_text(host->fault_s, text),
	    text_escape(mem, span_of(host->fault), FAULT_SHOWN, true));
}

static void add_host(struct rows *rows, const struct fleet_host_list *list,
		     const struct fleet_host *host)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct value cells[] = {
	    value_text(host->name),
	    value_text(host->state),
	    value_text(host->role),
	    value_time_given(host->seen_s),
	    host->seen_s == 0 ? value_none() : value_number(host->silent_s),
	    value_given(host->version),
	    lag_of(mem, host, list->now_s),
	    value_number(host->waiting),
	    value_number(host->let_go),
	    value_number(host->aside),
	    value_number(host->journal_bytes),
	    offset_of(mem, host),
	    value_number(host->overrides),
	    value_number(list->overrides),
	    value_time_given(host->sealed_until_s),
	    value_words(value_given(text_printable(mem, host->fault)),
			fault_words(mem, host)),
	    value_time_given(host->fault_s),
	    value_given(host->authserv_id),
	    value_words(value_json(addresses_of(mem, host)), host->addresses),
	};

	rows_add(rows, cells, COUNT_OF(cells));
	mem_free(mem);
}

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

static void print_list(struct tool *tool, const struct fleet_host_list *list)
{
	struct rows rows = {
	    .file = stdout, .form = tool_form(tool), .columns = columns};

	rows_begin(&rows);
	for (size_t i = 0; i < list->count; i++)
		add_host(&rows, list, &list->items[i]);
	if (tool_form(tool) == SHOW_TEXT && list->count == 0)
		(void)printf("no host yet: alignctl fleet init --host NAME\n");
	if (tool_form(tool) == SHOW_TEXT && list->count > 0)
		(void)printf("\noverrides of the fleet: version %" PRId64 "\n",
			     list->overrides);
}

/* What is gone for good, of the fleet's record. */
static void print_let_go(const struct fleet_host_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct fleet_host *host = &list->items[i];
		if (host->let_go > 0)
			(void)printf("%s purged %" PRId64
				     " messages and incidents before the fleet "
				     "had them: they are in no sum of it\n",
				     host->name, host->let_go);
	}
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
		print_list(tool, &list);
	if (is_read && tool_form(tool) == SHOW_TEXT) {
		print_let_go(&list);
		print_upkeep(tool, &upkeep);
	}
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
