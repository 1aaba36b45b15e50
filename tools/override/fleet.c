/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet.c - alignctl override list, add and remove with --fleet
 *
 * The same changes as to a file, of a text in PostgreSQL that has versions:
 * what was read is what is replaced, or somebody changed it meanwhile and
 * nothing is written. The hosts' forwarders fetch it. Tested by
 * test_fleet_overrides.
 */
#include "tools/override/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/fleet/fleet_hosts.h"
#include "lib/fleet/fleet_overrides.h"
#include "tools/fleet/people.h"
#include "tools/override/add.h"

/* The newest version, read to be changed or shown. */
struct shared {
	struct tool *tool;
	const struct config *config;
	struct pg *pg;
	struct fleet_version version;
	struct span text;
	const char *name; /* of the text, in words */
};

static bool open_shared(struct tool *tool, const struct config *config,
			struct shared *shared, struct error *err)
{
	*shared = (struct shared){.tool = tool, .config = config};
	if (!fleet_people_open(tool, config, &shared->pg, err))
		return false;
	enum pg_kind kind = fleet_overrides_read(
	    tool->mem, shared->pg, &shared->version, &shared->text, err);
	shared->name =
	    mem_printf(tool->mem, "the fleet's overrides, version %" PRId64,
		       shared->version.number);
	return kind == PG_DONE ||
	       fleet_people_failed(shared->config, kind, err);
}

static bool changed_meanwhile(const struct shared *shared, int64_t wanted,
			      struct error *err)
{
	return error_set(err, ERROR_INPUT,
			 "the fleet's overrides were changed meanwhile: you "
			 "name version %" PRId64 ", the newest is %" PRId64
			 "; nothing is written. alignctl override list --fleet "
			 "shows it",
			 wanted, shared->version.number);
}

/* --expect: whoever looked at a version changes that one or none. */
static bool is_expected(const struct shared *shared, struct error *err)
{
	const char *given = tool_value(shared->tool, "--expect");
	int64_t wanted;

	if (given == NULL)
		return true;
	if (!text_number64(span_of(given), 0, INT64_MAX, &wanted))
		return error_set(err, ERROR_USAGE,
				 "--expect: not a version (allowed: a number "
				 "such as 12; 0 for none yet)");
	return wanted == shared->version.number ||
	       changed_meanwhile(shared, wanted, err);
}

static bool put(struct shared *shared, struct span text, int64_t *number,
		struct error *err)
{
	if (text.length > LIMIT_FLEET_OVERRIDES_BYTES)
		return error_set(err, ERROR_INPUT,
				 "the fleet's overrides would become larger "
				 "than %d bytes",
				 LIMIT_FLEET_OVERRIDES_BYTES);
	enum pg_kind kind = fleet_override_put(
	    shared->pg, shared->version.number,
	    mem_strndup(shared->tool->mem, text.data, text.length),
	    tool_operator(shared->tool->mem), number, err);
	if (kind == PG_DONE && *number == 0)
		return error_set(
		    err, ERROR_INPUT,
		    "the fleet's overrides were changed meanwhile: "
		    "version %" PRId64 " is not the newest any "
		    "more; nothing is written, try again",
		    shared->version.number);
	return kind == PG_DONE ||
	       fleet_people_failed(shared->config, kind, err);
}

static void print_changed(const char *what, int64_t number, const char *text)
{
	(void)printf(
	    "the fleet's overrides: %s, version %" PRId64 "\n\n%s\n"
	    "to be in force when each host's forwarder has fetched it: "
	    "alignctl override list --fleet says who has\n",
	    what, number, text);
}

bool tool_override_add_fleet(struct tool *tool, const struct config *config,
			     const struct override_draft *draft,
			     struct error *err)
{
	const char *text = override_draft_text(tool->mem, draft);
	struct shared shared;
	struct span changed;
	int64_t number;

	if (!tool_override_check(tool, text, err) ||
	    !open_shared(tool, config, &shared, err) ||
	    !is_expected(&shared, err) ||
	    !override_text_add(tool->mem, shared.name, shared.text, draft,
			       &changed, err) ||
	    !put(&shared, changed, &number, err))
		return false;
	print_changed("added", number, text);
	return true;
}

int override_fleet_add(struct tool *tool, const struct config *config,
		       const struct override_draft *draft)
{
	struct error err;

	return tool_override_add_fleet(tool, config, draft, &err)
		   ? TOOL_DONE
		   : tool_fail(&err);
}

int override_fleet_remove(struct tool *tool, const struct config *config,
			  const char *name)
{
	struct shared shared;
	struct span changed;
	struct error err;
	int64_t number;
	char *removed;

	if (!open_shared(tool, config, &shared, &err) ||
	    !is_expected(&shared, &err) ||
	    !override_text_remove(tool->mem, shared.name, shared.text, name,
				  &changed, &removed, &err) ||
	    !put(&shared, changed, &number, &err))
		return tool_fail(&err);
	print_changed("removed", number, removed);
	return TOOL_DONE;
}

/* --- list --- */

static void print_host(const struct fleet_host *host, int64_t newest)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)printf(
	    "%-24s version %" PRId64 "%s%s%s\n",
	    text_printable(mem, host->name), host->overrides,
	    host->overrides < newest ? ", behind" : "",
	    host->overrides < newest && *host->fault != '\0' ? ": " : "",
	    host->overrides < newest ? text_printable(mem, host->fault) : "");
	mem_free(mem);
}

static bool print_hosts(const struct shared *shared, struct error *err)
{
	struct fleet_host_list list;
	enum pg_kind kind =
	    fleet_hosts_read(shared->tool->mem, shared->pg, &list, err);

	if (kind != PG_DONE)
		return fleet_people_failed(shared->config, kind, err);
	(void)printf("\n%s\n", shared->name);
	for (size_t i = 0; i < list.count; i++) {
		if (strcmp(list.items[i].state, "removed") != 0)
			print_host(&list.items[i], list.overrides);
	}
	return true;
}

#define DAY_S ((int64_t)86400)
#define SUMS_WAIT_MS 120000 /* of a month of a large fleet */

static bool find_uses(const struct shared *shared,
		      const struct override_set *set,
		      struct override_use **uses, struct error *err)
{
	struct tool *tool = shared->tool;
	int64_t since_s =
	    clock_now_s(&tool->clock) - OVERRIDE_USED_DAYS * DAY_S;
	struct fleet_used_list list;

	pg_set_wait(shared->pg, SUMS_WAIT_MS);
	enum pg_kind kind =
	    fleet_overrides_used(tool->mem, shared->pg, since_s, &list, err);
	if (kind != PG_DONE)
		return fleet_people_failed(shared->config, kind, err);
	*uses = override_uses(tool->mem, set, &list);
	return true;
}

int override_fleet_list(struct tool *tool, const struct config *config)
{
	struct override_set *set;
	struct override_use *uses = NULL;
	struct shared shared;
	struct error err;

	if (!open_shared(tool, config, &shared, &err) ||
	    !override_parse(tool->mem, shared.name, shared.text, &set, &err) ||
	    !find_uses(&shared, set, &uses, &err))
		return tool_fail(&err);
	override_print(tool, set, uses);
	if (tool_form(tool) == SHOW_TEXT && !print_hosts(&shared, &err))
		return tool_fail(&err);
	return TOOL_DONE;
}
