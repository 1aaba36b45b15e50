/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * old_conf.c - a configuration file of OpenDMARC, OpenDKIM or policyd-spf, read
 */
#include "lib/import/old_conf.h"

#include <errno.h>
#include <string.h>

#include "lib/base/file_read.h"
#include "lib/base/limits.h"
#include "lib/base/spelling.h"
#include "lib/base/text.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define SHOWN_MAX 120
#define WORD_MAX 64 /* the longest name of a setting has half of it */

/* A file that is open, and by which ones it was included. */
struct level {
	const char *path;
	int depth;
	dev_t device;
	ino_t inode;
	const struct level *above;
};

struct reading {
	TALLOC_CTX *mem;
	struct old_conf *conf;
	int included; /* files, of all depths together */
};

/* A line of a file, cut at its comment. */
struct raw {
	const char *file;
	int line;
	struct span text;
};

/* --- faults --- */

void old_faults_add(TALLOC_CTX *mem, struct old_faults *faults,
		    const struct old_fault *fault)
{
	faults->items =
	    mem_resize(mem, faults->items, struct old_fault, faults->count + 1);
	faults->items[faults->count++] = (struct old_fault){
	    .file = fault->file,
	    .line = fault->line,
	    .text = text_escape(mem, span_of(fault->text), SHOWN_MAX, true),
	    .why = mem_strdup(mem, fault->why),
	    .is_hole = fault->is_hole,
	};
}

static void refuse_line(struct reading *reading, const struct raw *raw,
			const char *why, bool is_hole)
{
	const struct old_fault fault = {
	    .file = raw->file,
	    .line = raw->line,
	    .text = mem_strndup(reading->mem, raw->text.data, raw->text.length),
	    .why = why,
	    .is_hole = is_hole,
	};

	old_faults_add(reading->mem, &reading->conf->faults, &fault);
}

/* --- lines --- */

bool old_file_read(TALLOC_CTX *mem, const char *path, size_t max,
		   struct span *file, struct stat *found, struct error *err)
{
	if (stat(path, found) != 0)
		return error_errno(err, ERROR_CONFIG, errno, "%s", path);
	if (!S_ISREG(found->st_mode))
		return error_set(err, ERROR_CONFIG, "%s: no plain file", path);
	return file_read(mem, path, max, file, err);
}

/* Takes the first line off the text, without its end and its comment. */
static struct span next_line(struct span *text)
{
	struct span line;
	struct span kept;

	(void)span_cut(*text, '\n', &line, text);
	(void)span_cut(line, '#', &kept, &line);
	return span_trim(kept);
}

static struct span without_mark(struct span file)
{
	return span_starts(file, BYTE_ORDER_MARK)
		   ? span_from(file, strlen(BYTE_ORDER_MARK))
		   : file;
}

/* The name in front, and the value: "Name value" or "Name = value". */
static bool cut_line(enum old_kind kind, struct span line, struct span *name,
		     struct span *value)
{
	size_t i = 0;

	if (kind == OLD_POLICYD_SPF) {
		bool has_sign = span_cut(line, '=', name, value);
		*name = span_trim(*name);
		*value = span_trim(*value);
		return has_sign &&
		       memchr(value->data, '=', value->length) == NULL;
	}
	while (i < line.length && !ascii_is_blank(line.data[i]))
		i++;
	*name = span_make(line.data, i);
	*value = span_trim(span_from(line, i));
	return true;
}

static const struct old_setting *find_setting(enum old_kind kind,
					      struct span name)
{
	char word[WORD_MAX];

	if (name.length == 0 || name.length >= sizeof word ||
	    memchr(name.data, '\0', name.length) != NULL)
		return NULL;
	memcpy(word, name.data, name.length);
	word[name.length] = '\0';
	return old_setting_named(kind, word);
}

/* --- which daemon's is it? --- */

static size_t count_known(enum old_kind kind, struct span file)
{
	struct span name;
	struct span value;
	size_t known = 0;

	while (file.length > 0) {
		struct span line = next_line(&file);
		if (cut_line(kind, line, &name, &value) &&
		    !span_starts(value, "=") &&
		    find_setting(kind, name) != NULL)
			known++;
	}
	return known;
}

static bool guess_kind(const char *path, struct span file, enum old_kind *kind,
		       struct error *err)
{
	size_t most = 0;
	int at_most = 0; /* how many kinds know as many lines */

