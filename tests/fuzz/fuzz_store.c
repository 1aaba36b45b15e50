/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_store - a store that somebody else wrote, and all that reads it
 *
 * A line "TABLE.COLUMN=TVALUE" adds a row that is sound but for that column,
 * whose value is of type T: a text, b bytes, i a number, n NULL; the TABLE
 * "+" goes on with the row before. The tables have neither types nor
 * constraints, but their defaults. Properties: every reader comes to its end,
 * what it hands on is clean and within its bounds, and sending settles what
 * cannot be read.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <unistd.h>

#include "lib/app/replay.h"
#include "lib/explain/explain.h"
#include "lib/report/make/aggregate_row.h"
#include "lib/store/store_acts.h"
#include "lib/store/store_clock.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_counters.h"
#include "lib/store/store_day.h"
#include "lib/store/store_delivery.h"
#include "lib/store/store_failure_report.h"
#include "lib/store/store_groups.h"
#include "lib/store/store_query.h"
#include "lib/store/store_replay.h"

#define NOW_S 1777636800
#define HOUR_S 1777550400
#define ROWS_MAX 40
#define SQL_MAX 4096
#define TABLE_COUNT (sizeof tables / sizeof tables[0])

static const struct {
	const char *name;
	const char *columns; /* what a later version added has its default */
	const char *row;     /* a sound one */
} tables[] = {
    {"tuple",
     "tuple_id, fingerprint, author_domain, author_error, policy_domain, "
     "org_domain, discovery, record, author_exists, client_ip, "
     "client_name, mail_from_domain, spf_result, spf_domain, spf_scope, "
     "dkim, arc, dmarc_result, is_dkim_aligned, is_spf_aligned, "
     "indirect, policy, asked, applied, override_type, override_comment, "
     "tls_version",
     "1, 0, 'a.test', '', 'a.test', 'a.test', 'treewalk', 'v=DMARC1; "
     "p=reject; rua=mailto:r@a.test', -1, '192.0.2.7', 'h.test', 'a.test', "
     "'pass', 'a.test', 'mfrom', '[{\"domain\":\"a.test\",\"result\":"
     "\"pass\"}]', '{\"result\":\"none\"}', 'fail', 0, 1, 'none', 'reject', "
     "'reject', 'reject', '', '', ''"},
    {"result", "hour_s, tuple_id, count", "1777550400, 1, 1"},
    {"incident",
     "incident_id, author_key, reference, time_s, queue_id, host, "
     "client_ip, client_name, helo, mail_from, author_domain, "
     "author_error, policy_domain, spf_result, spf_domain, dkim, "
     "dmarc_result, asked, applied, override_type, override_comment, "
     "reason, reply, rcpt_domains, tls_version, verdict, queries, "
     "indirect, list_id",
     "1, 'tset.a.', 'K7QX-2M4D', 1777550400, 'Q1', 'mx', '192.0.2.7', '', "
     "'h', 'a@a.test', 'a.test', '', 'a.test', 'fail', 'a.test', '[]', "
     "'fail', 'reject', 'reject', '', '', 'why', '550 no', '[\"r.test\"]', "
     "'', '{\"dmarc\":{\"record\":\"v=DMARC1; p=reject\"}}', '[]', 'none', "
     "''"},
    {"act", "act_id, incident_id, time_s, who, kind, note",
     "1, 1, 1777550400, 'me', 'confirm', ''"},
    {"report",
     "report_id, policy_domain, begin_s, end_s, part, messages, state, "
     "note, created_s, give_up_s, settled_s, submitter, file_name, "
     "record, archive, kind, rank",
     "'0123456789abcdef0123456789abcdef', 'a.test', 1777464000, 1777550399, "
     "0, 1, 'rendered', '', 1777550400, 1777700000, 0, 'mx', 'f', "
     "'v=DMARC1', x'00', 'aggregate', 0"},
    {"report_destination",
     "report_id, address, position, state, tries, next_try_s, "
     "last_try_s, reply, owner, lease_s, rank",
     "'0123456789abcdef0123456789abcdef', 'r@a.test', 0, 'waiting', 0, 1, 0, "
     "'', '', 0, 0"},
    {"report_health",
     "address, policy_domain, last_ok_s, last_error_s, last_error, "
     "failures, suppressed_until_s, suppressed_why",
     "'r@a.test', '', 0, 1777550400, 'no', 1, 0, ''"},
    {"report_run", "run_id, collected_until_s, started_s, ended_s, words",
     "1, 1777550400, 1777550400, 1777550400, 'done'"},
    {"failure",
     "failure_id, incidents, time_s, reference, auth_failure, "
     "policy_domain, author_domain, record, source_ip, "
     "identity_alignment, delivery_result, authres, mail_from, rcpt_to, "
     "dkim_domain, dkim_identity, dkim_selector, spf_dns, subject, "
     "header",
     "1, 1, 1777550400, 'K7QX-2M4D', 'dmarc', 'a.test', 'a.test', "
     "'v=DMARC1', '192.0.2.7', 'none', 'reject', '', '', '', '', '', '', '', "
     "'s', 'Subject: s'"},
    {"failure_hour", "hour_s, policy_domain, kept, more",
     "1777550400, 'a.test', 1, 1"},
    {"clock", "clock_id, believed_s", "1, 1777550400"},
};

