/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.c - tables of settings: names, defaults, and values as a file
 *
 * Pure: no file is read here (settings_file.c).
 */
#include "lib/base/settings.h"

#include <assert.h>
#include <string.h>

#include "lib/base/spelling.h"
#include "lib/base/strbuf.h"

#define FILE_TEXT_MAX (256 * 1024) /* far above what the rows can yield */
#define COMMENT_COLUMNS 76
#define SHOWN_MAX 60 /* bytes of an unknown name */

/* --- names --- */

bool setting_next(const struct setting_section *sections,
		  struct setting_place *at)
{
	if (at->section == NULL)
		*at = (struct setting_place){sections, sections->rows};
	else
		at->row++;
	while (at->section->name != NULL && at->row->name == NULL)
		at->row = (++at->section)->rows;
	return at->section->name != NULL;
}

bool setting_find(const struct setting_section *sections, const char *name,
		  struct setting_place *at)
{
	struct span section_name;
	struct span row_name;

	if (!span_cut(span_of(name), '.', &section_name, &row_name)) {
		row_name = section_name;
		section_name = span_of("");
	}
	*at = (struct setting_place){0};
	while (setting_next(sections, at)) {
		if (span_equals(section_name, at->section->name) &&
		    span_equals(row_name, at->row->name))
			return true;
	}
	return false;
}

char *setting_name(TALLOC_CTX *mem, const struct setting_section *section,
		   const char *name)
{
	return mem_printf(mem, "%s%s%s", section->name,
			  *section->name == '\0' ? "" : ".", name);
}

/* The very name in another section, or the nearest one that may stand in this
 * one; else NULL. */
static const char *find_meant(TALLOC_CTX *mem,
			      const struct setting_section *sections,
			      const struct setting_section *section,
			      const char *name)
{
	struct setting_place at = {0};
	struct spelling spelling;

	spelling_init(&spelling, name);
	while (setting_next(sections, &at)) {
		if (strcmp(at.row->name, name) == 0)
			return setting_name(mem, at.section, name);
		if (at.section == section)
			spelling_offer(&spelling, at.row->name);
	}
	for (; *section->name == '\0' && sections->name != NULL; sections++) {
		if (sections != section)
			spelling_offer(&spelling, sections->name);
	}
	return spelling.nearest == NULL
		   ? NULL
		   : setting_name(mem, section, spelling.nearest);
}

char *setting_unknown(TALLOC_CTX *mem, const struct setting_section *sections,
		      const struct setting_section *section, const char *name)
{
	const char *full = setting_name(
	    mem, section, text_escape(mem, span_of(name), SHOWN_MAX, true));
	const char *meant = find_meant(mem, sections, section, name);
	const char *known = "";

	if (strchr(name, '.') != NULL)
		return mem_printf(mem,
				  "%s: settings of a section stand within its "
				  "braces, as in: dns { timeout = 5s }",
				  full);
	if (meant != NULL)
		return mem_printf(mem, "%s: unknown setting (did you mean %s?)",
				  full, meant);
	for (const struct setting *row = section->rows; row->name != NULL;
	     row++)
		known = mem_printf(mem, "%s%s%s", known,
				   *known == '\0' ? "" : ", ", row->name);
	return mem_printf(mem, "%s: unknown setting (known: %s)", full, known);
}

const struct setting_origin *
settings_origin(const struct settings_origins *origins, const char *name)
{
	for (size_t i = 0; origins != NULL && i < origins->count; i++) {
		if (strcmp(origins->items[i].name, name) == 0)
			return &origins->items[i];
	}
	return NULL;
}

/* --- values --- */

static bool check_all(const struct setting *row, const struct text_list *texts,
		      struct error *err)
{
	for (size_t i = 0; i < texts->count; i++) {
		if (!setting_check(row, texts->items[i], err))
			return false;
	}
	return true;
}

void settings_defaults(TALLOC_CTX *mem, const struct setting_section *sections,
		       void *values)
{
	struct setting_place at = {0};
	struct error unused;

	while (setting_next(sections, &at)) {
		struct text_list texts = setting_initial(mem, at.row);
		bool is_good = check_all(at.row, &texts, &unused);
		assert(is_good);
		setting_store(mem, at.row, &texts,
			      (char *)values + at.section->offset);
	}
}

bool settings_set(TALLOC_CTX *mem, const struct setting_section *sections,
		  const char *name, const char *text, void *values,
		  struct error *err)
{
	struct text_list texts = {.count = 1, .items = &text};
	struct setting_place at;
	bool is_known = setting_find(sections, name, &at);

	assert(is_known);
	if (!setting_check(at.row, text, err))
		return error_wrap(err, "%s", name);
	setting_store(mem, at.row, &texts, (char *)values + at.section->offset);
	return true;
}

static char *value_text(TALLOC_CTX *mem, const struct setting_place *at,
			const void *values)
{
	return setting_text(mem, at->row,
			    (const char *)values + at->section->offset);
}

