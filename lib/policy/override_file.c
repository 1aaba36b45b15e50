/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * override_file.c - the overrides file, section by section
 *
 * The rows (override_rows.c) say what a value may be; what a section owes as a
 * whole (a handle, an end, an owner, a reason) is checked when it ends.
 * overrides.conf(5) is the reference.
 */
#include "lib/policy/override.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/file_read.h"
#include "lib/base/limits.h"
#include "lib/policy/override_index.h"
#include "lib/policy/override_rows.h"

#define DAY_S 86400

struct reader {
	struct override_set *set;
	struct override *items;
	size_t room;
	const char *path; /* of the file that is read */
};

/* --- a section as a whole --- */

/* "com", "com.", "0.0.0.0/0" */
static bool is_world(int kind, const char *item)
{
	const char *mark = strchr(item, kind == OVERRIDE_NETWORK ? '/' : '.');

	if (kind == OVERRIDE_NETWORK)
		return mark != NULL && strcmp(mark, "/0") == 0;
	return mark == NULL || mark[1] == '\0';
}

/* A handle that everybody has, or NULL. */
static const char *find_world(const struct override_values *values)
{
	for (int kind = 0; kind < OVERRIDE_FROM; kind++) {
		const struct text_list *items = &values->scope[kind];
		for (size_t i = 0; i < items->count; i++) {
			if (is_world(kind, items->items[i]))
				return items->items[i];
		}
	}
	return NULL;
}

static bool has_handle(const struct override_values *values)
{
	for (int kind = 0; kind < OVERRIDE_FROM; kind++) {
		if (values->scope[kind].count > 0)
			return true;
	}
	return false;
}

static bool check_scope(const struct override_values *values, struct error *err)
{
	const char *wide = find_world(values);

	if (!has_handle(values) && values->scope[OVERRIDE_FROM].count == 0 &&
	    values->scope[OVERRIDE_RCPT].count == 0)
		return error_set(err, ERROR_CONFIG,
				 "names nobody (allowed: at least one of dkim, "
				 "spf, host, network)");
	if (values->is_unsafe)
		return true;
	if (!has_handle(values))
		return error_set(
		    err, ERROR_CONFIG,
		    "%s alone can be written by anybody; add "
		    "dkim, spf, host or network, or unsafe = yes",
		    values->scope[OVERRIDE_FROM].count == 0 ? "rcpt" : "from");
	if (wide != NULL)
		return setting_refuse(err, wide,
				      "holds everybody; name less, or add "
				      "unsafe = yes");
	return true;
}

static bool check_end(const struct override_values *values, struct error *err)
{
	bool has_until = *values->until != '\0';

	if (has_until && values->is_permanent)
		return error_set(err, ERROR_CONFIG,
				 "until: \"%s\" and permanent = yes contradict "
				 "each other",
				 values->until);
	if (!has_until && !values->is_permanent)
		return error_set(err, ERROR_CONFIG,
				 "until is missing (allowed: a date such as "
				 "\"2026-12-31\", or permanent = yes)");
	return true;
}

static bool check_section(const char *title,
			  const struct override_values *values,
			  struct error *err)
{
	if (*title == '\0' || strlen(title) > LIMIT_OVERRIDE_NAME)
		return error_set(err, ERROR_CONFIG,
				 "its name has %zu bytes (allowed: 1 to %d)",
				 strlen(title), LIMIT_OVERRIDE_NAME);
	if (*values->owner == '\0')
		return error_set(err, ERROR_CONFIG,
				 "owner is missing (allowed: who answers for "
				 "it)");
	if (*values->why == '\0')
		return error_set(err, ERROR_CONFIG,
				 "why is missing (allowed: what it is for, in "
				 "a sentence)");
	if (values->is_unless_indirect && values->action == DISPOSITION_NONE)
		return error_set(err, ERROR_CONFIG,
				 "unless_indirect = yes is for action = "
				 "quarantine or reject");
	return check_scope(values, err) && check_end(values, err);
}

/* --- a section kept --- */

