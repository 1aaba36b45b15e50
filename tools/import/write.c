/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * write.c - a translation as alignd.conf and overrides.conf in a folder
 * Tested by test_alignctl_import.
 */
#include "tools/import/write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/strbuf.h"
#include "tools/file.h"

#define TEXT_MAX                                                               \
	(4 * 1024 * 1024) /* far above what the lists' bounds allow            \
			   */
#define FOLDER_MODE 0755

static const char *const names[] = {"alignd.conf", "overrides.conf"};
#define NAMES (sizeof names / sizeof names[0])

/* --- alignd.conf --- */

static const struct translated_setting *
find(const struct translation *translation, const char *section,
     const char *name)
{
	const char *full =
	    *section == '\0'
		? name
		: mem_printf(translation->mem, "%s.%s", section, name);

	for (size_t i = 0; i < translation->setting_count; i++) {
		if (strcmp(translation->settings[i].name, full) == 0)
			return &translation->settings[i];
	}
	return NULL;
}

static void add_comment(struct strbuf *text, const char *indent,
			const char *words)
{
	strbuf_printf(text, "%s# %s\n", indent, words);
}

static size_t add_rows(const struct translation *translation,
		       const struct setting_section *section,
		       struct strbuf *text)
{
	const char *indent = *section->name == '\0' ? "" : "\t";
	size_t count = 0;

	for (const struct setting *row = section->rows; row->name != NULL;
	     row++) {
		const struct translated_setting *setting =
		    find(translation, section->name, row->name);
		if (setting == NULL)
			continue;
		add_comment(text, indent, setting->from);
		strbuf_printf(text, "%s%s = %s\n", indent, row->name,
			      setting_text(translation->mem, row,
					   (const char *)translation->config +
					       section->offset));
		count++;
	}
	return count;
}

static void add_section(const struct translation *translation,
			const struct setting_section *section,
			struct strbuf *text)
{
	struct strbuf rows;

	strbuf_init(&rows, translation->mem, TEXT_MAX);
	if (add_rows(translation, section, &rows) == 0)
		return;
	if (*section->name == '\0')
		strbuf_printf(text, "\n%s", strbuf_text(&rows));
	else
		strbuf_printf(text, "\n%s {\n%s}\n", section->name,
			      strbuf_text(&rows));
}

static void add_heading(const struct translation *translation,
			struct strbuf *text)
{
	strbuf_add_text(text,
			"# Made by alignctl import config; above each setting "
			"stands what it comes from.\n"
			"# All others have their defaults: alignd.conf(5).\n");
	for (int i = 0; i < OLD_KINDS; i++) {
		if (translation->confs[i] != NULL)
			strbuf_printf(text, "# %s: %s\n",
				      old_kind_text((enum old_kind)i),
				      translation->paths[i]);
	}
}

static void add_questions(const struct translation *translation,
			  struct strbuf *text)
{
	for (size_t i = 0; i < translation->note_count; i++) {
		const struct translated_note *note = &translation->notes[i];
		if (note->fate == OLD_QUESTION)
			strbuf_printf(text, "\n# To decide: %s\n#   %s\n",
				      note->text, note->why);
	}
}

static char *settings_file(const struct translation *translation)
{
	struct strbuf text;

	strbuf_init(&text, translation->mem, TEXT_MAX);
	add_heading(translation, &text);
	for (const struct setting_section *section = config_sections;
	     section->name != NULL; section++)
		add_section(translation, section, &text);
	add_questions(translation, &text);
	return strbuf_text(&text);
}

/* --- overrides.conf --- */

static void add_as_comment(struct strbuf *text, const char *section)
{
	struct span left = span_of(section);
	struct span line;

	while (left.length > 0) {
		(void)span_cut(left, '\n', &line, &left);
		strbuf_printf(text, "# %.*s\n", (int)line.length, line.data);
	}
}

static char *overrides_file(const struct translation *translation)
{
	struct strbuf text;

	strbuf_init(&text, translation->mem, TEXT_MAX);
	strbuf_add_text(&text,
			"# Made by alignctl import config; above each "
			"override stands what it comes from.\n# What is "
			"a comment itself lets nothing in: somebody must "
			"decide.\n");
	for (size_t i = 0; i < translation->override_count; i++) {
		const struct translated_override *override =
		    &translation->overrides[i];
		strbuf_printf(&text, "\n# %s\n", override->from);
		if (override->is_proposal)
			add_as_comment(&text, override->text);
		else
			strbuf_add_text(&text, override->text);
	}
	return strbuf_text(&text);
}

/* --- the folder --- */

static const char *path_in(TALLOC_CTX *mem, const char *folder,
			   const char *name)
{
	return mem_printf(mem, "%s/%s", folder, name);
}

static bool make_folder(TALLOC_CTX *mem, const char *folder, struct error *err)
{
	struct stat found;

	if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST)
		return error_errno(err, ERROR_INPUT, errno,
				   "cannot make %.120s", folder);
	for (size_t i = 0; i < NAMES; i++) {
		const char *path = path_in(mem, folder, names[i]);
		if (lstat(path, &found) == 0)
			return error_set(err, ERROR_USAGE,
					 "%.160s is there already; name a "
					 "folder that holds none",
					 path);
	}
	return true;
}

static void remove_all(TALLOC_CTX *mem, const char *folder)
{
	for (size_t i = 0; i < NAMES; i++)
		(void)unlink(path_in(mem, folder, names[i]));
}

static bool fill_beside(const struct translation *translation,
			const char *beside, struct error *err)
{
	TALLOC_CTX *mem = translation->mem;
	const char *const texts[NAMES] = {settings_file(translation),
					  overrides_file(translation)};
	struct config *config;

	for (size_t i = 0; i < NAMES; i++) {
		if (!tool_file_write(mem, path_in(mem, beside, names[i]),
				     texts[i], strlen(texts[i]), err))
			return false;
	}
	/* as alignd will read them */
	return config_load(mem, path_in(mem, beside, names[0]), &config, err);
}

/* link(2) takes no name that is there. */
static bool give_names(TALLOC_CTX *mem, const char *beside, const char *folder,
		       struct error *err)
{
	for (size_t i = 0; i < NAMES; i++) {
		const char *path = path_in(mem, folder, names[i]);
		if (link(path_in(mem, beside, names[i]), path) == 0)
			continue;
		int number = errno;
		while (i-- > 0)
			(void)unlink(path_in(mem, folder, names[i]));
		return error_errno(err, ERROR_INPUT, number,
				   "cannot make %.160s", path);
	}
	return true;
}

bool translation_write(const struct translation *translation,
		       const char *folder, struct error *err)
{
	TALLOC_CTX *mem = translation->mem;
	char *beside = mem_printf(mem, "%s/.import-XXXXXX", folder);

	if (!make_folder(mem, folder, err))
		return false;
	if (mkdtemp(beside) == NULL)
		return error_errno(err, ERROR_INPUT, errno,
				   "cannot write in %.120s", folder);
	bool ok = fill_beside(translation, beside, err) &&
		  give_names(mem, beside, folder, err);
	remove_all(mem, beside);
	(void)rmdir(beside);
	return ok;
}
