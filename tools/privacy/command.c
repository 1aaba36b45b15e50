/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl privacy: what the store, or the fleet, has of somebody
 * Tested by test_alignctl_privacy, test_fleet_privacy.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/show/show.h"
#include "lib/store/store_erase.h"
#include "lib/store/store_export.h"
#include "tools/action.h"
#include "tools/privacy/fleet.h"
#include "tools/privacy/journal.h"
#include "tools/store.h"

#define EXPORT_MODE 0600

static const struct tool_option options[] = {
    {.name = "--count", .value = "N"},	{.name = "--fleet"}, {.name = "--json"},
    {.name = "--out", .value = "FILE"}, {.name = NULL},
};

/* The store, and whom the operand names. */
struct privacy_request {
	struct tool *tool;
	const char *path;
	struct store_subject subject;
	bool is_fleets; /* the host is of a fleet */
	bool of_fleet;	/* which is asked, and not the host's store: */
	struct privacy_fleet fleet;
};

static bool read_request(struct tool *tool, struct privacy_request *request,
			 struct error *err)
{
	struct config *config;

	if (!store_subject_read(tool->mem, tool->operands.items[1],
				&request->subject, err) ||
	    !tool_config(tool, &config, err))
		return false;
	request->tool = tool;
	request->path = config->store.sqlite;
	request->is_fleets = *config->store.postgresql != '\0';
	request->of_fleet = tool_has(tool, "--fleet");
	if (request->path == NULL || *request->path == '\0')
		return error_set(err, ERROR_CONFIG,
				 "store.sqlite is not set: nothing is stored");
	return !request->of_fleet ||
	       privacy_fleet_open(tool, config, &request->subject,
				  &request->fleet, err);
}

/* --- inventory --- */

static const char *names_text(const struct store_personal *column)
{
	static const char *const texts[] = {
	    [0] = "nobody",
	    [STORE_NAMES_MAILBOX] = "person",
	    [STORE_NAMES_DOMAIN] = "domain",
	    [STORE_NAMES_MAILBOX | STORE_NAMES_DOMAIN] = "person, domain",
	    [STORE_NAMES_CLIENT] = "client",
	    [STORE_NAMES_CLIENT | STORE_NAMES_MAILBOX] = "person, client",
	    [STORE_NAMES_CLIENT | STORE_NAMES_DOMAIN] = "domain, client",
	    [STORE_NAMES_CLIENT | STORE_NAMES_MAILBOX | STORE_NAMES_DOMAIN] =
		"person, domain, client",
	};

	return texts[column->names];
}

static int show_inventory(struct tool *tool)
{
	static const struct table_column columns[] = {
	    {.key = "table", .title = "table"},
	    {.key = "column", .title = "column"},
	    {.key = "names", .title = "can name"},
	    {.key = "what", .title = "what it is"},
	    TABLE_END,
	};
	struct show *show = show_new(tool->mem);

	show_line(show, "Columns of the store that can name somebody:");
	struct table *table = show_table(show, "columns", NULL, columns);

	for (const struct store_personal *it = store_personal_columns;
	     it->table != NULL; it++) {
		const struct value cells[] = {
		    value_text(it->table),
		    value_text(it->column),
		    value_text(names_text(it)),
		    value_text(it->what),
		};
		table_add(table, cells, COUNT_OF(cells));
	}
	show_write(stdout, tool_form(tool), show);
	return TOOL_DONE;
}

/* --- export --- */

struct export
{
	FILE *file;
	int64_t rows;
};

/* What SQL made of a row is read and written anew, so that it is ASCII. */
static bool write_row(void *context, const char *table, const char *json)
{
	struct export *export = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *line = json_new_object(mem);
	struct json *row = json_read(mem, json);

	json_put_text(line, "table", table);
	if (row == NULL)
		json_put_text(line, "row", json);
	else
		json_put(line, "row", row);
	(void)fprintf(export->file, "%s\n", json_text(mem, line));
	export->rows++;
	mem_free(mem);
	return ferror(export->file) == 0;
}

static bool write_rows(const struct privacy_request *request, FILE *file,
		       int64_t *rows, struct error *err)
{
	struct export export = {.file = file};
	bool ok =
	    request->of_fleet
		? privacy_fleet_export(&request->fleet, write_row, &export, err)
		: store_export(
		      request->tool->mem, request->path, &request->subject,
		      tool_store_flaws(request->tool), write_row, &export, err);

	*rows = export.rows;
	return ok;
}

/* Nobody else reads it, and no file's place is taken. */
static bool open_export(const char *path, FILE **file, struct error *err)
{
	int fd =
	    open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		 EXPORT_MODE);

	*file = fd < 0 ? NULL : fdopen(fd, "w");
	return *file != NULL ||
	       error_errno(err, ERROR_INPUT, errno, "cannot make %.150s", path);
}

static bool export_to(const struct privacy_request *request, const char *path,
		      struct error *err)
{
	struct show *show = show_new(request->tool->mem);
	int64_t rows;
	FILE *file;

