/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * override_write.c - an overrides file with one override more, or one less
 */
#include "lib/policy/override_write.h"

#include <assert.h>
#include <string.h>

#include "lib/base/file_change.h"
#include "lib/base/limits.h"
#include "lib/base/settings_scan.h"
#include "lib/base/strbuf.h"
#include "lib/policy/override_rows.h"

/* Bytes of what one override is given, as they are written: far above what an
 * import makes of its longest list. */
#define SECTION_MAX (4 * 1024 * 1024)
#define SECTION_WORDS 1024 /* above the names of all settings, and defaults */

struct override_draft {
	const char *name;
	size_t bytes; /* of the name and all that was given, in quotes */
	struct override_values values;
};

static const struct setting_section sections[] = {
    {.name = "", .rows = override_setting_rows},
    {.name = NULL},
};

/* --- the draft --- */

static size_t quoted_length(const char *text)
{
	char *quoted = setting_quoted(NULL, text);
	size_t length = strlen(quoted);

	mem_free(quoted);
	return length;
}

struct override_draft *override_draft_new(TALLOC_CTX *mem, const char *name)
{
	struct override_draft *draft = mem_new(mem, struct override_draft);

	settings_defaults(draft, sections, &draft->values);
	draft->name = mem_strdup(draft, name);
	draft->bytes = quoted_length(name);
	return draft;
}

static bool take_room(struct override_draft *draft, const char *setting,
		      const char *text, struct error *err)
{
	size_t more = quoted_length(text) + strlen(", ");

	if (draft->bytes + more > SECTION_MAX)
		return error_set(err, ERROR_USAGE,
				 "%s: the override would become larger than %d "
				 "bytes; make two of it",
				 setting, SECTION_MAX);
	draft->bytes += more;
	return true;
}

static void add_item(struct override_draft *draft, const struct setting *row,
		     const char *text)
{
	struct text_list *list = (void *)((char *)&draft->values + row->offset);

	list->items =
	    mem_resize(draft, list->items, const char *, list->count + 1);
	list->items[list->count++] = mem_strdup(draft, text);
}

bool override_draft_set(struct override_draft *draft, const char *setting,
			const char *text, struct error *err)
{
	const struct text_list one = {.count = 1, .items = &text};
	struct setting_place at;

	if (!setting_find(sections, setting, &at))
		return error_set(err, ERROR_USAGE, "%.60s: no such setting",
				 setting);
	if (!text_is_line(span_of(text)))
		return error_set(err, ERROR_USAGE,
				 "%s: must be one line of UTF-8 text, without "
				 "control characters",
				 setting);
	if (!setting_check(at.row, text, err)) {
		err->kind = ERROR_USAGE; /* no file is at fault */
		return error_wrap(err, "%s", setting);
	}
	if (!take_room(draft, setting, text, err))
		return false;
	if (at.row->type == SETTING_LIST)
		add_item(draft, at.row, text);
	else
		setting_store(draft, at.row, &one, &draft->values);
	return true;
}

const char *override_draft_name(const struct override_draft *draft)
{
	return draft->name;
}

char *override_draft_text(TALLOC_CTX *mem, const struct override_draft *draft)
{
	TALLOC_CTX *scratch = mem_context(NULL);
	struct override_values initial;
	struct strbuf text;

	settings_defaults(scratch, sections, &initial);
	strbuf_init(&text, mem, SECTION_WORDS + draft->bytes);
	strbuf_printf(&text, "override %s {\n",
		      setting_quoted(scratch, draft->name));
	for (const struct setting *row = override_setting_rows;
	     row->name != NULL; row++) {
		const char *value = setting_text(scratch, row, &draft->values);
		bool is_told = strcmp(row->name, "action") == 0 ||
			       strcmp(row->name, "reason") == 0;
		if (is_told ||
		    strcmp(value, setting_text(scratch, row, &initial)) != 0)
			strbuf_printf(&text, "\t%s = %s\n", row->name, value);
	}
	strbuf_add_text(&text, "}\n");
	mem_free(scratch);
	assert(!strbuf_is_full(&text));
	return strbuf_text(&text);
}

/* --- what must stay --- */

static bool is_same(const struct override *a, const struct override *b)
{
	if (strcmp(a->name, b->name) != 0 || a->action != b->action ||
	    a->reason != b->reason || a->end_s != b->end_s ||
	    strcmp(a->owner, b->owner) != 0 || strcmp(a->why, b->why) != 0)
		return false;
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++) {
		if (a->scope[kind].count != b->scope[kind].count)
			return false;
	}
	return true;
}

/* Has `longer` the overrides of `shorter`, in their order, and one of that
 * name? */
static bool is_one_more(const struct override_set *shorter,
			const struct override_set *longer, const char *name)
{
	size_t at = 0;

	if (longer->count != shorter->count + 1)
		return false;
	for (size_t i = 0; i < longer->count; i++) {
		const struct override *item = &longer->items[i];
		if (at < shorter->count && is_same(item, &shorter->items[at]))
			at++;
		else if (strcmp(item->name, name) != 0)
			return false;
	}
	return at == shorter->count;
}

bool override_check_one_more(const char *path, const char *name,
			     const struct override_set *shorter,
			     const struct override_set *longer,
			     struct error *err)
{
	if (is_one_more(shorter, longer, name))
		return true;
	return error_set(err, ERROR_CONFIG,
			 "%.90s: other overrides would change with "
			 "\"%.100s\"; edit the file by hand",
			 path, name);
}

struct change {
	const char *path;
	const char *name;
	const struct override_draft *draft; /* to be added */
	bool must_stand;
	TALLOC_CTX *removed_mem;
	char *removed;
};

