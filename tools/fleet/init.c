/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init.c - alignctl fleet init: schema, roles and hosts of a fleet
 *
 * By whoever may make roles and schemas in the database. It may be run again at
 * any time, and changes then what has changed.
 * Tested by test_fleet_init.
 */
#include <stdio.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/fleet/members.h"
#include "lib/fleet/schema.h"
#include "tools/fleet/actions.h"
#include "tools/fleet/people.h"

#define ROLE_BYTES 63 /* NAMEDATALEN: PostgreSQL cuts longer ones */
#define ROLE_PREFIX "alignd_"
#define MS_A_SECOND 1000

/* One --host. */
struct wanted {
	const char *name;
	const char *role;
};

/* --- which hosts --- */

/* "alignd_mx1" for mx1.example.org. */
static const char *role_of(TALLOC_CTX *mem, const char *name)
{
	return mem_printf(mem, ROLE_PREFIX "%.*s", (int)strcspn(name, "."),
			  name);
}

static int read_host(struct tool *tool, const char *given,
		     struct wanted *wanted)
{
	struct span name;
	struct span role;
	bool has_role = span_cut(span_of(given), '=', &name, &role);

	wanted->name = mem_strndup(tool->mem, name.data, name.length);
	wanted->role = has_role ? mem_strndup(tool->mem, role.data, role.length)
				: role_of(tool->mem, wanted->name);
	size_t length = strlen(wanted->role);
	if (domain_is_valid(wanted->name) && length > 0 &&
	    length <= ROLE_BYTES && text_is_graphic(span_of(wanted->role)))
		return TOOL_DONE;
	return tool_usage(tool,
			  "--host: \"%s\" (allowed: a host's name in "
			  "lower-case A-labels, and behind \"=\" a role of "
			  "%d bytes at most)",
			  text_escape(tool->mem, span_of(given), 80, true),
			  ROLE_BYTES);
}

static int read_hosts(struct tool *tool, struct wanted **hosts, size_t *count)
{
	struct text_list given = tool_values(tool, "--host");
	int status = TOOL_DONE;

	*hosts = mem_array(tool->mem, struct wanted, given.count);
	*count = given.count;
	for (size_t i = 0; status == TOOL_DONE && i < given.count; i++)
		status = read_host(tool, given.items[i], &(*hosts)[i]);
	return status;
}

/* --- what is made --- */

static bool make_schema(struct tool *tool, struct pg *pg, struct error *err)
{
	int before = 0;

	if (fleet_schema_apply(pg, tool_has(tool, "--upgrade"), &before, err) !=
	    PG_DONE)
		return false;
	if (before == 0)
		(void)printf("schema %d: made\n", FLEET_SCHEMA);
	else
		(void)printf("schema %d: was %d; functions, views and grants "
			     "are this program's\n",
			     FLEET_SCHEMA, before);
	return true;
}

static bool set_keep(const struct config *config, struct pg *pg,
		     struct error *err)
{
	const struct fleet_keep keep = {
	    .results_s = config->store.keep_results_ms / MS_A_SECOND,
	    .incidents_s = config->fleet.keep_incidents_ms / MS_A_SECOND,
	    .details_s = config->fleet.keep_details_ms / MS_A_SECOND,
	};

	return fleet_keep_set(pg, &keep, err) == PG_DONE;
}

static bool print_grant(void *context, const char *role, const char *what)
{
	(void)context;
	(void)printf("  %-16s %s\n", role, what);
	return true;
}

static bool print_grants(struct pg *pg, struct error *err)
{
	(void)puts("who may what:");
	return fleet_grants(pg, print_grant, NULL, err) == PG_DONE;
}

/* The two that came before are createdb and this one. */
static void print_steps(const struct wanted *wanted, const char *database,
			bool is_new)
{
	(void)printf("%s: role %s%s; what is left of its set-up:\n",
		     wanted->name, wanted->role,
		     is_new ? ", new" : ", was there");
	(void)printf("  here:   psql %s -c '\\password %s'\n"
		     "  there:  in alignd.conf: store { postgresql = "
		     "\"host=THIS-SERVER dbname=%s user=%s "
		     "passfile=/etc/alignd/pgpass\" }\n"
		     "  there:  install -m 0400 -o alignd-forward pgpass "
		     "/etc/alignd/pgpass\n"
		     "  there:  systemctl restart alignd && "
		     "systemctl enable --now alignd-forward\n"
		     "pgpass: a line THIS-SERVER:5432:%s:%s:PASSWORD\n",
		     database, wanted->role, database, wanted->role, database,
		     wanted->role);
}

static bool add_hosts(struct pg *pg, const char *database,
		      const struct wanted *hosts, size_t count,
		      struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		bool is_new = false;
		if (fleet_member_add(pg, hosts[i].name, hosts[i].role, &is_new,
				     err) != PG_DONE)
			return false;
		print_steps(&hosts[i], database, is_new);
	}
	return true;
}

/* Its name; one that nobody could type as it is goes by that word. */
static const char *database_of(struct tool *tool, const struct config *config,
			       const char *conninfo)
{
	const char *name = pg_string_option(
	    tool->mem,
	    conninfo == NULL ? config_fleet_people(config) : conninfo,
	    "dbname");

	return *name == '\0' || strpbrk(name, " '\"\\:=$;&|<>`") != NULL ||
		       !text_is_graphic(span_of(name))
		   ? "DATABASE"
		   : name;
}

static int run_init(struct tool *tool)
{
	const char *conninfo =
	    tool->operands.count > 1 ? tool->operands.items[1] : NULL;
	struct wanted *hosts;
	size_t count;
	struct config *config;
	struct error err;
	struct pg *pg;
	int status = read_hosts(tool, &hosts, &count);

	if (status != TOOL_DONE)
		return status;
	if (!tool_config(tool, &config, &err) ||
	    !fleet_admin_open(tool, config, conninfo, &pg, &err) ||
	    !make_schema(tool, pg, &err) || !set_keep(config, pg, &err) ||
	    !print_grants(pg, &err) ||
	    !add_hosts(pg, database_of(tool, config, conninfo), hosts, count,
		       &err))
		return tool_fail(&err);
	return TOOL_DONE;
}

static const char *const options[] = {"--upgrade", "--host", NULL};

const struct tool_action fleet_action_init = {
    .name = "init",
    .operands_max = 1,
    .options = options,
    .run = run_init,
};