static char path[64];
static struct store_db *writer;

/* Says why before it ends. */
static void require_done(bool done, const struct error *err)
{
	if (!done)
		(void)fprintf(stderr, "%s\n", err->words);
	require(done);
}

static void run(const char *sql)
{
	struct error err;

	if (!store_db_run(writer, sql, &err)) {
		(void)fprintf(stderr, "%s: %s\n", sql, err.words);
		abort();
	}
}

/* --- the file --- */

/* The table anew, of its columns' names and defaults alone. */
static void loosen(const char *table)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_statement *rows;
	struct strbuf columns;
	struct error err;

	strbuf_init(&columns, mem, SQL_MAX);
	require_done(
	    store_query_open(writer,
			     "SELECT name || ifnull(' DEFAULT ' || dflt_value, "
			     "'') FROM pragma_table_info(?)",
			     STORE_VALUES(store_text(table)), &rows, &err),
	    &err);
	while (store_db_next(rows, &err))
		strbuf_printf(&columns, "%s%s", columns.length == 0 ? "" : ", ",
			      store_db_column_text(rows, 0));
	require_done(store_db_end(rows), &err);
	run(mem_printf(mem, "DROP TABLE %s; CREATE TABLE %s (%s);", table,
		       table, strbuf_text(&columns)));
	mem_free(mem);
}

static void remove_file(void)
{
	char name[80];

	for (size_t i = 0; i < 3; i++) {
		static const char *const suffixes[] = {"", "-wal", "-shm"};
		(void)snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
		(void)unlink(name);
	}
}

static void make_file(void)
{
	struct store_settings settings = {
	    .sqlite = path,
	    .keep_incidents_ms = INT64_C(86400000) * 3650,
	    .keep_results_ms = INT64_C(86400000) * 3650};
	struct store *store;
	struct error err;

	/* In memory where there is such a place: a disk is slow. */
	(void)snprintf(path, sizeof path, "%s/fuzz-store.%ld",
		       access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
		       (long)getpid());
	remove_file();
	(void)atexit(remove_file);
	require_done(store_open(&settings, "mx", clock_system(), &store, &err),
		     &err);
	store_close(store);
	require_done(store_db_open(path, STORE_DB_WRITE, &writer, &err), &err);
	run("PRAGMA synchronous = OFF; DROP TRIGGER result_purged;"
	    "DROP TRIGGER incident_purged;");
	for (size_t i = 0; i < TABLE_COUNT; i++)
		loosen(tables[i].name);
}

/* --- rows --- */

static struct store_value value_of(struct span text, TALLOC_CTX *mem)
{
	char type = text.length == 0 ? 'n' : text.data[0];
	struct span rest = span_make(text.data + (text.length > 0),
				     text.length - (text.length > 0));

	if (type == 'i')
		return store_number(strtoll(
		    mem_strndup(mem, rest.data, rest.length), NULL, 10));
	if (type == 't')
		return store_text(mem_strndup(mem, rest.data, rest.length));
	return store_bytes(rest);
}

static const char *const casts[] = {"?", "CAST(? AS TEXT)", "NULL"};

