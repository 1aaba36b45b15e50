/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_file.c - a configuration file read through libconfuse
 *
 * The only file that includes confuse.h. Each row becomes an option of text
 * type; libconfuse contributes the grammar, and our callback reads every
 * value by its row while the parser stands on its line. Values are stored only
 * when the whole file is good; a file of titled sections is handed on section
 * by section, and libconfuse forgets each, so that its search for a title stays
 * short however many there are. libconfuse's lexer is process-wide and its
 * callbacks carry no context, hence one lock and one pointer to the load that
 * runs.
 */
#include "lib/base/settings.h"

#include <assert.h>
#include <confuse.h>
#include <pthread.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/settings_row.h"
#include "lib/base/settings_scan.h"

#define QUOTED_LINE_MAX 60  /* bytes of a line shown in an error */
#define ORIGIN_LINE_MAX 200 /* and of one that gave a value */
#define SHOWN_TITLE 60

/* What the file gave for one row. */
struct given {
	int line; /* 0: nothing */
	const char *text;
	int64_t number;
};

struct given_section {
	struct given *rows;
	int end_line; /* 0: not met yet */
};

struct loader {
	TALLOC_CTX *mem;       /* dies with the load */
	TALLOC_CTX *given_mem; /* what was given: `mem`, or one section's */
	const char *path;
	const char *text; /* without comments */
	const struct setting_section *sections;
	struct given_section *given;		/* one for each of `sections` */
	const struct settings_entries *entries; /* NULL: no titled sections */
	cfg_t *root; /* NULL while libconfuse takes over the defaults */
	bool has_failed;
	struct error *err;
};

static pthread_mutex_t one_load = PTHREAD_MUTEX_INITIALIZER;
static struct loader *current; /* behind one_load */

/* --- errors --- */