/* Do the bytes differ by that override alone, as the real parser reads them? */
static bool check_change(const struct change *change, TALLOC_CTX *mem,
			 struct span shorter, struct span longer,
			 struct error *err)
{
	struct override_set *less;
	struct override_set *more;

	if (!override_parse(mem, change->path, shorter, &less, err) ||
	    !override_parse(mem, change->path, longer, &more, err))
		return false;
	return override_check_one_more(change->path, change->name, less, more,
				       err);
}

/* --- one more --- */

static bool add(void *context, TALLOC_CTX *mem, struct span old,
		struct span *changed, struct error *err)
{
	const struct change *change = context;
	const char *section = override_draft_text(mem, change->draft);
	bool is_ended = old.length == 0 || old.data[old.length - 1] == '\n';
	struct strbuf text;

	if (change->must_stand && span_trim(old).length == 0)
		return error_set(err, ERROR_CONFIG,
				 "%.100s is gone or blank, and would hold this "
				 "one alone: put it back, or begin it anew "
				 "with alignctl override add --new",
				 change->path);
	strbuf_init(&text, mem, LIMIT_OVERRIDES_BYTES);
	strbuf_add(&text, old.data, old.length);
	strbuf_add_text(&text, is_ended ? "" : "\n");
	strbuf_add_text(&text, old.length == 0 ? "" : "\n");
	strbuf_add_text(&text, section);
	if (strbuf_is_full(&text))
		return error_set(err, ERROR_CONFIG,
				 "%.120s would become larger than %d bytes",
				 change->path, LIMIT_OVERRIDES_BYTES);
	*changed = span_make(strbuf_text(&text), text.length);
	return check_change(change, mem, old, *changed, err);
}

bool override_file_add(const char *path, const struct override_draft *draft,
		       bool must_stand, struct error *err)
{
	struct change change = {.path = path,
				.name = draft->name,
				.draft = draft,
				.must_stand = must_stand};

	return file_change(path, LIMIT_OVERRIDES_BYTES, add, &change, err);
}

bool override_text_add(TALLOC_CTX *mem, const char *path, struct span text,
		       const struct override_draft *draft, struct span *changed,
		       struct error *err)
{
	struct change change = {
	    .path = path, .name = draft->name, .draft = draft};

	return add(&change, mem, text, changed, err);
}

/* --- one less --- */

/* The daemon takes a blank file for one that is being written. */
#define LEFT_BEHIND "# No override is left here.\n"

/* The section of an override that `set`, the file as it was read, may hold;
 * whole lines where blanks alone stand beside it. */
static bool find_section(struct span file, const struct override_set *set,
			 const char *name, struct span *section)
{
	size_t at = 0;

	while (at < set->count && strcmp(set->items[at].name, name) != 0)
		at++;
	if (at == set->count)
		return false;
	*section = settings_section(file, at);
	size_t from = (size_t)(section->data - file.data);
	size_t to = from + section->length;
	while (from > 0 && strchr(" \t", file.data[from - 1]) != NULL)
		from--;
	while (to < file.length && file.data[to] != '\n' &&
	       ascii_is_blank(file.data[to]))
		to++;
	if ((from == 0 || file.data[from - 1] == '\n') &&
	    (to == file.length || file.data[to] == '\n'))
		*section = span_make(file.data + from,
				     to - from + (to < file.length ? 1 : 0));
	return true;
}

/* A blank line before the section goes with it, where one follows or nothing:
 * so goes what was added, without a trace. */
static size_t start_of(struct span file, struct span section)
{
	size_t start = (size_t)(section.data - file.data);
	size_t end = start + section.length;
	bool is_before = start >= 2 && file.data[start - 1] == '\n' &&
			 file.data[start - 2] == '\n';
	bool is_behind = end == file.length || file.data[end] == '\n';

	return is_before && is_behind ? start - 1 : start;
}

static bool cut(void *context, TALLOC_CTX *mem, struct span old,
		struct span *changed, struct error *err)
{
	struct change *change = context;
	struct override_set *before;
	struct span section;
	struct strbuf text;

	if (!override_parse(mem, change->path, old, &before, err))
		return false;
	if (!find_section(old, before, change->name, &section))
		return error_set(err, ERROR_INPUT,
				 "%.90s: no override \"%.100s\"; alignctl "
				 "override list shows the names",
				 change->path, change->name);
	size_t start = start_of(old, section);
	const char *behind = section.data + section.length;
	strbuf_init(&text, mem, old.length + sizeof LEFT_BEHIND);
	strbuf_add(&text, old.data, start);
	strbuf_add(&text, behind, (size_t)(old.data + old.length - behind));
	if (span_trim(span_of(strbuf_text(&text))).length == 0)
		strbuf_add_text(&text, LEFT_BEHIND);
	*changed = span_make(strbuf_text(&text), text.length);
	change->removed =
	    mem_strndup(change->removed_mem, section.data, section.length);
	return check_change(change, mem, *changed, old, err);
}

bool override_file_remove(TALLOC_CTX *mem, const char *path, const char *name,
			  char **removed, struct error *err)
{
	struct change change = {.path = path, .name = name, .removed_mem = mem};

	if (!file_change(path, LIMIT_OVERRIDES_BYTES, cut, &change, err))
		return false;
	*removed = change.removed;
	return true;
}

bool override_text_remove(TALLOC_CTX *mem, const char *path, struct span text,
			  const char *name, struct span *changed,
			  char **removed, struct error *err)
{
	struct change change = {.path = path, .name = name, .removed_mem = mem};

	if (!cut(&change, mem, text, changed, err))
		return false;
	*removed = change.removed;
	return true;
}