/* Bytes with a NUL among them become a text by way of a cast. */
static const char *cast_of(struct span value)
{
	if (value.length == 0 || value.data[0] == 'n')
		return casts[2];
	return value.data[0] == 'c' ? casts[1] : casts[0];
}

static void set_column(const char *table, struct span column, struct span value)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *name =
	    text_escape(mem, column, 40, false); /* no quotes: not known */
	const char *cast = cast_of(value);
	struct store_value bound = value_of(value, mem);
	struct error unknown;

	for (const char *c = name; *c != '\0'; c++) {
		if (!ascii_is_alpha(*c) && *c != '_')
			name = "none";
	}
	(void)!store_query_run(writer,
			       mem_printf(mem,
					  "UPDATE %s SET %s = %s WHERE rowid = "
					  "(SELECT max(rowid) FROM %s)",
					  table, name, cast, table),
			       &bound, cast == casts[2] ? 0 : 1, &unknown);
	mem_free(mem);
}

static void add_row(const char **table, struct span line)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span left;
	struct span value;
	struct span name;
	struct span column;

	(void)span_cut(line, '=', &left, &value);
	(void)span_cut(left, '.', &name, &column);
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (!span_equals(name, tables[i].name))
			continue;
		*table = tables[i].name;
		run(mem_printf(mem, "INSERT INTO %s (%s) VALUES (%s)", *table,
			       tables[i].columns, tables[i].row));
		break;
	}
	set_column(*table, column, value);
	mem_free(mem);
}

static void write_rows(struct span input)
{
	const char *table = tables[0].name;
	TALLOC_CTX *mem = mem_context(NULL);

	run("BEGIN");
	for (size_t i = 0; i < TABLE_COUNT; i++)
		run(mem_printf(mem, "DELETE FROM %s", tables[i].name));
	for (size_t i = 0; i < ROWS_MAX && input.length > 0; i++) {
		struct span line;
		(void)span_cut(input, '\n', &line, &input);
		add_row(&table, line);
	}
	run("COMMIT");
	mem_free(mem);
}

/* --- what is read --- */

static void require_clean(const struct store_columns *columns, const void *row)
{
	for (size_t i = 0; i < columns->count; i++) {
		const char *at = (const char *)row + columns->items[i].offset;
		int64_t time_s;
		if (columns->items[i].type < STORE_TEXT_TYPES &&
		    columns->items[i].type != STORE_LINES)
			require(text_is_line(span_of(*(char *const *)at)));
		if (columns->items[i].type != STORE_TIME)
			continue;
		memcpy(&time_s, at, sizeof time_s);
		require(time_s >= 0 && time_s <= STORE_TIME_MAX);
	}
}

struct reading {
	struct store_reader *reader;
	struct store_reports *reports;
	struct replay_rules rules;
	struct store_replay *replay;
	struct store_day *day;
	TALLOC_CTX *mem;
};

static bool on_act(void *context, const struct store_act *act)
{
	(void)context;
	require(act->kind <= ACT_ALLOW);
	require(text_is_line(span_of(act->note)));
	return true;
}

static bool on_incident(void *context, const struct store_incident *incident)
{
	struct reading *reading = context;
	TALLOC_CTX *mem = mem_context(NULL);
	const struct explain_today today = {.now_s = NOW_S};
	struct error err;

	require_clean(&store_incident_columns, incident);
	struct explanation *told =
	    explain_incident(mem, incident, &today, true);
	require(told->count == EXPLANATION_STEPS);
	require_done(
	    store_acts(reading->reader, incident->id, on_act, NULL, &err),
	    &err);
	mem_free(mem);
	return true;
}

static bool on_result(void *context, int64_t hour_s, int64_t count,
		      const struct store_tuple *tuple)
{
	(void)context;
	require(hour_s >= 0 && hour_s <= STORE_TIME_MAX && count >= 0);
	require_clean(&store_tuple_columns, tuple);
	return true;
}

static void on_trait(void *context, int64_t id, const struct store_trait *trait)
{
	(void)context;
	(void)id;
	require(text_is_line(span_of(trait->author_domain)));
}

static void on_counter(void *context, int64_t hour_s, int64_t id, int64_t count)
{
	(void)context;
	(void)id;
	require(hour_s >= 0 && hour_s <= STORE_TIME_MAX && count >= 0);
}

