/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history.c - alignctl import history: what OpenDMARC recorded, into the
 * counters
 * Tested by test_alignctl_import_history.
 */
#include "lib/import/history_csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/store/store_import.h"
#include "tools/import/actions.h"
#include "tools/import/history_tuple.h"

#define MS_PER_S 1000
#define DAY_S 86400
#define TORN_NAMED 20

struct importing {
	struct store_import *import;
	int64_t now_s;
	int64_t oldest_s; /* what is older would be purged at once */
	const char *path; /* of the file at hand */
	int64_t first_s;
	int64_t last_s;
	int64_t messages; /* that can be counted */
	int64_t old;
	int64_t torn;
};

/* --- messages --- */

static bool on_torn(void *context, long line, const char *why,
		    struct error *err)
{
	struct importing *importing = context;
	TALLOC_CTX *mem = mem_context(NULL);

	(void)err;
	if (importing->torn++ < TORN_NAMED)
		(void)fprintf(stderr, "alignctl: %s:%ld: %s\n",
			      text_printable(mem, importing->path), line, why);
	mem_free(mem);
	return true;
}

static void note_time(struct importing *importing, int64_t time_s)
{
	if (importing->first_s == 0 || time_s < importing->first_s)
		importing->first_s = time_s;
	if (time_s > importing->last_s)
		importing->last_s = time_s;
}

static bool add_message(struct importing *importing,
			const struct history_message *message,
			struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_tuple tuple = history_tuple(mem, message);
	bool ok =
	    store_import_add(importing->import, history_identity(mem, message),
			     message->received_s, &tuple, err);

	mem_free(mem);
	return ok;
}

static bool on_message(void *context, const struct history_message *message,
		       struct error *err)
{
	struct importing *importing = context;

	if (message->received_s > importing->now_s + DAY_S)
		return on_torn(context, message->line,
			       "the message that begins here is of the future",
			       err);
	importing->messages++;
	if (message->received_s < importing->oldest_s) {
		importing->old++;
		return true;
	}
	note_time(importing, message->received_s);
	return add_message(importing, message, err);
}

/* --- files --- */

/* What was named on the command line, open. */
struct sources {
	struct history_csv csv;
	const char *paths[HISTORY_TABLES];
};

static bool finish_file(struct importing *importing, bool is_read,
			const char *path, struct error *err)
{
	return (is_read && store_import_flush(importing->import, err)) ||
	       error_wrap(err, "%.120s", path);
}

static bool import_file(struct importing *importing, FILE *file,
			struct error *err)
{
	const struct history_handler handler = {on_message, on_torn, importing};

	return finish_file(importing, history_read(file, &handler, err),
			   importing->path, err);
}

/* A table waits for the others. */
static bool keep_table(struct sources *sources, enum history_table table,
		       const char *path, FILE *file, struct error *err)
{
	if (sources->csv.files[table] != NULL) {
		(void)fclose(file);
		return error_set(err, ERROR_USAGE,
				 "%.80s and %.80s are the same table",
				 sources->paths[table], path);
	}
	sources->csv.files[table] = file;
	sources->paths[table] = path;
	return true;
}

static bool take_source(struct importing *importing, struct sources *sources,
			const char *path, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	enum history_table table = HISTORY_FILE;

	if (file == NULL)
		return error_errno(err, ERROR_INPUT, errno, "%.160s", path);
	if (!is_stdin && !history_table_of(file, &table, err)) {
		(void)fclose(file);
		return error_wrap(err, "%.120s", path);
	}
	if (table != HISTORY_FILE)
		return keep_table(sources, table, path, file, err);
	importing->path = path;
	bool ok = import_file(importing, file, err);
	if (!is_stdin)
		(void)fclose(file);
	return ok;
}

static bool import_tables(struct importing *importing,
			  const struct sources *sources, struct error *err)
{
	const struct history_handler handler = {on_message, on_torn, importing};
	bool has_any = sources->csv.files[HISTORY_REQUESTS] != NULL ||
		       sources->csv.files[HISTORY_SIGNATURES] != NULL;

	if (sources->csv.files[HISTORY_MESSAGES] == NULL)
		return !has_any ||
		       error_set(err, ERROR_USAGE,
				 "the table messages is missing: without it "
				 "the others say nothing");
	importing->path = sources->paths[HISTORY_MESSAGES];
	return finish_file(importing,
			   history_csv_read(&sources->csv, &handler, err),
			   importing->path, err);
}

static bool import_all(struct tool *tool, struct importing *importing,
		       struct error *err)
{
	struct sources sources = {.paths = {NULL}};
	bool ok = true;

	for (size_t i = 1; ok && i < tool->operands.count; i++)
		ok = take_source(importing, &sources, tool->operands.items[i],
				 err);
	ok = ok && import_tables(importing, &sources, err);
	for (size_t i = 0; i < HISTORY_TABLES; i++) {
		if (sources.csv.files[i] != NULL)
			(void)fclose(sources.csv.files[i]);
	}
	return ok;
}

/* --- what became of them --- */

static void show_counts(struct show *show, const struct importing *importing)
{
	struct store_import_counts counts =
	    store_import_counts(importing->import);

	show_put(show, "messages", "messages",
		 value_number(importing->messages));
	show_put(show, "added", "added", value_number(counts.added));
	show_put(show, "known", "known before", value_number(counts.known));
	show_put(show, "too_old", "too old", value_number(importing->old));
	show_put(show, "torn", "torn", value_number(importing->torn));
	show_put(show, "first", "first", value_time_given(importing->first_s));
	show_put(show, "last", "last", value_time_given(importing->last_s));
}

static void show_notes(struct show *show, const struct importing *importing)
{
	show_space(show);
	show_sentence(
	    show, 0,
	    "OpenDMARC did not record the policy record's text (np, t, pct), "
	    "evidence of indirect mail, the client's confirmed name and TLS: "
	    "alignctl whatif is not exact about these. Imported messages are "
	    "in no report.");
	if (importing->old > 0)
		show_sentence(show, 0,
			      "What is too old is past store.keep_results: "
			      "alignd would delete it.");
	if (importing->torn > 0)
		show_sentence(show, 0,
			      "Torn are lines, or messages that lack what they "
			      "cannot be counted without; the first 20 are "
			      "named on standard error.");
}

static int run_import(struct tool *tool, const struct config *config,
		      struct importing *importing)
{
	struct show *show = show_new(tool->mem);
	struct error err;

	importing->now_s = clock_now_s(&tool->clock);
	importing->oldest_s =
	    importing->now_s - config->store.keep_results_ms / MS_PER_S;
	if (!store_import_open(tool->mem, config->store.sqlite,
			       &importing->import, &err) ||
	    !import_all(tool, importing, &err))
		return tool_fail(&err);
	show_counts(show, importing);
	show_notes(show, importing);
	show_write(stdout, tool_form(tool), show);
	return TOOL_DONE;
}

int import_history(struct tool *tool)
{
	struct importing importing = {.import = NULL};
	struct config *config = NULL;
	struct error err;

	if (!tool_config(tool, &config, &err))
		return tool_fail(&err);
	if (*config->store.sqlite == '\0') {
		(void)error_set(&err, ERROR_CONFIG,
				"store.sqlite is empty: there is no store to "
				"import into");
		return tool_fail(&err);
	}
	return run_import(tool, config, &importing);
}
