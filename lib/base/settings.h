/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

/*
 * settings - one table row per setting, from which everything follows
 *
 * A row yields the parser's option, the default, the bounds check and its
 * message, `alignctl config show|defaults`, the shipped alignd.conf, and the
 * check that alignd.conf(5) documents the setting. Each module owns its rows
 * beside its code; lib/app/config.c lists the sections.
 *
 * The C type at `offset` (within the section's own struct) follows the type:
 *   SETTING_FLAG      bool
 *   SETTING_NUMBER    long
 *   SETTING_DURATION  int64_t, milliseconds  (file: 500ms 20s 10m 6h 30d)
 *   SETTING_CHOICE    int, the choice's value (an enum)
 *   SETTING_TEXT      const char *, never NULL, "" when unset
 *   SETTING_LIST      struct text_list       (file: {"a", "b"})
 * Text and lists belong to the context given to the loader.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

enum setting_type {
	SETTING_FLAG,
	SETTING_NUMBER,
	SETTING_DURATION,
	SETTING_CHOICE,
	SETTING_TEXT,
	SETTING_LIST,
};

struct setting_choice {
	const char *name; /* NULL ends the table */
	int value;
};

struct setting {
	const char *name; /* NULL ends the table */
	enum setting_type type;
	size_t offset;
	const char *initial; /* the default, as a file would spell it, without
				quotes; a list's items separated by ", " */
	int64_t min;	     /* NUMBER, DURATION (ms); both 0 elsewhere */
	int64_t max;
	const struct setting_choice *choices; /* CHOICE only */
	/* TEXT and each item of LIST: is it well-formed? NULL: any text. The
	 * words say what was found and what is allowed. */
	bool (*check)(const char *value, struct error *err);
	bool is_reloadable;
	const char *summary; /* one sentence, for the sample file and show */
};

struct setting_section {
	const char *name; /* "" for the top level; NULL ends the table */
	const struct setting *rows;
	size_t offset; /* of the section's struct within the whole */
	const char *summary;
};

/* Fills `values` (the whole struct) with every default. The defaults are ours:
 * one that its own row refuses is a bug and asserts. */
void settings_defaults(TALLOC_CTX *mem, const struct setting_section *sections,
		       void *values);

/*
 * Reads a file in libconfuse syntax over the defaults. On failure `values` is
 * untouched and the words name file, line, setting, what was found and what is
 * allowed. An empty file is fine. Call from one thread at a time (libconfuse's
 * lexer is process-wide).
 */
bool settings_load(TALLOC_CTX *mem, const struct setting_section *sections,
		   const char *path, void *values, struct error *err)
    __attribute__((warn_unused_result));

/* Where one value comes from. */
struct setting_origin {
	const char *name;  /* "policy.on_reject" */
	const char *value; /* as the file spells it */
	int line;	   /* of the file; 0: the default, not set there */
	const char *text;  /* that line, escaped for print; "" at line 0 */
};

/* Where all values of a load come from, in the order of the tables.
 * Immutable. */
struct settings_origins {
	const char *file; /* NULL: there is none, all are defaults */
	size_t count;
	const struct setting_origin *items;
};

/* settings_load() that also tells where each value comes from; `origins`
 * belongs to `mem`. */
bool settings_load_origins(TALLOC_CTX *mem,
			   const struct setting_section *sections,
			   const char *path, void *values,
			   const struct settings_origins **origins,
			   struct error *err)
    __attribute__((warn_unused_result));

/* Of values that no file gave. */
const struct settings_origins *
settings_origins_defaults(TALLOC_CTX *mem,
			  const struct setting_section *sections,
			  const void *values);

/* Did the file give any? */
bool settings_are_given(const struct settings_origins *origins);

/* NULL where there is no such setting; `origins` may be NULL. */
const struct setting_origin *
settings_origin(const struct settings_origins *origins, const char *name);

/*
 * A file of sections of one kind, each with a title of its own:
 *
 *   override "lists at example" { owner = "ann" }
 *
 * `kind` names the word before the titles and the rows of a section, at
 * `offset` 0 of a struct of `size` bytes. For each section, in the order of
 * the file, `take` gets its values over the defaults; they live until it
 * returns. It may refuse the section with words, to which file, line and title
 * are added.
 */
struct settings_entry {
	const char *title;
	int line; /* of its first setting, or its } where it has none */
	const void *values;
};

struct settings_entries {
	const struct setting_section *kind;
	size_t size;
	bool (*take)(void *context, const struct settings_entry *entry,
		     struct error *err);
	void *context;
};

/* Reads `file`, the bytes of what is called `path`. An empty one is fine.
 * What was taken before a fault is the caller's to throw away. */
bool settings_load_entries(const struct settings_entries *entries,
			   const char *path, struct span file,
			   struct error *err)
    __attribute__((warn_unused_result));

/* A file's bytes below `mem`, at most `max`. */
bool settings_read_file(TALLOC_CTX *mem, const char *path, size_t max,
			struct span *file, struct error *err)
    __attribute__((warn_unused_result));

/* What is left of a stream, likewise; `name` is for the words of a fault. */
bool settings_read_stream(TALLOC_CTX *mem, FILE *stream, const char *name,
			  size_t max, struct span *file, struct error *err)
    __attribute__((warn_unused_result));

/* Sets one setting ("dns.servers") from its text, as the file would without
 * quotes; a list becomes that one item. For values from a command line. */
bool settings_set(TALLOC_CTX *mem, const struct setting_section *sections,
		  const char *name, const char *text, void *values,
		  struct error *err) __attribute__((warn_unused_result));

/* For the checks of rows: "VALUE" and what is the matter with it and allowed,
 * the value escaped and cut. Returns false. */
bool settings_refuse(struct error *err, const char *value, const char *what);

/* A value as the file spells it, quoted where it must be. */
char *settings_value_text(TALLOC_CTX *mem, const struct setting *row,
			  const void *section_values);

/* A text in quotes, as the file spells it; it must be one line. */
char *settings_quoted(TALLOC_CTX *mem, const char *text);

/* The whole as a file; with `explain`, each setting under its summary, bounds
 * and choices. The result loads back to the same values. */
char *settings_text(TALLOC_CTX *mem, const struct setting_section *sections,
		    const void *values, bool explain);

/* Names whose values differ ("dns.timeout"), those that need a restart marked;
 * calls `seen` once for each. */
void settings_differences(const struct setting_section *sections,
			  const void *before, const void *after,
			  void (*seen)(void *context, const char *name,
				       const char *before, const char *after,
				       bool is_reloadable),
			  void *context);

#endif