/* "FILE:LINE: WORDS"; the first failure stays. Returns false. */
static bool fail(struct loader *loader, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(struct loader *loader, int line, const char *format, ...)
{
	va_list args;

	if (loader->has_failed)
		return false;
	loader->has_failed = true;
	va_start(args, format);
	(void)error_set(loader->err, ERROR_CONFIG, "%s:%d: %s", loader->path,
			line, mem_vprintf(loader->mem, format, args));
	va_end(args);
	return false;
}

static const struct setting_section *find_section(const struct loader *loader,
						  const char *name)
{
	const struct setting_section *section = loader->sections;

	while (section->name != NULL && strcmp(section->name, name) != 0)
		section++;
	assert(section->name != NULL);
	return section;
}

static const char *section_name(const struct loader *loader, cfg_t *cfg)
{
	return cfg == loader->root ? "" : cfg->name;
}

static void unknown_name(struct loader *loader, cfg_t *cfg, const char *name)
{
	const struct setting_section *section =
	    find_section(loader, section_name(loader, cfg));

	(void)fail(loader, cfg->line, "%s",
		   settings_unknown_name(loader->mem, loader->sections, section,
					 name));
}

/* The text of a line, for faults that libconfuse words without a name. */
static const char *quoted_line(TALLOC_CTX *mem, const struct loader *loader,
			       int line, size_t max)
{
	struct span rest = span_of(loader->text);
	struct span text;

	do
		(void)span_cut(rest, '\n', &text, &rest);
	while (--line > 0);
	return text_escape(mem, span_trim(text), max, true);
}

static void syntax_error(cfg_t *cfg, const char *format, va_list args)
{
	struct loader *loader = current;

	if (strcmp(format, "no such option '%s'") == 0) {
		unknown_name(loader, cfg, va_arg(args, const char *));
		return;
	}
	const char *words = mem_vprintf(loader->mem, format, args);
	const char *line =
	    quoted_line(loader->mem, loader, cfg->line, QUOTED_LINE_MAX);
	(void)fail(
	    loader, cfg->line, "%s%s%s",
	    text_escape(loader->mem, span_of(words), ERROR_WORDS_MAX, true),
	    *line == '\0' ? "" : ": ", line);
}

/* --- what the parser calls --- */

/* The row's index; false for "dns|timeout", libconfuse's way around braces. */
static bool find_row(const cfg_t *cfg, const cfg_opt_t *opt, size_t *index)
{
	for (size_t i = 0; cfg->opts[i].name != NULL; i++) {
		if (&cfg->opts[i] == opt) {
			*index = i;
			return true;
		}
	}
	return false;
}

static const char *shown_title(struct loader *loader, cfg_t *cfg)
{
	return text_escape(loader->mem, span_of(cfg_title(cfg)), SHOWN_TITLE,
			   true);
}

/* "dns.timeout", or "override \"lists\": until". */
static const char *shown_name(struct loader *loader, cfg_t *cfg,
			      const struct setting_section *section,
			      const struct setting *row)
{
	if (loader->entries == NULL)
		return settings_full_name(loader->mem, section->name,
					  row->name);
	return mem_printf(loader->mem, "%s \"%s\": %s", section->name,
			  shown_title(loader, cfg), row->name);
}

static bool take(struct loader *loader, cfg_t *cfg, cfg_opt_t *opt,
		 const char *text)
{
	const struct setting_section *section =
	    find_section(loader, section_name(loader, cfg));
	size_t index = 0;
	struct error inner;

	if (!find_row(cfg, opt, &index))
		return fail(loader, cfg->line,
			    "%s: settings of a section stand within its braces",
			    opt->name);
	const struct setting *row = &section->rows[index];
	struct given *given =
	    &loader->given[section - loader->sections].rows[index];

	/* a list's second value, and what += adds, raise the size */
	if (given->line != 0 &&
	    (row->type != SETTING_LIST || cfg_opt_size(opt) == 1))
		return fail(loader, cfg->line,
			    "%s: given again (first at line %d)",
			    shown_name(loader, cfg, section, row), given->line);
	if (!setting_read(row, text, &given->number, &inner))
		return fail(loader, cfg->line, "%s: %s",
			    shown_name(loader, cfg, section, row), inner.words);
	given->line = cfg->line;
	given->text = mem_strdup(loader->given_mem, text);
	return true;
}

static int take_value(cfg_t *cfg, cfg_opt_t *opt, const char *value,
		      void *result)
{
	*(const char **)result = value;
	if (current->root == NULL)
		return 0;
	return take(current, cfg, opt, value) ? 0 : -1;
}

static int end_section(cfg_t *cfg, cfg_opt_t *opt)
{
	struct loader *loader = current;
	const struct setting_section *section = find_section(loader, opt->name);
	struct given_section *given =
	    &loader->given[section - loader->sections];

	if (given->end_line != 0) {
		(void)fail(loader, cfg->line,
			   "section %s stands here again (the first ends at "
			   "line %d)",
			   section->name, given->end_line);
		return -1;
	}
	given->end_line = cfg->line;
	return 0;
}

/* --- rows to options --- */

static size_t count_rows(const struct setting *rows)
{
	size_t count = 0;

	while (rows[count].name != NULL)
		count++;
	return count;
}

static size_t count_sections(const struct setting_section *sections)
{
	size_t count = 0;

	while (sections[count].name != NULL)
		count++;
	return count;
}

static cfg_opt_t row_option(TALLOC_CTX *mem, const struct setting *row)
{
	if (row->type != SETTING_LIST)
		return (cfg_opt_t)CFG_STR_CB(row->name, NULL, CFGF_NODEFAULT,
					     take_value);
	struct text_list items = setting_initial_items(mem, row);
	/* libconfuse parses a list's default anew for each section */
	char *initial =
	    items.count == 0 ? NULL : setting_list_text(mem, &items);
	return (cfg_opt_t)CFG_STR_LIST_CB(row->name, initial, CFGF_NONE,
					  take_value);
}

/* The options of one section; `extra` zeroed ones follow for the caller. */
static cfg_opt_t *row_options(TALLOC_CTX *mem, const struct setting *rows,
			      size_t extra)
{
	size_t count = count_rows(rows);
	cfg_opt_t *options = mem_array(mem, cfg_opt_t, count + extra + 1);

	for (size_t i = 0; i < count; i++)
		options[i] = row_option(mem, &rows[i]);
	return options;
}

static int end_entry(cfg_t *cfg, cfg_opt_t *opt);

static cfg_t *make_parser(struct loader *loader)
{
	cfg_flag_t flags =
	    loader->entries == NULL ? CFGF_NONE : CFGF_MULTI | CFGF_TITLE;
	const struct setting_section *top = find_section(loader, "");
	cfg_opt_t *options = row_options(loader->mem, top->rows,
					 count_sections(loader->sections));
	size_t next = count_rows(top->rows);

	for (const struct setting_section *section = loader->sections;
	     section->name != NULL; section++) {
		if (section != top)
			options[next++] = (cfg_opt_t)CFG_SEC(
			    section->name,
			    row_options(loader->mem, section->rows, 0), flags);
	}
	cfg_t *root = cfg_init(options, CFGF_NONE);
	(void)cfg_set_error_function(root, syntax_error);
	for (; next > count_rows(top->rows); next--)
		(void)cfg_set_validate_func(
		    root, options[next - 1].name,
		    loader->entries == NULL ? end_section : end_entry);
	return root;
}

/* --- what was given --- */

static struct given_section *make_given(TALLOC_CTX *mem,
					const struct setting_section *sections)
{
	size_t count = count_sections(sections);
	struct given_section *given =
	    mem_array(mem, struct given_section, count);

	for (size_t i = 0; i < count; i++)
		given[i].rows =
		    mem_array(mem, struct given, count_rows(sections[i].rows));
	return given;
}

/* A titled section is the only one of its kind that libconfuse still has. */
static cfg_t *parsed(const struct loader *loader,
		     const struct setting_section *section)
{
	return *section->name == '\0' ? loader->root
				      : cfg_getsec(loader->root, section->name);
}

static struct text_list read_list(struct loader *loader,
				  const struct setting_section *section,
				  const struct setting *row)
{
	cfg_opt_t *opt = cfg_getopt(parsed(loader, section), row->name);
	struct text_list items = {.count = cfg_opt_size(opt)};

	items.items = mem_array(loader->given_mem, const char *, items.count);
	for (unsigned i = 0; i < items.count; i++)
		items.items[i] = cfg_opt_getnstr(opt, i);
	return items;
}

/* `a = {"x"}` and later `a = {}`: only the end shows it. */
static bool check_emptied(struct loader *loader,
			  const struct setting_section *section)
{
	const struct given *given =
	    loader->given[section - loader->sections].rows;

	for (const struct setting *row = section->rows; row->name != NULL;
	     row++, given++) {
		if (row->type == SETTING_LIST && given->line != 0 &&
		    read_list(loader, section, row).count == 0)
			return fail(loader, given->line,
				    "%s: given again further down, as {}",
				    shown_name(loader, parsed(loader, section),
					       section, row));
	}
	return true;
}

static void store_section(TALLOC_CTX *mem, struct loader *loader,
			  const struct setting_section *section,
			  void *section_values)
{
	const struct given *given =
	    loader->given[section - loader->sections].rows;

	for (const struct setting *row = section->rows; row->name != NULL;
	     row++, given++) {
		if (row->type == SETTING_LIST) {
			struct text_list items =
			    read_list(loader, section, row);
			setting_store_list(mem, row, &items, section_values);
		} else if (given->line != 0) {
			setting_store(mem, row, given->text, given->number,
				      section_values);
		}
	}
}

/* --- a titled section --- */

static int first_line(const struct setting *rows, const struct given *given,
		      int otherwise)
{
	int first = otherwise;

	for (; rows->name != NULL; rows++, given++) {
		if (given->line != 0 && given->line < first)
			first = given->line;
	}
	return first;
}

static bool check_title(const char *title, struct error *err)
{
	static const struct setting any_text = {.type = SETTING_TEXT};
	int64_t unused;

	return setting_read(&any_text, title, &unused, err);
}

static bool take_entry(struct loader *loader, int end_line)
{
	const struct settings_entries *entries = loader->entries;
	const struct setting_section *section =
	    find_section(loader, entries->kind->name);
	size_t index = (size_t)(section - loader->sections);
	cfg_t *cfg = parsed(loader, section);
	void *values = mem_zeroed(loader->given_mem, entries->size, 1, "entry");
	struct settings_entry entry = {
	    .title = cfg_title(cfg),
	    .line =
		first_line(section->rows, loader->given[index].rows, end_line),
	    .values = values,
	};
	struct error inner;

	if (!check_emptied(loader, section))
		return false;
	settings_defaults(loader->given_mem, loader->sections, values);
	store_section(loader->given_mem, loader, section, values);
	return (check_title(entry.title, &inner) &&
		entries->take(entries->context, &entry, &inner)) ||
	       fail(loader, entry.line, "%s \"%s\": %s", section->name,
		    shown_title(loader, cfg), inner.words);
}

static void forget_given(struct loader *loader)
{
	for (const struct setting_section *section = loader->sections;
	     section->name != NULL; section++)
		memset(loader->given[section - loader->sections].rows, 0,
		       count_rows(section->rows) * sizeof(struct given));
	mem_free(loader->given_mem);
	loader->given_mem = mem_context(loader->mem);
}

static int end_entry(cfg_t *cfg, cfg_opt_t *opt)
{
	struct loader *loader = current;
	bool is_taken = take_entry(loader, cfg->line);

	forget_given(loader);
	(void)cfg_opt_rmnsec(opt, 0);
	return is_taken ? 0 : -1;
}

/* --- the load --- */

static bool parse(struct loader *loader)
{
	cfg_t *root = make_parser(loader);

	loader->root = root;
	if (cfg_parse_buf(root, loader->text) != CFG_SUCCESS)
		return fail(loader, root->line, "cannot be understood");
	for (const struct setting_section *section = loader->sections;
	     section->name != NULL; section++) {
		if (!check_emptied(loader, section))
			return false;
	}
	return true;
}

static void store_all(TALLOC_CTX *mem, struct loader *loader, void *values)
{
	settings_defaults(mem, loader->sections, values);
	for (const struct setting_section *section = loader->sections;
	     section->name != NULL; section++)
		store_section(mem, loader, section,
			      (char *)values + section->offset);
}

/* Items and rows stand in the same order. */
static const struct settings_origins *
note_origins(TALLOC_CTX *mem, const struct loader *loader, const void *values)
{
	struct settings_origins *origins =
	    mem_new(mem, struct settings_origins);
	struct setting_origin *item =
	    setting_origins_new(mem, loader->sections, values, &origins->count);

	origins->file = mem_strdup(mem, loader->path);
	origins->items = item;
	for (const struct setting_section *section = loader->sections;
	     section->name != NULL; section++) {
		const struct given *given =
		    loader->given[section - loader->sections].rows;
		for (size_t i = 0; section->rows[i].name != NULL; i++, item++) {
			item->line = given[i].line;
			if (item->line != 0)
				item->text = quoted_line(
				    mem, loader, item->line, ORIGIN_LINE_MAX);
		}
	}
	return origins;
}

/* `values` is NULL for titled sections, which were handed on one by one. */
static bool load(TALLOC_CTX *mem, struct loader *loader, struct span file,
		 void *values)
{
	char *text;

	if (!settings_scan(loader->mem, loader->path, file, &text, loader->err))
		return false;
	loader->text = text;
	loader->given = make_given(loader->mem, loader->sections);
	loader->given_mem = mem_context(loader->mem);
	(void)pthread_mutex_lock(&one_load);
	current = loader;
	bool is_good = parse(loader);
	if (is_good && values != NULL)
		store_all(mem, loader, values);
	(void)cfg_free(loader->root);
	current = NULL;
	(void)pthread_mutex_unlock(&one_load);
	return is_good;
}

bool settings_load(TALLOC_CTX *mem, const struct setting_section *sections,
		   const char *path, void *values, struct error *err)
{
	return settings_load_origins(mem, sections, path, values, NULL, err);
}

bool settings_load_origins(TALLOC_CTX *mem,
			   const struct setting_section *sections,
			   const char *path, void *values,
			   const struct settings_origins **origins,
			   struct error *err)
{
	struct loader loader = {
	    .mem = mem_context(NULL),
	    .path = path,
	    .sections = sections,
	    .err = err,
	};
	struct span file;
	bool is_good = settings_read_file(loader.mem, path, LIMIT_CONFIG_BYTES,
					  &file, err) &&
		       load(mem, &loader, file, values);

	if (is_good && origins != NULL)
		*origins = note_origins(mem, &loader, values);
	mem_free(loader.mem);
	return is_good;
}

bool settings_load_entries(const struct settings_entries *entries,
			   const char *path, struct span file,
			   struct error *err)
{
	static const struct setting no_rows[] = {{.name = NULL}};
	const struct setting_section sections[] = {
	    {.name = "", .rows = no_rows},
	    *entries->kind,
	    {.name = NULL},
	};
	struct loader loader = {
	    .mem = mem_context(NULL),
	    .path = path,
	    .sections = sections,
	    .entries = entries,
	    .err = err,
	};
	bool is_good = load(NULL, &loader, file, NULL);

	mem_free(loader.mem);
	return is_good;
}