static const char *default_of(const struct settings_base *base,
			      const char *name)
{
	for (size_t i = 0; i < base->count; i++) {
		if (strcmp(base->rows[i].name, name) == 0)
			return base->rows[i].initial;
	}
	return NULL;
}

/* NULL `initial`: that of the row. */
static void put_default(TALLOC_CTX *mem, const struct setting_section *sections,
			const char *initial, void *values,
			struct setting_origin *origin)
{
	struct setting_place at;
	bool is_known = setting_find(sections, origin->name, &at);
	struct error unused;

	assert(is_known);
	struct setting row = *at.row;
	row.initial = initial == NULL ? row.initial : initial;
	struct text_list texts = setting_initial(mem, &row);
	bool is_good = check_all(at.row, &texts, &unused);
	assert(is_good);
	setting_store(mem, at.row, &texts, (char *)values + at.section->offset);
	origin->value = value_text(mem, &at, values);
}

const struct settings_origins *
settings_put_defaults(TALLOC_CTX *mem, const struct setting_section *sections,
		      const struct settings_origins *origins,
		      const struct settings_base *base, void *values)
{
	struct settings_origins *made = mem_new(mem, struct settings_origins);
	struct setting_origin *items =
	    mem_array(made, struct setting_origin, origins->count);

	*made = *origins;
	made->items = items;
	for (size_t i = 0; i < origins->count; i++) {
		items[i] = origins->items[i];
		const char *initial = default_of(base, items[i].name);
		if (items[i].line != 0 ||
		    (initial == NULL && items[i].by == NULL))
			continue;
		items[i].by = initial == NULL ? NULL : base->by;
		put_default(mem, sections, initial, values, &items[i]);
	}
	return made;
}

void settings_differences(const struct setting_section *sections,
			  const void *before, const void *after,
			  void (*seen)(void *context, const char *name,
				       const char *before, const char *after,
				       bool is_reloadable),
			  void *context)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct setting_place at = {0};

	while (setting_next(sections, &at)) {
		const char *old = value_text(mem, &at, before);
		const char *new = value_text(mem, &at, after);
		if (strcmp(old, new) != 0)
			seen(context,
			     setting_name(mem, at.section, at.row->name), old,
			     new, at.row->is_reloadable);
	}
	mem_free(mem);
}

/* --- a file --- */

/* Words in lines of comment, each behind `indent`. */
static void write_comment(struct strbuf *buf, const char *indent,
			  const char *text)
{
	struct span rest = span_of(text);
	struct span word;
	size_t column =
	    COMMENT_COLUMNS; /* so that the first word opens a line */

	while (rest.length > 0) {
		(void)span_cut(rest, ' ', &word, &rest);
		if (column + 1 + word.length > COMMENT_COLUMNS) {
			if (word.data != text)
				strbuf_add_char(buf, '\n');
			strbuf_printf(buf, "%s#", indent);
			column = strlen(indent) * 8 + 1;
		}
		strbuf_add_char(buf, ' ');
		strbuf_add(buf, word.data, word.length);
		column += 1 + word.length;
	}
	strbuf_add_char(buf, '\n');
}

static void explain_row(struct strbuf *buf, const char *indent,
			const struct setting *row)
{
	const char *allowed = setting_allowed(buf->mem, row);
	struct text_list initial = setting_initial(buf->mem, row);

	write_comment(buf, indent, row->summary);
	strbuf_printf(buf, "%s# Default: %s\n", indent,
		      setting_spelled(buf->mem, row, &initial));
	if (*allowed != '\0')
		write_comment(buf, indent,
			      mem_printf(buf->mem, "Allowed: %s", allowed));
	if (!row->is_reloadable)
		write_comment(buf, indent, "A change needs a restart.");
}

static void write_section(struct strbuf *buf,
			  const struct setting_section *section,
			  const void *values, bool explain)
{
	bool is_top = *section->name == '\0';
	const char *indent = is_top ? "" : "\t";
	struct setting_place at = {section, section->rows};

	if (explain)
		write_comment(buf, "", section->summary);
	if (!is_top)
		strbuf_printf(buf, "%s {\n", section->name);
	else if (explain)
		strbuf_add_char(buf, '\n');
	for (; at.row->name != NULL; at.row++) {
		if (explain && at.row != section->rows)
			strbuf_add_char(buf, '\n');
		if (explain)
			explain_row(buf, indent, at.row);
		strbuf_printf(buf, "%s%s = %s\n", indent, at.row->name,
			      value_text(buf->mem, &at, values));
	}
	if (!is_top)
		strbuf_add_text(buf, "}\n");
}

char *settings_text(TALLOC_CTX *mem, const struct setting_section *sections,
		    const void *values, bool explain)
{
	TALLOC_CTX *scratch = mem_context(NULL);
	struct strbuf buf;

	strbuf_init(&buf, scratch, FILE_TEXT_MAX);
	for (const struct setting_section *section = sections;
	     section->name != NULL; section++) {
		if (explain && section != sections)
			strbuf_add_char(&buf, '\n');
		write_section(&buf, section, values, explain);
	}
	char *text = mem_strdup(mem, strbuf_text(&buf));
	mem_free(scratch);
	return text;
}
