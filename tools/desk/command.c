/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl desk: the desk's pages as files, for any web server
 *
 * Each file takes its place whole; what an earlier run wrote and this one did
 * not is removed at the end. A folder that holds anything else is refused.
 * Tested by test_alignctl_pages.
 */
#include "tools/tool.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "desk/settings.h"
#include "lib/base/limits.h"
#include "lib/desk/desk.h"
#include "lib/desk/fleet.h"
#include "lib/review/reference.h"
#include "lib/store/store_groups.h"
#include "lib/store/store_path_read.h"
#include "tools/desk/folder.h"
#include "tools/known_store.h"

#define DAYS 7
#define DAY_S 86400
#define PAGE_MS 60000 /* nobody waits for it */

static const struct tool_option own_options[] = {
    {.name = "--out", .value = "DIR"},
    {.name = "--desk", .value = "FILE"},
    KNOWN_STORE_OPTION,
    {.name = NULL},
};

struct run {
	struct tool *tool;
	struct desk desk;
	struct desk_folder *folder;
	struct store_path_list paths;
	struct text_list references; /* of the last days, newest first */
	bool is_cut;		     /* there were more than are written */
};

/* --- one file --- */

/* A fault within one page ends the run: what stands there stays. */
static bool write_page(struct run *run, const char *target, const char *name,
		       struct error *err)
{
	static const struct desk_who everything = {.role = DESK_ANALYST};
	TALLOC_CTX *mem = mem_context(NULL);
	struct desk_request request;
	struct desk_answer answer;
	bool ok = desk_request_read(mem, target, &request, err);

	if (ok) {
		desk_answer(mem, &run->desk, &everything, &request, &answer);
		/* An incident may have been purged since it was listed. */
		if (answer.status == 503)
			ok = error_set(err, ERROR_STORE, "%s: %s", name,
				       answer.fault);
		else if (answer.status == 200)
			ok = desk_folder_write(
			    run->folder, name,
			    span_make(strbuf_text(&answer.body),
				      answer.body.length),
			    err);
	}
	mem_free(mem);
	return ok;
}

/* --- whose record --- */

/* What desk.conf says, for pages and alignd-desk to show the same. NULL: a file
 * that is not there or not for us, where none was asked for. */
static bool read_desk(struct tool *tool, const struct desk_settings **read,
		      struct error *err)
{
	const char *given = tool_value(tool, "--desk");
	const char *path = given == NULL ? DESK_CONFIG_PATH : given;
	struct desk_settings *settings =
	    mem_new(tool->mem, struct desk_settings);

	*read = NULL;
	if (access(path, R_OK) != 0)
		return given == NULL || error_errno(err, ERROR_CONFIG, errno,
						    "--desk: %.120s", given);
	if (!desk_settings_load_record(tool->mem, path, settings, err))
		return false;
	*read = settings;
	return true;
}

static bool has_own_way(const struct tool *tool)
{
	return tool_has(tool, "--local") || tool_has(tool, "--store");
}

/* --store or --local, else desk.conf, else alignd.conf. */
static bool find_record(struct run *run, struct error *err)
{
	const struct desk_settings *settings = NULL;
	TALLOC_CTX *mem = run->tool->mem;
	struct known_store place;

	if (!tool_known_store(run->tool, "overrides", &place, err) ||
	    (!has_own_way(run->tool) && !read_desk(run->tool, &settings, err)))
		return false;
	run->desk.store = place.path;
	run->desk.config = place.config;
	if (settings != NULL && *settings->postgresql != '\0')
		run->desk.fleet = desk_fleet_new(mem, settings->postgresql,
						 "postgresql of desk.conf");
	else if (settings != NULL && *settings->store != '\0')
		run->desk.store = settings->store;
	else if (place.fleet != NULL)
		run->desk.fleet =
		    desk_fleet_new(mem, place.fleet, "fleet.people");
	return true;
}

static bool open_record(const struct run *run, TALLOC_CTX *mem,
			struct store_reader **reader, struct error *err)
{
	const struct desk *desk = &run->desk;
	struct store_reader *own;
	struct error unused;

	if (desk->fleet == NULL)
		return store_reader_open(mem, desk->store, reader, err);
	if (!store_reader_open(mem, desk->store, &own, &unused))
		own = NULL;
	return desk_fleet_begin(desk->fleet, mem, own, desk->page_ms, reader,
				err) ||
	       error_wrap(err,
			  DESK_FLEET_NAME " (--local writes this host's own)");
}

/* --- which files --- */

/* Figures of the start page as data, for alignd-desk. */
static bool write_week(struct run *run, struct error *err)
{
	TALLOC_CTX *mem = run->tool->mem;

	return write_page(
	    run, "/?format=json",
	    mem_printf(mem, "%s.part",
		       desk_part_name(mem, &run->desk, "week-json")),
	    err);
}