	if (!open_export(path, &file, err))
		return false;
	bool ok = write_rows(request, file, &rows, err);
	bool is_whole = ferror(file) == 0 && fflush(file) == 0;
	int number = errno;
	is_whole = fclose(file) == 0 && is_whole;
	if (!ok || !is_whole) {
		(void)unlink(path);
		return ok ? error_errno(err, ERROR_INPUT, number,
					"cannot write %.150s", path)
			  : false;
	}
	show_line(show, "%s has %lld rows that name %s", path, (long long)rows,
		  request->subject.text);
	show_data(show, "file", value_text(path));
	show_data(show, "rows", value_number(rows));
	show_write(stdout, tool_form(request->tool), show);
	return true;
}

static int export_rows(struct tool *tool)
{
	const char *path = tool_value(tool, "--out");
	struct privacy_request request;
	int64_t rows;
	struct error err;

	if (!read_request(tool, &request, &err))
		return tool_fail(&err);
	bool ok = path == NULL ? write_rows(&request, stdout, &rows, &err)
			       : export_to(&request, path, &err);
	return ok ? TOOL_DONE : tool_fail(&err);
}

/* --- erase --- */

static void show_parts(struct show *show, const struct store_erasure *erasure)
{
	static const struct table_column columns[] = {
	    {.key = "rows", .title = "rows", .is_right = true},
	    {.key = "table", .title = "table"},
	    {.key = "what", .title = "what becomes of them"},
	    {.key = "kept", .title = "kept"},
	    TABLE_END,
	};
	struct table *table = show_table(show, "parts", NULL, columns);

	for (size_t i = 0; i < erasure->count; i++) {
		const struct store_erased *part = &erasure->parts[i];
		const struct value cells[] = {
		    value_number(part->rows),
		    value_text(part->table),
		    value_text(part->what),
		    value_flag(part->is_kept),
		};
		if (part->rows > 0)
			table_add(table, cells, COUNT_OF(cells));
	}
}

static struct show *begin_show(const struct privacy_request *request,
			       const struct store_erasure *erasure,
			       bool is_erased)
{
	struct show *show = show_new(request->tool->mem);

	show_line(show, "%s: %lld %s %s", request->subject.text,
		  (long long)erasure->total,
		  erasure->total == 1 ? "row" : "rows",
		  is_erased ? "erased" : "would be erased");
	show_data(show, "kind",
		  value_text(store_subject_kind(&request->subject)));
	show_data(show, "erased", value_flag(is_erased));
	show_data(show, "rows", value_number(erasure->total));
	show_parts(show, erasure);
	if (is_erased && !request->of_fleet)
		show_line(show,
			  "Pages that alignctl desk or stats --html wrote "
			  "have it until they are written anew.");
	return show;
}

/* Which comes first: what was counted of somebody says which of the fleet's
 * reports tell of him. */
static void tell_fleet(struct show *show, const struct privacy_request *request)
{
	if (request->of_fleet)
		show_sentence(show, 0,
			      "Hosts that are there have theirs, and bring it "
			      "again where the fleet has lost something: after "
			      "this, alignctl privacy erase on each of them.");
	else if (request->is_fleets)
		show_sentence(
		    show, 0,
		    "The fleet's reports, and what hosts brought that "
		    "are gone, are not erased by this: alignctl "
		    "privacy erase --fleet does it, before the hosts "
		    "erase theirs (PRIVACY.md).");
}

static int ask_to_confirm(const struct privacy_request *request,
			  const struct store_erasure *erasure)
{
	struct show *show = begin_show(request, erasure, false);

	if (erasure->total > 0) {
		show_space(show);
		show_line(show,
			  "to erase: alignctl privacy erase %s%s --count %lld",
			  request->of_fleet ? "--fleet " : "",
			  request->tool->operands.items[1],
			  (long long)erasure->total);
	}
	tell_fleet(show, request);
	show_data(show, "recorded", value_none());
	show_data(show, "log_clear", value_none());
	show_data(show, "space_given", value_none());
	show_write(stdout, tool_form(request->tool), show);
	return TOOL_DONE;
}

static struct json *journal_line(const struct privacy_request *request,
				 const struct store_erasure *erasure,
				 bool is_complete)
{
	TALLOC_CTX *mem = request->tool->mem;
	struct json *line = json_new_object(mem);
	struct json *parts = json_new_object(mem);

	json_put_text(
	    line, "time",
	    value_shown(mem, value_time(clock_now_s(&request->tool->clock))));
	json_put_text(line, "kind", store_subject_kind(&request->subject));
	json_put_text(line, "who", tool_operator(mem));
	if (request->of_fleet)
		json_put_flag(line, "fleet", true);
	json_put_number(line, "rows", erasure->total);
	for (size_t i = 0; i < erasure->count; i++) {
		const struct store_erased *part = &erasure->parts[i];
		if (!part->is_kept && part->rows > 0)
			json_put_number(
			    parts, part->table,
			    part->rows +
				json_get_number(parts, part->table, 0));
	}
	json_put(line, "tables", parts);
	json_put_flag(line, "complete", is_complete);
	return line;
}

