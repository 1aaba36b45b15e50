/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command.c - alignctl compare: what would other libraries have said?
 *
 * A verdict is no error, and neither is a library that crashes: the exit
 * status tells only whether the files could be read.
 */
#include "tools/tool.h"

#include <errno.h>
#include <string.h>

#include "tools/compare/engine_child.h"
#include "tools/compare/results.h"
#include "tools/engine.h"
#include "tools/envelope.h"

/* And one that a library's process is given. */
static const struct tool_option options[] = {
    TOOL_ENVELOPE_OPTIONS,
    {.name = ENGINE_CHILD_OPTION, .value = "NAME"},
    {.name = NULL},
};

static bool copy_bytes(FILE *from, FILE *to)
{
	char chunk[65536];
	size_t got;

	while ((got = fread(chunk, 1, sizeof chunk, from)) > 0) {
		if (fwrite(chunk, 1, got, to) != got)
			return false;
	}
	return ferror(from) == 0 && fflush(to) == 0;
}

/* Standard input can be read once only, and each library reads it anew. NULL
 * where it cannot be read. */
static FILE *spool(const char *name, struct error *err)
{
	bool is_stdin = strcmp(name, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(name, "rb");
	FILE *copy = file == NULL ? NULL : tmpfile();
	bool is_good = copy != NULL && copy_bytes(file, copy);

	if (!is_good)
		(void)error_errno(err, ERROR_INPUT, errno, "%s", name);
	if (!is_stdin && file != NULL)
		(void)fclose(file);
	if (!is_good && copy != NULL)
		(void)fclose(copy);
	return is_good ? copy : NULL;
}

static bool compare_file(void *context, const char *name, struct error *err)
{
	struct compare *compare = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct comparison comparison;
	FILE *copy = spool(name, err);
	bool is_good = copy != NULL &&
		       (compare_message(mem, compare, copy, &comparison, err) ||
			error_wrap(err, "%s", name));

	if (copy != NULL)
		(void)fclose(copy);
	if (is_good) {
		show_write(stdout, tool_form(compare->tool),
			   compare_show(mem, name, &comparison));
		compare_count(&compare->sums, &comparison);
	}
	mem_free(mem);
	return is_good;
}

static int run_compare(struct tool *tool)
{
	const char *library = tool_value(tool, ENGINE_CHILD_OPTION);
	struct compare compare = {.tool = tool};
	struct engine *engine;
	struct error err;

	if (library != NULL)
		return engine_child_run(tool, library);
	if (!tool_envelope(tool, &compare.envelope))
		return TOOL_BAD_USAGE;
	if (!tool_engine(tool, &engine, &err))
		return tool_fail(&err);
	compare.engine = engine;
	compare.evaluator = engine->evaluator;
	compare.evaluator.dkim_engine = NULL;
	compare.evaluator.spf_engine = NULL;
	int status = tool_each_file(tool, compare_file, &compare);
	if (tool_form(tool) == SHOW_TEXT)
		compare_print_sums(&compare.sums);
	engine_unref(engine);
	return status;
}

const struct command command_compare = {
    .name = "compare",
    .summary = "Show what libspf2, libopendkim and libopendmarc make of "
	       "messages.",
    .usage = "--client-ip IP [--client-name N] [--helo N] [--mail-from ADDR] "
	     "[--rcpt ADDR]... [--auth-user U] [--tls-version V] [--json] "
	     "[FILE...]",
    .options = options,
    .run = run_compare,
};