static bool on_group(void *context, const struct store_group *group)
{
	(void)context;
	require(text_is_line(span_of(group->key)));
	return true;
}

static bool replay_one(void *context, int64_t messages,
		       const struct store_tuple *tuple, struct error *err)
{
	struct reading *reading = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct replay replay;
	bool is_read = replay_tuple(mem, &reading->rules, tuple, true, &replay);

	mem_free(mem);
	return !is_read ||
	       store_replay_note(reading->replay, "none", messages, err);
}

static void on_change(void *context, const struct store_change *change)
{
	struct reading *reading = context;
	struct text_list references;
	struct error err;

	require(text_is_line(span_of(change->author_domain)));
	/* The address may be none: then there is nothing to look for. */
	(void)!store_replay_references(reading->mem, reading->replay, change, 3,
				       &references, &err);
}

static void replay_all(struct reading *reading)
{
	struct error err;
	long left_out;

	require_done(store_replay_open(reading->mem, reading->reader, 0, 0,
				       &reading->replay, &err),
		     &err);
	require(
	    store_replay_tuples(reading->replay, replay_one, reading, &err));
	require_done(store_replay_changes(reading->replay, CHANGES_BY_SOURCE,
					  20, on_change, reading, &left_out,
					  &err),
		     &err);
	mem_free(reading->replay);
}

static bool on_day_row(void *context, int64_t id, int64_t count,
		       const struct store_tuple *tuple)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct aggregate_row row;
	struct error err;

	(void)context;
	(void)id;
	(void)!aggregate_row_make(mem, tuple, count, &row, &err);
	mem_free(mem);
	return true;
}

static bool on_policy(void *context, const struct store_policy *policy)
{
	struct reading *reading = context;
	struct error err;

	require(text_is_line(span_of(policy->policy_domain)));
	require_done(store_day_rows(reading->day, policy->number, on_day_row,
				    reading, &err),
		     &err);
	return true;
}

static bool on_day(void *context, int64_t day_s)
{
	int64_t *last_s = context;

	require(day_s > *last_s); /* it goes on, and so it ends */
	*last_s = day_s;
	return true;
}

static void read_days(struct reading *reading)
{
	int64_t last_s = -1;
	struct error err;

	require_done(store_days(reading->reader, NULL, on_day, &last_s, &err),
		     &err);
	last_s = -1;
	require_done(
	    store_days(reading->reader, "a.test", on_day, &last_s, &err), &err);
	require_done(
	    store_day_open(reading->mem, reading->reader,
			   &(const struct store_day_choice){
			       .since_s = HOUR_S - HOUR_S % 86400,
			       .until_s = HOUR_S - HOUR_S % 86400 + 86400},
			   &reading->day, &err),
	    &err);
	require_done(store_day_policies(reading->day, on_policy, reading, &err),
		     &err);
	mem_free(reading->day);
}

static void read_results(struct reading *reading)
{
	const struct store_filter all = {0};
	const struct store_period period = {0};
	const struct store_counters_handler handler = {.tuple = on_trait,
						       .counter = on_counter};
	struct store_hours hours;
	struct error err;

	require(
	    store_incidents(reading->reader, &all, on_incident, reading, &err));
	for (int key = 0; key < STORE_GROUP_KEYS; key++)
		require_done(store_groups(reading->reader, &all,
					  (enum store_group_key)key, on_group,
					  NULL, &err),
			     &err);
	require_done(
	    store_all_passes(reading->reader, 100, on_result, NULL, &err),
	    &err);
	require_done(
	    store_passes(reading->reader, "a.test", 100, on_result, NULL, &err),
	    &err);
	require_done(store_counters(reading->reader, &period, &handler, &err),
		     &err);
	require_done(store_recorded(reading->reader, 0, 0, &hours, &err), &err);
	require(hours.first_s >= 0 && hours.last_s <= STORE_TIME_MAX);
}

/* --- reports --- */

static bool on_delivery(void *context, const struct store_delivery *delivery)
{
	(void)context;
	require(text_is_line(span_of(delivery->address)));
	return true;
}