	for (int i = 0; i < OLD_KINDS; i++) {
		size_t known = count_known((enum old_kind)i, file);
		if (known > most)
			*kind = (enum old_kind)i;
		at_most = known > most ? 1 : at_most + (known == most ? 1 : 0);
		most = known > most ? known : most;
	}
	if (most > 0 && at_most == 1)
		return true;
	return error_set(err, ERROR_USAGE,
			 "%.120s: its settings do not tell whose it is; say "
			 "--kind opendmarc, opendkim or policyd-spf",
			 path);
}

/* --- values --- */

/* Clean text of one line below the reading; NULL: it is none. */
static const char *clean_text(struct reading *reading, struct span text)
{
	char *copy = mem_strndup(reading->mem, text.data, text.length);

	for (size_t i = 0; i < text.length; i++) {
		if (copy[i] == '\t')
			copy[i] = ' ';
	}
	return text_is_line(span_make(copy, text.length)) ? copy : NULL;
}

static void refuse_unknown(struct reading *reading, const struct raw *raw,
			   struct span name)
{
	enum old_kind kind = reading->conf->kind;
	struct spelling spelling;

	spelling_init(&spelling,
		      mem_strndup(reading->mem, name.data, name.length));
	for (const struct old_setting *row = old_settings_of(kind);
	     row->name != NULL; row++)
		spelling_offer(&spelling, row->name);
	if (spelling.nearest == NULL) {
		/* OpenDMARC knows none, and may be thought to. */
		refuse_line(reading, raw,
			    mem_printf(reading->mem, "%s knows no such setting",
				       old_kind_text(kind)),
			    span_equals_nocase(name, "Include"));
		return;
	}
	const struct old_setting *meant =
	    old_setting_named(kind, spelling.nearest);
	refuse_line(reading, raw,
		    mem_printf(reading->mem,
			       "%s knows no such setting; %s may be meant",
			       old_kind_text(kind), meant->name),
		    meant->narrows);
}

static bool has_room(struct reading *reading, const struct raw *raw)
{
	if (reading->conf->count + reading->conf->faults.count <
	    LIMIT_IMPORT_LINES)
		return true;
	if (reading->conf->count + reading->conf->faults.count ==
	    LIMIT_IMPORT_LINES)
		refuse_line(
		    reading, raw,
		    "more than " LIMIT_WORD(LIMIT_IMPORT_LINES) " lines", true);
	return false;
}

static void keep_line(struct reading *reading, const struct raw *raw,
		      const struct old_setting *setting, const char *value)
{
	struct old_conf *conf = reading->conf;

	conf->lines = mem_resize(reading->mem, conf->lines, struct old_line,
				 conf->count + 1);
	conf->lines[conf->count++] = (struct old_line){
	    .file = raw->file,
	    .line = raw->line,
	    .setting = setting,
	    .value = value,
	};
}

static void read_level(struct reading *reading, struct span file,
		       const struct level *level);

static bool is_open_already(const struct level *level, const struct stat *found)
{
	for (; level != NULL; level = level->above) {
		if (level->device == found->st_dev &&
		    level->inode == found->st_ino)
			return true;
	}
	return false;
}

/* Its lines are kept as copies; the file itself goes when it was read. */
static void read_included(struct reading *reading, const struct raw *raw,
			  struct level *inner)
{
	TALLOC_CTX *scratch = mem_context(NULL);
	struct stat found;
	struct span file;
	struct error err;

	if (!old_file_read(scratch, inner->path, LIMIT_IMPORT_CONF_BYTES, &file,
			   &found, &err)) {
		refuse_line(reading, raw, err.words, true);
	} else if (is_open_already(inner->above, &found)) {
		refuse_line(reading, raw, "the file includes itself", true);
	} else {
		inner->device = found.st_dev;
		inner->inode = found.st_ino;
		read_level(reading, without_mark(file), inner);
	}
	mem_free(scratch);
}

/* What is included may say anything: without it nothing is known. Files are
 * counted, since one that adds no line would cost nothing else. */
