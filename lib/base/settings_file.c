/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_file.c - configuration files read through libconfuse
 *
 * The only file that includes confuse.h. libconfuse contributes the grammar and
 * keeps no value: each row is an option of its pointer type, and the number
 * that would be its default is the address of our slot. A value is read by its
 * row while the parser stands on its line, kept in the slot, and stored when
 * all files are good; a titled section is handed on when it ends, and
 * libconfuse forgets it, so that its search for a title stays short however
 * many there are.
 * Tested by test_settings, test_override_file.
 */
#include "lib/base/settings.h"

#include <confuse.h>
#include <string.h>

#include "lib/base/file_read.h"
#include "lib/base/limits.h"
#include "lib/base/secret_text.h"
#include "lib/base/settings_scan.h"

#define QUOTED_LINE_MAX 60  /* bytes of a line shown in an error */
#define ORIGIN_LINE_MAX 200 /* and of one that gave a value */
#define SHOWN_TITLE 60

/* What was given for one row, or, where there is no row, that a section stood
 * there. */
struct slot {
	struct loader *loader;
	struct setting_place at;
	struct text_list initial;
	struct text_list texts; /* given, or `initial` */
	const char *file;	/* NULL: not given */
	int line;		/* in it, of a list's last item */
	const char *line_text;
};

struct loader {
	TALLOC_CTX *mem;   /* dies with the load */
	TALLOC_CTX *texts; /* below it: what was given, of one section */
	const char *path;
	const char *text; /* of the file, without comments */
	const struct setting_section *sections;
	size_t rows;  /* of all sections */
	size_t count; /* of the slots: the rows, then the sections */
	struct slot *slots;
	const struct settings_entries *entries; /* NULL: no titled sections */
	struct error *err;
};

static struct slot *slot_of(const cfg_opt_t *opt)
{
	return (struct slot *)opt->def.number;
}

static bool is_given(const struct slot *slot)
{
	return slot->file == slot->loader->path;
}

/* Is there one item at first of this list, so that its end shows whether it
 * was emptied? Always, where someone asks what a file gave. */
static bool has_item(const struct slot *slot)
{
	return slot->at.row->type == SETTING_LIST &&
	       (slot->loader->entries == NULL || slot->texts.count > 0);
}

/* --- errors --- */