/* Of the fleet's: PostgreSQL has no such log and pages of ours. */
static void tell_fleets_rest(struct show *show,
			     const struct store_erasure *erasure)
{
	show_data(show, "log_clear", value_none());
	show_data(show, "space_given", value_flag(erasure->is_space_given));
	if (!erasure->is_space_given)
		show_sentence(show, 0,
			      "Columns of counters that name it go with the "
			      "next upkeep, within the hour, where no counter "
			      "that a host brings meanwhile names them.");
	show_sentence(show, 0,
		      "Backups of PostgreSQL, its log, and reports that were "
		      "sent are not alignd's to erase.");
}

/* What is left of it, where the store could not be rid of it at once. */
static void tell_rest(struct show *show, const struct store_erasure *erasure)
{
	show_data(show, "log_clear", value_flag(erasure->is_log_clear));
	show_data(show, "space_given", value_flag(erasure->is_space_given));
	if (!erasure->is_log_clear)
		show_sentence(show, 0,
			      "The log beside the store (-wal) is in use and "
			      "may hold copies until alignd writes over it; "
			      "run this again, or restart alignd.");
	if (!erasure->is_space_given)
		show_sentence(show, 0,
			      "Free pages of the store may hold what was "
			      "deleted before this; alignctl store shrink says "
			      "why they stay.");
	show_sentence(show, 0,
		      "Backups, the log of the mail system and reports that "
		      "were sent are not alignd's to erase.");
}

static bool erase_confirmed(const struct privacy_request *request,
			    struct error *err)
{
	TALLOC_CTX *mem = request->tool->mem;
	struct store_erasure erasure = {.count = 0};
	struct error unrecorded;
	bool ok = request->of_fleet
		      ? privacy_fleet_erase(mem, &request->fleet, &erasure, err)
		      : store_erase(mem, request->path, &request->subject,
				    &erasure, err);
	bool is_recorded =
	    journal_add(mem, request->path, journal_line(request, &erasure, ok),
			&unrecorded);

	if (!ok)
		return false;
	if (!is_recorded)
		return error_set(err, unrecorded.kind, "erased, but %s",
				 unrecorded.words);
	struct show *show = begin_show(request, &erasure, true);
	show_put(show, "recorded", "recorded",
		 value_text(journal_path(mem, request->path)));
	if (request->of_fleet)
		tell_fleets_rest(show, &erasure);
	else
		tell_rest(show, &erasure);
	tell_fleet(show, request);
	show_write(stdout, tool_form(request->tool), show);
	return true;
}

static bool count_rows(const struct privacy_request *request,
		       struct store_erasure *found, struct error *err)
{
	TALLOC_CTX *mem = request->tool->mem;

	return request->of_fleet
		   ? privacy_fleet_count(mem, &request->fleet, found, err)
		   : store_erase_count(mem, request->path, &request->subject,
				       found, err);
}

static int erase(struct tool *tool)
{
	const char *confirmed = tool_value(tool, "--count");
	struct store_erasure found;
	struct privacy_request request;
	struct error err;
	int64_t rows;

	if (confirmed != NULL &&
	    !text_number64(span_of(confirmed), 0, INT64_MAX / 2, &rows))
		return tool_usage(tool, "--count: the number of rows");
	if (!read_request(tool, &request, &err) ||
	    !count_rows(&request, &found, &err))
		return tool_fail(&err);
	if (confirmed == NULL || found.total == 0)
		return ask_to_confirm(&request, &found);
	if (rows != found.total) {
		(void)error_set(&err, ERROR_INPUT,
				"%lld rows are confirmed, and there are %lld "
				"now: nothing is erased; --count %lld",
				(long long)rows, (long long)found.total,
				(long long)found.total);
		return tool_fail(&err);
	}
	return erase_confirmed(&request, &err) ? TOOL_DONE : tool_fail(&err);
}

/* --- the subcommand --- */

static const char *const of_json[] = {"--json", NULL};
static const char *const of_export[] = {"--fleet", "--json", "--out", NULL};
static const char *const of_erase[] = {"--count", "--fleet", "--json", NULL};

static const struct tool_action *const actions[] = {
    &(const struct tool_action){"inventory", 0, 0, of_json, show_inventory},
    &(const struct tool_action){"export", 1, 1, of_export, export_rows},
    &(const struct tool_action){"erase", 1, 1, of_erase, erase},
    NULL,
};

static int run_privacy(struct tool *tool)
{
	return tool_run_action(tool, actions);
}

const struct command command_privacy = {
    .name = "privacy",
    .summary = "Show, export or erase what the store has of somebody.",
    .usage = "inventory [--json]\n"
	     "       alignctl privacy export [--fleet] [--out FILE] [--json] "
	     "ADDRESS|DOMAIN|IP\n"
	     "       alignctl privacy erase [--fleet] [--count N] [--json] "
	     "ADDRESS|DOMAIN|IP",
    .options = options,
    .run = run_privacy,
};
