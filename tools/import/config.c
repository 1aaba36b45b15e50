/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.c - alignctl import config: files of the old daemons to a folder with
 * alignd's
 * Tested by test_alignctl_import.
 */
#include "tools/import/actions.h"

#include <stdio.h>

#include "tools/import/write.h"

static int read_kind(struct tool *tool, enum old_kind *kind)
{
	const char *name = tool_value(tool, "--kind");

	if (name == NULL || old_kind_named(name, kind))
		return TOOL_DONE;
	return tool_usage(
	    tool,
	    "--kind: %s is not known (allowed: opendmarc, opendkim, "
	    "policyd-spf)",
	    text_escape(tool->mem, span_of(name), 60, true));
}

/* Of two files nobody can tell which one the daemon ran with. */
static bool read_one(struct tool *tool, const char *path,
		     const enum old_kind *kind,
		     const struct old_conf *confs[OLD_KINDS], struct error *err)
{
	struct old_conf *conf;

	if (!old_conf_read(tool->mem, path, kind, &conf, err))
		return false;
	if (confs[conf->kind] != NULL)
		return error_set(err, ERROR_USAGE,
				 "%.80s and %.80s are both of %s; give the one "
				 "in force",
				 confs[conf->kind]->path, path,
				 old_kind_text(conf->kind));
	confs[conf->kind] = conf;
	return true;
}

static void print_holes(const struct translation *translation)
{
	for (size_t i = 0; i < translation->note_count; i++) {
		const struct translated_note *note = &translation->notes[i];
		if (note->is_hole)
			(void)fprintf(
			    stderr, "alignctl: %s:%d: %s: %s\n",
			    text_printable(translation->mem, note->file),
			    note->line, note->text,
			    text_printable(translation->mem, note->why));
	}
}

static int write_all(struct tool *tool, const struct translation *translation)
{
	const char *folder = tool_value(tool, "--out");
	struct error err;

	if (translation->has_hole) {
		print_holes(translation);
		(void)error_set(&err, ERROR_CONFIG,
				"nothing is written: it might let in more than "
				"before; mend these lines and import again");
		return tool_fail(&err);
	}
	if (!translation_write(translation, folder, &err))
		return tool_fail(&err);
	show_write(stdout, tool_form(tool), import_show(translation, folder));
	return TOOL_DONE;
}

int import_config(struct tool *tool)
{
	const struct old_conf *confs[OLD_KINDS] = {NULL};
	const char *given = tool_value(tool, "--kind");
	enum old_kind kind = OLD_OPENDMARC;
	struct error err;

	if (tool_value(tool, "--out") == NULL)
		return tool_usage(tool, "import config: --out DIR is missing");
	int status = read_kind(tool, &kind);
	if (status != TOOL_DONE)
		return status;
	for (size_t i = 1; i < tool->operands.count; i++) {
		if (!read_one(tool, tool->operands.items[i],
			      given == NULL ? NULL : &kind, confs, &err))
			return tool_fail(&err);
	}
	return write_all(tool, translate(tool->mem, confs));
}

int import_settings(struct tool *tool)
{
	bool is_one = tool->operands.count == 2;
	enum old_kind kind = OLD_OPENDMARC;

	if (is_one && !old_kind_named(tool->operands.items[1], &kind))
		return tool_usage(
		    tool,
		    "import settings: %s is not known (allowed: opendmarc, "
		    "opendkim, policyd-spf)",
		    text_escape(tool->mem, span_of(tool->operands.items[1]), 60,
				true));
	for (int i = 0; i < OLD_KINDS; i++) {
		if (!is_one || i == (int)kind)
			show_write(
			    stdout, tool_form(tool),
			    import_show_settings(tool->mem, (enum old_kind)i));
	}
	return TOOL_DONE;
}
