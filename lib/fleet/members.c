/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * members.c - which hosts a fleet has, and by which role each is known
 *
 * Tested by test_fleet_init.
 */
#include "lib/fleet/members.h"

#include <string.h>

/* A forwarder has one connection; a few more for who looks by hand. */
#define CONNECTIONS "8"

/* Runs what a SELECT gives as a text: a statement with names in it, which
 * PostgreSQL has quoted. */
static enum pg_kind run_made(struct pg *pg, const char *sql, const char *name,
			     struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind =
	    pg_exec(pg, sql, PG_PARAMS(pg_text(name)), &rows, err);

	if (kind != PG_DONE)
		return kind;
	kind = pg_run(pg, pg_value(rows, 0, 0).data, err);
	pg_result_free(rows);
	return kind;
}

static enum pg_kind begin(struct pg *pg, struct error *err)
{
	return pg_run(pg, "BEGIN", err);
}

static enum pg_kind become_owner(struct pg *pg, struct error *err)
{
	return pg_run(pg, "SET LOCAL ROLE alignd_owner", err);
}

static enum pg_kind end(struct pg *pg, enum pg_kind kind, struct error *err)
{
	if (kind == PG_DONE)
		kind = pg_run(pg, "COMMIT", err);
	if (kind != PG_DONE)
		pg_rollback(pg);
	return kind;
}

/* --- adding --- */

static enum pg_kind refuse_role(const char *role, const char *why,
				struct error *err)
{
	(void)error_set(err, ERROR_INPUT,
			"role %.64s %s: give the host a role of its own "
			"(--host NAME=ROLE)",
			role, why);
	return PG_REFUSED;
}

/* Is the role there, and fit for a host? */
static enum pg_kind look_at_role(struct pg *pg, const char *role,
				 bool *is_there, struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind = pg_exec(
	    pg,
	    "SELECT r.rolsuper OR r.rolcreaterole OR r.rolbypassrls, "
	    "r.rolname LIKE 'alignd\\_%' AND NOT r.rolcanlogin, EXISTS (SELECT "
	    "FROM pg_roles o WHERE o.rolname IN ('alignd_owner', "
	    "'alignd_operator', 'alignd_reader', 'alignd_sender') AND "
	    "pg_has_role(r.oid, o.oid, 'MEMBER')) FROM pg_roles r "
	    "WHERE r.rolname = $1",
	    PG_PARAMS(pg_text(role)), &rows, err);

	if (kind != PG_DONE)
		return kind;
	bool found = pg_rows(rows) == 1;
	bool is_great = found && span_equals(pg_value(rows, 0, 0), "t");
	bool is_group = found && span_equals(pg_value(rows, 0, 1), "t");
	bool is_person = found && span_equals(pg_value(rows, 0, 2), "t");
	pg_result_free(rows);
	if (is_group)
		return refuse_role(role, "is one of the fleet's groups", err);
	if (is_great)
		return refuse_role(role, "may do what no host should", err);
	if (is_person)
		return refuse_role(role, "reads the fleet or acts in it", err);
	*is_there = found;
	return PG_DONE;
}

/* A session of it that holds up others is ended by alignd_owner, as a member of
 * the role (sessions.sql); one that was stopped, by PostgreSQL. Of a role that
 * somebody else made this may not be ours to say: fleet status tells then. */
static enum pg_kind bound_role(struct pg *pg, const char *role,
			       struct error *err)
{
	return run_made(
	    pg,
	    "SELECT format('DO %L', format('BEGIN GRANT %1$I TO alignd_owner; "
	    "ALTER ROLE %1$I SET idle_in_transaction_session_timeout = "
	    "''2min''; EXCEPTION WHEN insufficient_privilege THEN NULL; END', "
	    "$1))",
	    role, err);
}

static enum pg_kind make_role(struct pg *pg, const char *role, bool is_there,
			      struct error *err)
{
	enum pg_kind kind = PG_DONE;