static int compare_items(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The rows have checked the item. */
static const char *item_key(TALLOC_CTX *mem, int kind, const char *item)
{
	struct error err;

	if (kind == OVERRIDE_NETWORK)
		return override_network_key(mem, item, &err);
	if (kind == OVERRIDE_RCPT && strchr(item, '@') != NULL)
		return override_rcpt_key(mem, item);
	if (*item != '.')
		return domain_normalize(mem, span_of(item));
	return mem_printf(mem, ".%s", domain_normalize(mem, span_of(item + 1)));
}

static struct text_list sorted_keys(TALLOC_CTX *mem, int kind,
				    const struct text_list *items)
{
	struct text_list keys = {.count = items->count};

	if (items->count == 0)
		return keys;
	keys.items = mem_array(mem, const char *, items->count);
	for (size_t i = 0; i < items->count; i++)
		keys.items[i] = item_key(mem, kind, items->items[i]);
	qsort(keys.items, keys.count, sizeof keys.items[0], compare_items);
	return keys;
}

static int64_t end_of(const struct override_values *values)
{
	int64_t start_s = 0;

	return override_read_day(values->until, &start_s) ? start_s + DAY_S
							  : OVERRIDE_PERMANENT;
}

static bool take_section(void *context, const struct settings_entry *entry,
			 struct error *err)
{
	const struct override_values *values = entry->values;
	struct reader *reader = context;
	TALLOC_CTX *mem = reader->set;

	if (!check_section(entry->title, values, err))
		return false;
	if (reader->set->count == reader->room) {
		reader->room = 2 * reader->room + 16;
		reader->items = mem_resize(mem, reader->items, struct override,
					   reader->room);
	}
	struct override *item = &reader->items[reader->set->count++];
	*item = (struct override){
	    .name = mem_strdup(mem, entry->title),
	    .path = reader->path,
	    .line = entry->line,
	    .action = (enum disposition)values->action,
	    .reason = (enum override_type)values->reason,
	    .end_s = end_of(values),
	    .is_unless_indirect = values->is_unless_indirect,
	    .is_unsafe = values->is_unsafe,
	    .owner = mem_strdup(mem, values->owner),
	    .why = mem_strdup(mem, values->why),
	};
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++)
		item->scope[kind] =
		    sorted_keys(mem, kind, &values->scope[kind]);
	return true;
}

/* --- the files --- */

/* Of one name in the order of the files. */
static int compare_names(const void *first, const void *second)
{
	const struct override *a = *(const struct override *const *)first;
	const struct override *b = *(const struct override *const *)second;
	int order = strcmp(a->name, b->name);

	if (order == 0)
		order = (a > b) - (a < b);
	return order;
}

static void sort_names(struct override_set *set)
{
	set->by_name = mem_array(set, const struct override *, set->count);
	for (size_t i = 0; i < set->count; i++)
		set->by_name[i] = &set->items[i];
	if (set->count > 0)
		qsort(set->by_name, set->count, sizeof set->by_name[0],
		      compare_names);
}

/* Where an override stands. */
struct place {
	const char *name;
	const char *path;
	int line;
};

static struct place place_of(const struct override *item)
{
	return (struct place){item->name, item->path, item->line};
}

/* "line 3", or "PATH:3" of another file. */
static bool refuse_name(struct place first, struct place again,
			struct error *err)
{
	if (first.path == again.path)
		return error_set(err, ERROR_CONFIG,
				 "%s:%d: override \"%.60s\": stands here again "
				 "(first at line %d)",
				 again.path, again.line, again.name,
				 first.line);
	return error_set(err, ERROR_CONFIG,
			 "%.70s:%d: override \"%.60s\": stands in %.70s:%d as "
			 "well; give one of them another name",
			 again.path, again.line, again.name, first.path,
			 first.line);
}

/* Names stand in logs and reports, so each means one override. */
static bool check_names(const struct override_set *set, struct error *err)
{
	const struct override **by_name = set->by_name;

	for (size_t i = 1; i < set->count; i++) {
		if (strcmp(by_name[i - 1]->name, by_name[i]->name) == 0)
			return refuse_name(place_of(by_name[i - 1]),
					   place_of(by_name[i]), err);
	}
	return true;
}

/* Every item of the rcpt lists, once. */
static struct text_list gather_rcpt_items(struct override_set *set)
{
	struct text_list all = {.count = 0};
	size_t kept = 0;

	for (size_t i = 0; i < set->count; i++)
		all.count += set->items[i].scope[OVERRIDE_RCPT].count;
	if (all.count == 0)
		return all;
	all.items = mem_array(set, const char *, all.count);
	for (size_t i = 0; i < set->count; i++) {
		const struct text_list *list =
		    &set->items[i].scope[OVERRIDE_RCPT];
		for (size_t k = 0; k < list->count; k++)
			all.items[kept++] = list->items[k];
	}
	qsort(all.items, all.count, sizeof all.items[0], compare_items);
	kept = 1;
	for (size_t i = 1; i < all.count; i++) {
		if (strcmp(all.items[kept - 1], all.items[i]) != 0)
			all.items[kept++] = all.items[i];
	}
	all.count = kept;
	return all;
}

/* Takes one section after the other. */
static bool read_sections(const struct override_file *file,
			  bool (*take)(void *context,
				       const struct settings_entry *entry,
				       struct error *err),
			  void *context, struct error *err)
{
	static const struct setting_section kind = {
	    .name = "override",
	    .rows = override_setting_rows,
	};
	const struct settings_entries entries = {
	    .kind = &kind,
	    .size = sizeof(struct override_values),
	    .take = take,
	    .context = context,
	};

	return settings_load_entries(&entries, file->path, file->bytes, err);
}

