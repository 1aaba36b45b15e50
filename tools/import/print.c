/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.c - alignctl import config: what became of each line
 * Tested by test_alignctl_import.
 */
#include "lib/base/strbuf.h"
#include "tools/import/actions.h"

#define WHY_COLUMN 4

/* Who reads it wants first what there is to do. */
static const struct {
	const char *key; /* of the JSON object */
	const char *title;
	enum old_fate fate;
	bool is_fault;
} groups[] = {
    {"not_taken", "Not taken: these lines cannot be read", OLD_NO_EQUAL, true},
    {"questions", "To decide: nothing is in force for these", OLD_QUESTION,
     false},
    {"refused_there", "Refused there, and not here", OLD_REFUSED, false},
    {"no_equal", "No equal here", OLD_NO_EQUAL, false},
    {"stays", "Stays with OpenDKIM, which goes on signing", OLD_STAYS, false},
    {"not_needed", "Not needed", OLD_NOT_NEEDED, false},
};

static void put_note(struct show *show, const struct translated_note *note)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *file = text_escape(mem, span_of(note->file), 200, true);

	show_data(show, "file", value_text(file));
	show_data(show, "line",
		  note->line > 0 ? value_number(note->line) : value_none());
	show_data(show, "text", value_text(note->text));
	show_data(show, "why", value_given(note->why));
	if (note->line > 0)
		show_line(show, "  %s:%d: %s", file, note->line, note->text);
	else
		show_line(show, "  %s: %s", file, note->text);
	if (note->why[0] != '\0')
		show_sentence(show, WHY_COLUMN, note->why);
	mem_free(mem);
}

static void put_group(struct show *show, const struct translation *translation,
		      size_t group)
{
	struct show *list = show_list(show, groups[group].key);
	bool has_title = false;

	for (size_t i = 0; i < translation->note_count; i++) {
		const struct translated_note *note = &translation->notes[i];
		if (note->fate != groups[group].fate ||
		    note->is_fault != groups[group].is_fault)
			continue;
		if (!has_title) {
			show_space(show);
			show_line(show, "%s", groups[group].title);
		}
		has_title = true;
		put_note(show_add(list), note);
	}
}

/* --- what is written --- */

static const char *value_of(const struct translation *translation,
			    const char *name)
{
	TALLOC_CTX *mem = translation->mem;
	struct span section;
	struct span rest;
	bool is_top = !span_cut(span_of(name), '.', &section, &rest);
	const struct setting_section *found = config_sections;
	const struct setting *row;

	while (!span_equals(is_top ? span_of("") : section, found->name))
		found++;
	row = found->rows;
	while (!span_equals(is_top ? span_of(name) : rest, row->name))
		row++;
	return setting_text(mem, row,
			    (const char *)translation->config + found->offset);
}

static void put_settings(struct show *show,
			 const struct translation *translation)
{
	struct show *list = show_list(show, "settings");

	show_space(show);
	show_line(show, "Taken");
	for (size_t i = 0; i < translation->setting_count; i++) {
		const struct translated_setting *setting =
		    &translation->settings[i];
		const char *value = value_of(translation, setting->name);
		struct show *item = show_add(list);
		show_data(item, "name", value_text(setting->name));
		show_data(item, "value", value_text(value));
		show_data(item, "from", value_text(setting->from));
		show_line(item, "  %s = %s", setting->name, value);
		show_sentence(item, WHY_COLUMN, setting->from);
	}
}

static void put_overrides(struct show *show,
			  const struct translation *translation)
{
	struct show *list = show_list(show, "overrides");

	for (size_t i = 0; i < translation->override_count; i++) {
		const struct translated_override *override =
		    &translation->overrides[i];
		struct show *item = show_add(list);
		show_data(item, "from", value_text(override->from));
		show_data(item, "in_force", value_flag(!override->is_proposal));
		if (override->is_proposal)
			continue;
		show_line(item, "  an override");
		show_sentence(item, WHY_COLUMN, override->from);
	}
}

static void put_files(struct show *show, const struct translation *translation)
{
	struct show *list = show_list(show, "files");

	for (int i = 0; i < OLD_KINDS; i++) {
		const char *kind = old_kind_text((enum old_kind)i);
		if (translation->confs[i] == NULL)
			continue;
		struct show *item = show_add(list);
		show_data(item, "daemon", value_text(kind));
		show_data(item, "file", value_text(translation->paths[i]));
		show_line(item, "read as %s: %s", kind, translation->paths[i]);
	}
}

struct show *import_show(const struct translation *translation,
			 const char *folder)
{
	struct show *show = show_new(translation->mem);

	show_data(show, "folder", value_text(folder));
	put_files(show, translation);
	put_settings(show, translation);
	put_overrides(show, translation);
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		put_group(show, translation, i);
	show_space(show);
	show_line(show, "written: %s/alignd.conf, %s/overrides.conf", folder,
		  folder);
	return show;
}

struct show *import_show_settings(TALLOC_CTX *mem, enum old_kind kind)
{
	struct show *show = show_new(mem);
	struct show *list;

	show_data(show, "daemon", value_text(old_kind_text(kind)));
	show_line(show, "%s", old_kind_text(kind));
	list = show_list(show, "settings");
	for (const struct old_setting *row = old_settings_of(kind);
	     row->name != NULL; row++) {
		const char *fate = old_fate_text(row->fate);
		struct show *item = show_add(list);
		show_data(item, "name", value_text(row->name));
		show_data(item, "fate", value_text(fate));
		show_data(item, "target", value_text(row->target));
		show_data(item, "why", value_given(row->why));
		show_line(item, "  %s: %s%s%s", row->name, fate,
			  row->target == NULL ? "" : ", ",
			  row->target == NULL ? "" : row->target);
		if (row->why[0] != '\0')
			show_sentence(item, WHY_COLUMN, row->why);
	}
	return show;
}