	if (!is_there)
		kind = run_made(pg,
				"SELECT format('CREATE ROLE %I LOGIN "
				"CONNECTION LIMIT " CONNECTIONS "', $1)",
				role, err);
	if (kind == PG_DONE)
		kind =
		    run_made(pg, "SELECT format('GRANT alignd_host TO %I', $1)",
			     role, err);
	return kind == PG_DONE ? bound_role(pg, role, err) : kind;
}

/* What a host that left had reported by itself meanwhile, it says anew. */
static enum pg_kind enter_host(struct pg *pg, const char *name,
			       const char *role, struct error *err)
{
	enum pg_kind kind = pg_exec(
	    pg,
	    "INSERT INTO alignd.host AS h (name, role) VALUES ($1, $2::name) "
	    "ON CONFLICT (name) DO UPDATE SET role = excluded.role, "
	    "state = 'live', removed_s = 0, joined_s = CASE WHEN "
	    "h.state = 'live' THEN h.joined_s ELSE excluded.joined_s END, "
	    "reported_until_s = CASE WHEN h.state = 'live' THEN "
	    "h.reported_until_s END",
	    PG_PARAMS(pg_text(name), pg_text(role)), NULL, err);

	if (kind == PG_REFUSED)
		return refuse_role(role, "is another host's", err);
	return kind;
}

enum pg_kind fleet_member_add(struct pg *pg, const char *name, const char *role,
			      bool *made, struct error *err)
{
	bool is_there = false;
	enum pg_kind kind = begin(pg, err);

	if (kind == PG_DONE)
		kind = look_at_role(pg, role, &is_there, err);
	if (kind == PG_DONE)
		kind = make_role(pg, role, is_there, err);
	if (kind == PG_DONE)
		kind = become_owner(pg, err);
	if (kind == PG_DONE)
		kind = enter_host(pg, name, role, err);
	kind = end(pg, kind, err);
	if (kind == PG_DONE)
		*made = !is_there;
	return kind;
}

/* --- removing --- */

/* What no round has taken is the host's to report; without schema alignd_report
 * nobody else would. */
static enum pg_kind hand_back(struct pg *pg, const char *name, int64_t *until_s,
			      struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind = pg_exec(
	    pg, "SELECT to_regproc('alignd_report.hand_back') IS NOT NULL",
	    NULL, 0, &rows, err);

	if (kind != PG_DONE)
		return kind;
	bool is_there = span_equals(pg_value(rows, 0, 0), "t");
	pg_result_free(rows);
	if (!is_there)
		return PG_DONE;
	kind = pg_exec(pg,
		       "SELECT alignd_report.hand_back(host_no) FROM "
		       "alignd.host WHERE name = $1",
		       PG_PARAMS(pg_text(name)), &rows, err);
	if (kind != PG_DONE)
		return kind;
	*until_s = pg_value_number(rows, 0, 0);
	pg_result_free(rows);
	return PG_DONE;
}

/* Its role as the host's row has it; NULL: there is no such host. */
static enum pg_kind mark_removed(TALLOC_CTX *mem, struct pg *pg,
				 const char *name, const char **role,
				 struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind =
	    pg_exec(pg,
		    "UPDATE alignd.host SET state = 'removed', removed_s = "
		    "extract(epoch FROM now())::bigint WHERE name = $1 AND "
		    "state = 'live' RETURNING role",
		    PG_PARAMS(pg_text(name)), &rows, err);

	if (kind != PG_DONE)
		return kind;
	*role = pg_rows(rows) == 0 ? NULL
				   : mem_strdup(mem, pg_value(rows, 0, 0).data);
	pg_result_free(rows);
	return PG_DONE;
}

/* The host's own sessions may hold what is to be changed. */
static enum pg_kind tell_held(struct pg *pg, enum pg_kind kind,
			      struct error *err)
{
	if (kind != PG_DONE && strcmp(pg_sqlstate(pg), "55P03") == 0)
		(void)error_set(
		    err, ERROR_STORE,
		    "a session in the database holds rows of that host, which "
		    "was not removed: end it (FLEET.md, \"When something is "
		    "wrong\"), then run this again");
	return kind;
}