static bool on_report(void *context, const struct store_report *report)
{
	struct reading *reading = context;
	struct span bytes;
	struct error err;

	require_clean(&store_report_columns, report);
	require(strlen(report->report_id) == 32);
	require_done(store_deliveries_list(reading->reports, report->report_id,
					   on_delivery, NULL, &err),
		     &err);
	require_done(store_reports_archive(reading->mem, reading->reports,
					   report->report_id, &bytes, &err),
		     &err);
	return true;
}

static bool on_health(void *context, const struct store_health *health)
{
	(void)context;
	require(text_is_line(span_of(health->last_error)));
	return true;
}

static bool on_failure(void *context, const struct store_failure_row *row)
{
	(void)context;
	require_clean(&store_failure_columns, &row->failure);
	return true;
}

static bool on_state(void *context, const char *state, int64_t count)
{
	(void)context;
	require(text_is_line(span_of(state)) && count > 0);
	return true;
}

static void read_clock(struct reading *reading)
{
	struct clock_facts facts;
	struct error err;

	require_done(store_clock_facts(store_reports_db(reading->reports),
				       clock_system(), &facts, &err),
		     &err);
	require(facts.believed_s >= 0 && facts.believed_s <= STORE_TIME_MAX);
	require(facts.newest_s >= 0 && facts.newest_s <= STORE_TIME_MAX);
}

static void read_reports(struct reading *reading)
{
	const struct store_report_filter all = {0};
	struct store_run run_row;
	int64_t waiting;
	int64_t more;
	struct error err;

	require_done(store_reports_list(reading->reports, &all, on_report,
					reading, &err),
		     &err);
	require_done(
	    store_health_list(reading->reports, 0, on_health, NULL, &err),
	    &err);
	require(store_failures_list(reading->reports, NULL, 0, 0, on_failure,
				    NULL, &err));
	require_done(
	    store_failures_count(reading->reports, &waiting, &more, &err),
	    &err);
	require_done(
	    store_run_get(reading->mem, reading->reports, &run_row, &err),
	    &err);
	require(run_row.collected_until_s >= 0);
	require(store_reports_states(reading->reports, "aggregate", on_state,
				     NULL, &err));
	require_done(store_reports_next_try(reading->reports, &waiting, &err),
		     &err);
	require(waiting >= 0 && waiting <= STORE_TIME_MAX);
}

/* Each delivery that is handed out is settled; so it comes to an end. */
static void claim_all(struct reading *reading)
{
	const struct store_claim claim = {
	    .owner = "me", .now_s = NOW_S, .lease_s = NOW_S + 600};
	struct store_delivery *delivery;
	struct store_report *report;
	int64_t count;
	struct error err;

	for (size_t i = 0;; i++) {
		const struct store_attempt sent = {.state = DELIVERY_SENT,
						   .reply = "250",
						   .is_counted = true,
						   .now_s = NOW_S};
		require(i <= ROWS_MAX);
		require_done(store_reports_claim(reading->mem, reading->reports,
						 &claim, &delivery, &report,
						 &err),
			     &err);
		if (delivery == NULL)
			break;
		require(report != NULL);
		require_done(store_reports_attempted(reading->reports, delivery,
						     &sent, &err),
			     &err);
	}
	require_done(
	    store_reports_give_up(reading->reports, NOW_S, &count, &err), &err);
	require_done(store_reports_purge(reading->reports, NOW_S, &err), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading reading = {.mem = mem_context(NULL)};
	struct store_flaws *flaws = store_flaws_new(reading.mem);
	struct error err;

	if (writer == NULL)
		make_file();
	write_rows(span_make((const char *)data, size));
	require_done(
	    store_reader_open(reading.mem, path, &reading.reader, &err), &err);
	require_done(store_reports_open(reading.mem, path, STORE_DB_WRITE,
					&reading.reports, &err),
		     &err);
	store_reader_list_flaws(reading.reader, flaws);
	store_reports_list_flaws(reading.reports, flaws);
	reading.rules =
	    replay_rules(reading.mem, config_defaults(reading.mem), NOW_S);
	read_results(&reading);
	replay_all(&reading);
	read_days(&reading);
	read_clock(&reading);
	read_reports(&reading);
	claim_all(&reading);
	for (size_t i = 0; store_flaws_words(flaws, i) != NULL; i++)
		require(fuzz_is_line(store_flaws_words(flaws, i)));
	mem_free(reading.mem);
	return 0;
}