static bool write_lists(struct run *run, struct error *err)
{
	static const struct {
		const char *target;
		const char *name;
	} pages[] = {
	    {"/", "index.html"},
	    {"/incidents", "incidents.html"},
	    {"/incidents?applied=quarantine&open=yes", "held.html"},
	    {"/likely", "likely.html"},
	    {"/reports", "reports.html"},
	};

	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		if (!write_page(run, pages[i].target, pages[i].name, err))
			return false;
	}
	if (!write_week(run, err))
		return false;
	if (run->desk.fleet != NULL &&
	    !write_page(run, "/hosts", "hosts.html", err))
		return false;
	/* Without a configuration there is nothing to say of them. */
	return (run->desk.config == NULL && run->desk.fleet == NULL) ||
	       write_page(run, "/overrides", "overrides.html", err);
}

static bool write_groups(struct run *run, struct error *err)
{
	for (int i = 0; i < STORE_GROUP_KEYS; i++) {
		const char *key = store_group_key_text((enum store_group_key)i);
		if (!write_page(
			run, mem_printf(run->tool->mem, "/groups?by=%s", key),
			mem_printf(run->tool->mem, "groups-%s.html", key), err))
			return false;
	}
	return true;
}

/* A row that somebody else wrote may have any text there. */
static bool take_reference(void *context, const struct store_incident *incident)
{
	struct run *run = context;
	struct text_list *list = &run->references;

	if (!review_reference_is_spelled(incident->reference) ||
	    !desk_folder_takes(incident->reference))
		return true;
	run->is_cut = list->count == LIMIT_DESK_FILES;
	if (run->is_cut)
		return false;
	list->items[list->count++] =
	    mem_strdup(run->tool->mem, incident->reference);
	return true;
}

static bool find_references(struct run *run, struct error *err)
{
	const struct store_filter filter = {.since_s = run->desk.files_since_s};
	struct store_reader *reader;
	TALLOC_CTX *mem = mem_context(NULL);

	run->references.items =
	    mem_array(run->tool->mem, const char *, LIMIT_DESK_FILES);
	bool ok = open_record(run, mem, &reader, err) &&
		  store_incidents(reader, &filter, take_reference, run, err) &&
		  store_path_list_read(run->tool->mem, reader, run->desk.now_s,
				       &run->paths, err);
	run->desk.paths = &run->paths;
	mem_free(mem);
	return ok;
}

static bool write_incidents(struct run *run, struct error *err)
{
	TALLOC_CTX *mem = run->tool->mem;

	for (size_t i = 0; i < run->references.count; i++) {
		const char *reference = run->references.items[i];
		if (!write_page(run, mem_printf(mem, "/incident/%s", reference),
				mem_printf(mem, "incident/%s.html", reference),
				err))
			return false;
	}
	if (run->is_cut)
		(void)fprintf(stderr,
			      "alignctl: the newest %d incidents of the last "
			      "%d days have a page, older ones none\n",
			      LIMIT_DESK_FILES, DAYS);
	return true;
}

/* --- the run --- */

static bool keep_part(void *context, const char *name, struct span bytes,
		      struct error *err)
{
	struct run *run = context;

	return desk_folder_write(run->folder,
				 mem_printf(run->tool->mem, "%s.part", name),
				 bytes, err);
}

static bool make_pages(struct run *run, const char *out, struct error *err)
{
	if (!find_record(run, err) ||
	    !desk_folder_open(run->tool->mem, out, &run->folder, err))
		return false;
	run->desk.keep = keep_part;
	run->desk.keeper = run;
	return find_references(run, err) && write_lists(run, err) &&
	       write_groups(run, err) && write_incidents(run, err) &&
	       desk_folder_finish(run->folder, err);
}

static int run_desk(struct tool *tool)
{
	int64_t now_s = clock_now_s(&tool->clock);
	const char *out = tool_value(tool, "--out");
	struct run run = {.tool = tool,
			  .desk = {.now_s = now_s,
				   .page_ms = PAGE_MS,
				   .is_files = true,
				   .files_since_s = now_s - DAYS * DAY_S}};
	struct error err;

	if (tool->operands.count > 0)
		return tool_usage(tool, "desk: takes no operand");
	if (out == NULL)
		return tool_usage(tool, "desk: --out DIR is missing");
	if (!make_pages(&run, out, &err))
		return tool_fail(&err);
	return TOOL_DONE;
}

const struct command command_desk = {
    .name = "desk",
    .summary = "The record as pages in a folder, for a web server.",
    .usage = "--out DIR [--desk FILE] [--store FILE]",
    .options = own_options,
    .run = run_desk,
};