static bool read_file(struct reader *reader, const struct override_file *file,
		      struct error *err)
{
	reader->path = mem_strdup(reader->set, file->path);
	return read_sections(file, take_section, reader, err);
}

static bool read_files(struct reader *reader, const struct override_file *files,
		       size_t count, struct error *err)
{
	struct override_set *set = reader->set;

	for (size_t i = 0; i < count; i++) {
		if (!read_file(reader, &files[i], err))
			return false;
		if (i == 0)
			set->first_count = set->count;
	}
	set->path = mem_strdup(set, files[0].path);
	set->is_blank = span_trim(files[0].bytes).length == 0;
	set->items = reader->items;
	sort_names(set);
	return check_names(set, err);
}

bool override_parse_files(TALLOC_CTX *mem, const struct override_file *files,
			  size_t count, struct override_set **set,
			  struct error *err)
{
	struct reader reader = {.set = mem_new(mem, struct override_set)};

	if (!read_files(&reader, files, count, err)) {
		mem_free(reader.set);
		return false;
	}
	reader.set->rcpt_items = gather_rcpt_items(reader.set);
	reader.set->index =
	    override_index_new(reader.set, reader.items, reader.set->count);
	*set = reader.set;
	return true;
}

/* --- checked, and not kept --- */

/* Of a section its name is kept, behind the others' in one text: a number and a
 * pointer each in place of all that an override has. */
struct checker {
	TALLOC_CTX *mem;
	const char *path; /* of the file that is read */
	char *names;
	size_t length;
	size_t names_room;
	struct place *places; /* name: NULL yet */
	size_t *offsets;
	size_t count;
	size_t room;
};

static void keep_name(struct checker *checker, const char *name)
{
	size_t size = strlen(name) + 1;

	if (checker->names_room - checker->length < size) {
		checker->names_room = 2 * checker->names_room + size;
		checker->names = mem_resize(checker->mem, checker->names, char,
					    checker->names_room);
	}
	memcpy(checker->names + checker->length, name, size);
	checker->offsets[checker->count] = checker->length;
	checker->length += size;
}

static bool check_entry(void *context, const struct settings_entry *entry,
			struct error *err)
{
	struct checker *checker = context;

	if (!check_section(entry->title, entry->values, err))
		return false;
	if (checker->count == checker->room) {
		checker->room = 2 * checker->room + 16;
		checker->places = mem_resize(checker->mem, checker->places,
					     struct place, checker->room);
		checker->offsets = mem_resize(checker->mem, checker->offsets,
					      size_t, checker->room);
	}
	keep_name(checker, entry->title);
	checker->places[checker->count++] =
	    (struct place){.path = checker->path, .line = entry->line};
	return true;
}

/* Of one name in the order of the files, which is that of the text. */
static int compare_places(const void *first, const void *second)
{
	const struct place *a = first;
	const struct place *b = second;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : (a->name > b->name) - (a->name < b->name);
}

static bool check_places(struct checker *checker, struct error *err)
{
	struct place *places = checker->places;

	for (size_t i = 0; i < checker->count; i++)
		places[i].name = checker->names + checker->offsets[i];
	if (checker->count > 0)
		qsort(places, checker->count, sizeof *places, compare_places);
	for (size_t i = 1; i < checker->count; i++) {
		if (strcmp(places[i - 1].name, places[i].name) == 0)
			return refuse_name(places[i - 1], places[i], err);
	}
	return true;
}

bool override_check_files(const struct override_file *files, size_t count,
			  struct error *err)
{
	struct checker checker = {.mem = mem_context(NULL)};
	bool is_good = true;

	for (size_t i = 0; is_good && i < count; i++) {
		checker.path = files[i].path;
		is_good = read_sections(&files[i], check_entry, &checker, err);
	}
	is_good = is_good && check_places(&checker, err);
	mem_free(checker.mem);
	return is_good;
}

bool override_parse(TALLOC_CTX *mem, const char *path, struct span file,
		    struct override_set **set, struct error *err)
{
	const struct override_file one = {path, file};

	return override_parse_files(mem, &one, 1, set, err);
}

bool override_load_files(TALLOC_CTX *mem, const struct text_list *paths,
			 struct override_set **set, struct error *err)
{
	TALLOC_CTX *file_mem = mem_context(NULL);
	struct override_file *files =
	    mem_array(file_mem, struct override_file, paths->count);
	bool is_good = true;

	for (size_t i = 0; is_good && i < paths->count; i++) {
		files[i].path = paths->items[i];
		is_good =
		    file_read(file_mem, files[i].path, LIMIT_OVERRIDES_BYTES,
			      &files[i].bytes, err);
	}
	is_good =
	    is_good && override_parse_files(mem, files, paths->count, set, err);
	mem_free(file_mem);
	return is_good;
}

bool override_load(TALLOC_CTX *mem, const char *path, struct override_set **set,
		   struct error *err)
{
	const struct text_list one = {.count = 1, .items = &path};

	return override_load_files(mem, &one, set, err);
}