enum pg_kind fleet_member_remove(TALLOC_CTX *mem, struct pg *pg,
				 const char *name, const char **role,
				 int64_t *reported_until_s, struct error *err)
{
	const char *found = NULL;
	enum pg_kind kind = begin(pg, err);

	*reported_until_s = 0;
	if (kind == PG_DONE)
		kind = pg_run(pg, "SET LOCAL lock_timeout = '3s'", err);
	if (kind == PG_DONE)
		kind = become_owner(pg, err);
	if (kind == PG_DONE)
		kind = mark_removed(mem, pg, name, &found, err);
	if (kind == PG_DONE && found != NULL)
		kind = hand_back(pg, name, reported_until_s, err);
	if (kind == PG_DONE)
		kind = pg_run(pg, "RESET ROLE", err);
	if (kind == PG_DONE && found != NULL)
		kind = run_made(
		    pg, "SELECT format('REVOKE alignd_host FROM %I', $1)",
		    found, err);
	kind = end(pg, tell_held(pg, kind, err), err);
	if (kind == PG_DONE)
		*role = found;
	return kind;
}

/* --- how long --- */

enum pg_kind fleet_keep_set(struct pg *pg, const struct fleet_keep *keep,
			    struct error *err)
{
	enum pg_kind kind = begin(pg, err);

	if (kind == PG_DONE)
		kind = become_owner(pg, err);
	if (kind == PG_DONE)
		kind = pg_exec(pg,
			       "UPDATE alignd.fleet SET keep_results_s = $1, "
			       "keep_incidents_s = $2, keep_wide_s = $3",
			       PG_PARAMS(pg_number(keep->results_s),
					 pg_number(keep->incidents_s),
					 pg_number(keep->details_s)),
			       NULL, err);
	return end(pg, kind, err);
}

/* --- who may what --- */

/* A line for each group and schema: functions by name, tables by right and
 * number. */
static const char grants_sql[] =
    "WITH groups AS (SELECT oid, rolname FROM pg_roles WHERE rolname IN "
    "('alignd_host', 'alignd_operator', 'alignd_reader', 'alignd_sender')), "
    "schemas AS (SELECT g.oid AS role, g.rolname, n.oid, n.nspname FROM "
    "groups g, pg_namespace n WHERE n.nspname LIKE 'alignd%' AND "
    "has_schema_privilege(g.oid, n.oid, 'USAGE')) "
    "SELECT s.rolname, 'EXECUTE on ' || s.nspname || ': ' || "
    "string_agg(DISTINCT p.proname::text, ' ') FROM schemas s JOIN pg_proc p "
    "ON p.pronamespace = s.oid WHERE has_function_privilege(s.role, p.oid, "
    "'EXECUTE') AND s.nspname <> 'alignd_read' GROUP BY s.rolname, s.nspname "
    "UNION ALL SELECT s.rolname, r.what || ' on ' || count(*) || ' tables and "
    "views of ' || s.nspname FROM schemas s JOIN pg_class c ON c.relnamespace "
    "= s.oid CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), "
    "('DELETE')) r (what) WHERE c.relkind IN ('r', 'p', 'v') AND "
    "has_table_privilege(s.role, c.oid, r.what) GROUP BY s.rolname, "
    "s.nspname, r.what ORDER BY 1, 2";

enum pg_kind fleet_grants(struct pg *pg,
			  bool (*seen)(void *context, const char *role,
				       const char *what),
			  void *context, struct error *err)
{
	struct pg_result *rows;
	enum pg_kind kind = pg_exec(pg, grants_sql, NULL, 0, &rows, err);

	if (kind != PG_DONE)
		return kind;
	for (size_t row = 0; row < pg_rows(rows); row++) {
		if (!seen(context, pg_value(rows, row, 0).data,
			  pg_value(rows, row, 1).data))
			break;
	}
	pg_result_free(rows);
	return PG_DONE;
}