/* "FILE:LINE: WORDS"; the first failure stays. Returns -1. */
static int fail(const struct loader *loader, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int fail(const struct loader *loader, int line, const char *format, ...)
{
	va_list args;

	if (loader->err->kind != ERROR_NONE)
		return -1;
	va_start(args, format);
	(void)error_set(loader->err, ERROR_CONFIG, "%s:%d: %s", loader->path,
			line, mem_vprintf(loader->mem, format, args));
	va_end(args);
	return -1;
}

/* Whatever setting it is, or was meant to be: without a password. */
static const char *line_text(TALLOC_CTX *mem, const struct loader *loader,
			     int line, size_t max)
{
	struct span rest = span_of(loader->text);
	struct span text;

	do
		(void)span_cut(rest, '\n', &text, &rest);
	while (--line > 0);
	text = span_trim(text);
	const char *shown = secret_text_hide(
	    loader->mem, mem_strndup(loader->mem, text.data, text.length));
	return text_escape(mem, span_of(shown), max, true);
}

/* Up to `line`, the last that says something: at the end of the file
 * libconfuse stands on a line that is not there. */
static int last_line(const struct loader *loader, int line)
{
	struct span rest = span_of(loader->text);
	struct span text;
	int last = 1;

	for (int i = 1; i <= line && rest.length > 0; i++) {
		(void)span_cut(rest, '\n', &text, &rest);
		text = span_trim(text);
		if (text.length > 0 && text.data[0] != '#')
			last = i;
	}
	return last;
}

/* Where libconfuse names no option, the line is shown. */
static void word_error(cfg_t *cfg, const char *format, va_list args)
{
	const struct slot *first = slot_of(cfg->opts);
	const struct loader *loader = first->loader;

	if (strcmp(format, "no such option '%s'") == 0) {
		(void)fail(loader, cfg->line, "%s",
			   setting_unknown(loader->mem, loader->sections,
					   first->at.section,
					   va_arg(args, const char *)));
		return;
	}
	const char *words = mem_vprintf(loader->mem, format, args);
	int number = strcmp(format, "premature end of file") == 0
			 ? last_line(loader, cfg->line)
			 : cfg->line;
	const char *line =
	    line_text(loader->mem, loader, number, QUOTED_LINE_MAX);
	(void)fail(
	    loader, number, "%s%s%s",
	    text_escape(loader->mem, span_of(words), ERROR_WORDS_MAX, true),
	    *line == '\0' ? "" : ": ", line);
}

/* "dns.timeout", or "override \"lists\": until". */
static const char *shown_name(const struct slot *slot, cfg_t *cfg)
{
	TALLOC_CTX *mem = slot->loader->mem;

	if (slot->loader->entries == NULL)
		return setting_name(mem, slot->at.section, slot->at.row->name);
	return mem_printf(
	    mem, "%s \"%s\": %s", slot->at.section->name,
	    text_escape(mem, span_of(cfg_title(cfg)), SHOWN_TITLE, true),
	    slot->at.row->name);
}

/* --- what the parser calls --- */

/* The first one of a file takes what is added to over from elsewhere. */
static void add_text(struct slot *slot, bool is_added, const char *value)
{
	TALLOC_CTX *mem = slot->loader->texts;
	const char **before = slot->texts.items;
	size_t count = is_added ? slot->texts.count : 0;
	const char **items = mem_resize(mem, is_given(slot) ? before : NULL,
					const char *, count + 1);

	for (size_t i = 0; i < count && !is_given(slot); i++)
		items[i] = before[i];
	items[count] = mem_strdup(mem, value);
	slot->texts = (struct text_list){count + 1, items};
}

/* += and a list's second item stand behind a value that libconfuse counts. */
static int take_value(cfg_t *cfg, cfg_opt_t *opt, const char *value,
		      void *result)
{
	struct slot *slot = slot_of(opt);
	const struct loader *loader = slot->loader;
	bool is_first = cfg_opt_size(opt) == 1;
	struct error inner;

	*(void **)result = NULL;
	if (is_given(slot) && is_first)
		return fail(loader, cfg->line,
			    "%s: given again (first at line %d)",
			    shown_name(slot, cfg), slot->line);
	if (!setting_check(slot->at.row, value, &inner))
		return fail(loader, cfg->line, "%s: %s", shown_name(slot, cfg),
			    inner.words);
	add_text(slot, !is_first, value);
	slot->file = loader->path;
	slot->line = cfg->line;
	return 0;
}

/* The one item of a list's default, which stands for what += adds to, be it
 * nothing. */
static int pass_default(cfg_t *cfg, cfg_opt_t *opt, const char *value,
			void *result)
{
	(void)cfg;
	(void)value;
	*(void **)result = NULL;
	opt->parsecb = take_value;
	return 0;
}

/* Does "NAME = {}" stand there, the name quoted or not? */
static bool is_emptied_at(const char *text, const char *name)
{
	const char *mark = "={}";

	text += strlen(name);
	if (*text == '"' || *text == '\'')
		text++;
	for (; *mark != '\0'; mark++, text++) {
		while (ascii_is_blank(*text))
			text++;
		if (*text != *mark)
			return false;
	}
	return true;
}

/* The line of the last one before the section's end, for people to look at:
 * within a quoted text it is taken for one as well. */
static int emptied_line(const struct loader *loader, const char *name, int end)
{
	const char *text = loader->text;
	size_t length = strlen(name);
	int found = end;

	for (int line = 1; line <= end && *text != '\0'; text++) {
		bool is_start = text == loader->text ||
				strchr("\"'{}\t\n ", text[-1]) != NULL;
		if (*text == '\n')
			line++;
		else if (is_start && strncmp(text, name, length) == 0 &&
			 is_emptied_at(text, name))
			found = line;
	}
	return found;
}

/* No value is seen of `a = {}`: only the end shows that what libconfuse had
 * counted is gone. */
static int take_emptied(cfg_t *cfg)
{
	for (size_t i = 0; i < cfg_num(cfg); i++) {
		struct slot *slot = slot_of(&cfg->opts[i]);
		const struct loader *loader = slot->loader;
		if ((cfg->opts[i].flags & CFGF_LIST) == 0 ||
		    cfg_opt_size(&cfg->opts[i]) > 0)
			continue;
		if (is_given(slot))
			return fail(loader, slot->line,
				    "%s: given again further down, as {}",
				    shown_name(slot, cfg));
		if (!has_item(slot))
			continue;
		slot->texts.count = 0;
		slot->file = loader->path;
		slot->line =
		    emptied_line(loader, slot->at.row->name, cfg->line);
	}
	return 0;
}

static int end_section(cfg_t *cfg, cfg_opt_t *opt)
{
	struct slot *slot = slot_of(opt);

	if (is_given(slot))
		return fail(slot->loader, cfg->line,
			    "section %s stands here again (the first ends at "
			    "line %d)",
			    opt->name, slot->line);
	slot->file = slot->loader->path;
	slot->line = cfg->line;
	return take_emptied(cfg_opt_getnsec(opt, 0));
}

/* --- a titled section --- */

static void store_all(TALLOC_CTX *mem, const struct loader *loader,
		      void *values)
{
	for (size_t i = 0; i < loader->rows; i++)
		setting_store(
		    mem, loader->slots[i].at.row, &loader->slots[i].texts,
		    (char *)values + loader->slots[i].at.section->offset);
}

static int first_line(const struct loader *loader, int otherwise)
{
	int first = otherwise;

	for (size_t i = 0; i < loader->rows; i++) {
		const struct slot *slot = &loader->slots[i];
		if (is_given(slot) && slot->line < first)
			first = slot->line;
	}
	return first;
}

static void forget_given(struct loader *loader)
{
	for (size_t i = 0; i < loader->rows; i++) {
		loader->slots[i].texts = loader->slots[i].initial;
		loader->slots[i].file = NULL;
	}
	mem_free(loader->texts);
	loader->texts = mem_context(loader->mem);
}

static int end_entry(cfg_t *cfg, cfg_opt_t *opt)
{
	static const struct setting any_text = {.type = SETTING_TEXT};
	struct loader *loader = slot_of(opt)->loader;
	const struct settings_entries *entries = loader->entries;
	cfg_t *section = cfg_opt_getnsec(opt, 0);
	void *values = mem_zeroed(loader->texts, entries->size, 1, "entry");
	struct settings_entry entry = {
	    .title = cfg_title(section),
	    .line = first_line(loader, cfg->line),
	    .values = values,
	};
	struct error inner;

	if (take_emptied(section) != 0)
		return -1;
	store_all(loader->texts, loader, values);
	if (!setting_check(&any_text, entry.title, &inner) ||
	    !entries->take(entries->context, &entry, &inner))
		return fail(loader, entry.line, "%s \"%s\": %s", opt->name,
			    text_escape(loader->mem, span_of(entry.title),
					SHOWN_TITLE, true),
			    inner.words);
	forget_given(loader);
	return cfg_opt_rmnsec(opt, 0);
}

/* --- rows to options --- */

static cfg_opt_t row_option(struct slot *slot)
{
	static char one_item[] = "{x}";
	bool is_list = slot->at.row->type == SETTING_LIST;

	return (cfg_opt_t){
	    .name = slot->at.row->name,
	    .type = CFGT_PTR,
	    .flags = is_list ? CFGF_LIST : CFGF_NONE,
	    .def = {.number = (long)slot,
		    .parsed = has_item(slot) ? one_item : NULL},
	    .parsecb = has_item(slot) ? pass_default : take_value,
	};
}

/* The options of a section's rows, behind room for `first` others. */
static cfg_opt_t *row_options(const struct loader *loader,
			      const struct setting_section *section,
			      size_t first)
{
	cfg_opt_t *options =
	    mem_array(loader->mem, cfg_opt_t, loader->count + 1);

	for (size_t i = 0; i < loader->rows; i++) {
		if (loader->slots[i].at.section == section)
			options[first++] = row_option(&loader->slots[i]);
	}
	return options;
}

static cfg_t *make_parser(const struct loader *loader)
{
	const struct setting_section *sections = loader->sections;
	bool has_titles = loader->entries != NULL;
	size_t others = loader->count - loader->rows;
	cfg_opt_t *top = row_options(loader, sections, others);

	for (size_t i = 0; i < others; i++)
		top[i] = (cfg_opt_t){
		    .name = sections[i + 1].name,
		    .type = CFGT_SEC,
		    .flags = has_titles ? CFGF_MULTI | CFGF_TITLE : CFGF_NONE,
		    .subopts = row_options(loader, &sections[i + 1], 0),
		    .def.number = (long)&loader->slots[loader->rows + i],
		    .validcb = has_titles ? end_entry : end_section,
		};
	cfg_t *root = cfg_init(top, CFGF_NONE);
	(void)cfg_set_error_function(root, word_error);
	return root;
}

/* --- the load --- */

static void add_slot(struct loader *loader, struct setting_place at)
{
	struct slot slot = {.loader = loader, .at = at};

	if (at.row != NULL)
		slot.initial = setting_initial(loader->mem, at.row);
	loader->slots = mem_resize(loader->mem, loader->slots, struct slot,
				   loader->count + 1);
	loader->slots[loader->count++] = slot;
}

static void begin(struct loader *loader)
{
	struct setting_place at = {0};

	loader->err->kind = ERROR_NONE;
	loader->mem = mem_context(NULL);
	while (setting_next(loader->sections, &at))
		add_slot(loader, at);
	loader->rows = loader->count;
	for (size_t i = 1; loader->sections[i].name != NULL; i++)
		add_slot(loader,
			 (struct setting_place){.section = loader->sections});
	forget_given(loader);
}

static bool parse(struct loader *loader, const char *path, struct span file)
{
	char *text;

	if (!settings_scan(loader->mem, path, file, &text, loader->err))
		return false;
	loader->path = path;
	loader->text = text;
	cfg_t *root = make_parser(loader);
	bool is_good =
	    cfg_parse_buf(root, text) == CFG_SUCCESS && take_emptied(root) == 0;
	if (!is_good)
		(void)fail(loader, root->line, "cannot be understood");
	(void)cfg_free(root);
	return is_good;
}

static bool parse_file(struct loader *loader, struct settings_file *file,
		       TALLOC_CTX *origins)
{
	struct span bytes;

	if (!file_read(loader->mem, file->path, LIMIT_CONFIG_BYTES, &bytes,
		       loader->err) ||
	    !parse(loader, file->path, bytes))
		return false;
	for (size_t i = 0; i < loader->rows; i++) {
		struct slot *slot = &loader->slots[i];
		if (!is_given(slot))
			continue;
		file->given++;
		slot->line_text =
		    line_text(origins, loader, slot->line, ORIGIN_LINE_MAX);
	}
	return true;
}

static void note_origins(const struct loader *loader, const void *values,
			 struct settings_origins *origins)
{
	struct setting_origin *items =
	    mem_array(origins, struct setting_origin, loader->rows);
	const char *first =
	    origins->file_count == 0 ? NULL : origins->files[0].path;

	for (size_t i = 0; i < loader->rows; i++) {
		const struct slot *slot = &loader->slots[i];
		const struct setting_section *section = slot->at.section;
		bool is_set = slot->file != NULL;
		items[i] = (struct setting_origin){
		    .name = setting_name(origins, section, slot->at.row->name),
		    .value =
			setting_text(origins, slot->at.row,
				     (const char *)values + section->offset),
		    .file = is_set ? slot->file : first,
		    .line = slot->line,
		    .text = is_set ? slot->line_text : "",
		};
	}
	origins->count = loader->rows;
	origins->items = items;
}

bool settings_load(TALLOC_CTX *mem, const struct setting_section *sections,
		   const struct text_list *paths, void *values,
		   const struct settings_origins **origins, struct error *err)
{
	struct loader loader = {.sections = sections, .err = err};
	struct settings_origins *found = mem_new(mem, struct settings_origins);
	struct settings_file *files =
	    mem_array(found, struct settings_file, paths->count);
	bool is_good = true;

	begin(&loader);
	for (size_t i = 0; is_good && i < paths->count; i++) {
		files[i].path = mem_strdup(found, paths->items[i]);
		is_good = parse_file(&loader, &files[i], found);
	}
	found->file_count = paths->count;
	found->files = files;
	if (is_good) {
		store_all(mem, &loader, values);
		note_origins(&loader, values, found);
	}
	if (is_good && origins != NULL)
		*origins = found;
	else
		mem_free(found);
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
	    .sections = sections,
	    .entries = entries,
	    .err = err,
	};

	begin(&loader);
	bool is_good = parse(&loader, path, file);
	mem_free(loader.mem);
	return is_good;
}