static void include(struct reading *reading, const struct raw *raw,
		    const char *value, const struct level *level)
{
	struct old_line line = {.file = raw->file, .line = raw->line};
	struct level inner = {.depth = level->depth + 1, .above = level};

	if (inner.depth > LIMIT_IMPORT_INCLUDES) {
		refuse_line(reading, raw,
			    "included too deep, as OpenDKIM has it", true);
		return;
	}
	if (reading->included == LIMIT_IMPORT_INCLUDED) {
		refuse_line(reading, raw,
			    "more than " LIMIT_WORD(
				LIMIT_IMPORT_INCLUDED) " files are included",
			    true);
		return;
	}
	reading->included++;
	inner.path = old_conf_path(reading->mem, reading->conf, &line, value);
	read_included(reading, raw, &inner);
}

static void take_value(struct reading *reading, const struct raw *raw,
		       const struct old_setting *setting, struct span value,
		       const struct level *level)
{
	const char *text = clean_text(reading, value);

	if (text == NULL)
		refuse_line(reading, raw, "the value is no clean UTF-8 text",
			    setting->narrows);
	else if (*text == '\0')
		refuse_line(reading, raw, "the value is missing",
			    setting->narrows);
	else if (strcmp(setting->name, "Include") == 0)
		include(reading, raw, text, level);
	else
		keep_line(reading, raw, setting, text);
}

static void take_line(struct reading *reading, const struct raw *raw,
		      const struct level *level)
{
	enum old_kind kind = reading->conf->kind;
	struct span name;
	struct span value;

	if (raw->text.length == 0 || !has_room(reading, raw))
		return;
	if (raw->text.length > LIMIT_IMPORT_LINE_BYTES) {
		refuse_line(reading, raw, "the line is too long", true);
		return;
	}
	if (!cut_line(kind, raw->text, &name, &value)) {
		refuse_line(
		    reading, raw,
		    "not of the form \"Name = value\"; policyd-spf passes "
		    "over such a line",
		    false);
		return;
	}
	const struct old_setting *setting = find_setting(kind, name);
	if (setting != NULL)
		take_value(reading, raw, setting, value, level);
	else if (clean_text(reading, raw->text) == NULL)
		refuse_line(reading, raw, "the line is no clean UTF-8 text",
			    true);
	else
		refuse_unknown(reading, raw, name);
}

static void read_level(struct reading *reading, struct span file,
		       const struct level *level)
{
	struct raw raw = {.file = level->path};

	while (file.length > 0) {
		raw.line++;
		raw.text = next_line(&file);
		take_line(reading, &raw, level);
	}
}

/* --- the file --- */

bool old_conf_read(TALLOC_CTX *mem, const char *path, const enum old_kind *kind,
		   struct old_conf **conf, struct error *err)
{
	struct reading reading = {.mem = mem};
	struct level level = {.path = mem_strdup(mem, path)};
	struct stat found;
	struct span file;
	enum old_kind seen = OLD_OPENDMARC;

	if (!file_read(mem, path, LIMIT_IMPORT_CONF_BYTES, &file, err)) {
		err->kind = ERROR_INPUT;
		return false;
	}
	file = without_mark(file);
	if (kind != NULL)
		seen = *kind;
	else if (!guess_kind(path, file, &seen, err))
		return false;
	if (stat(path, &found) == 0) {
		level.device = found.st_dev;
		level.inode = found.st_ino;
	}
	reading.conf = mem_new(mem, struct old_conf);
	reading.conf->kind = seen;
	reading.conf->path = level.path;
	read_level(&reading, file, &level);
	*conf = reading.conf;
	return true;
}

const struct old_line *old_conf_find(const struct old_conf *conf,
				     const char *name)
{
	for (size_t i = conf->count; i-- > 0;) {
		if (strcmp(conf->lines[i].setting->name, name) == 0)
			return &conf->lines[i];
	}
	return NULL;
}

bool old_flag_read(const char *value, bool *flag)
{
	bool is_yes = strchr("TtYy1", value[0]) != NULL;

	if (value[0] == '\0' || (!is_yes && strchr("FfNn0", value[0]) == NULL))
		return false;
	*flag = is_yes;
	return true;
}

const char *old_conf_path(TALLOC_CTX *mem, const struct old_conf *conf,
			  const struct old_line *line, const char *path)
{
	const struct old_line *base = old_conf_find(conf, "BaseDirectory");

	if (path[0] == '/')
		return path;
	return mem_printf(
	    mem, "%s/%s",
	    base != NULL ? base->value : text_folder(mem, line->file), path);
}
