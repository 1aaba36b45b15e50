/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

/*
 * settings - tables of settings, from which everything follows
 *
 * A row (setting.h) yields the parser's option, the default, the bounds check
 * and its message, `alignctl config show|defaults`, the shipped alignd.conf,
 * and the check that alignd.conf(5) documents the setting. Each module owns its
 * rows beside its code; lib/app/config.c lists the sections. In all of this,
 * `values` is the whole struct that the sections' offsets stand in.
 */

#include "lib/base/setting.h"

struct setting_section {
	const char
	    *name; /* "": the top level, the first; NULL ends the table */
	const struct setting *rows;
	size_t offset; /* of the section's struct within the whole */
	const char *summary;
};

/* One row of all sections. */
struct setting_place {
	const struct setting_section *section;
	const struct setting *row;
};

/* Steps to the next row in the order of the tables, to the first one from a
 * zeroed place. False: that was the last. */
bool setting_next(const struct setting_section *sections,
		  struct setting_place *at);

/* The row of that name ("dns.timeout"); false where there is none. */
bool setting_find(const struct setting_section *sections, const char *name,
		  struct setting_place *at);

/* "timeout" in section dns is "dns.timeout". */
char *setting_name(TALLOC_CTX *mem, const struct setting_section *section,
		   const char *name);

/* Words about a name that no row has, in the section called `section`: what
 * was probably meant, or what is known there. */
char *setting_unknown(TALLOC_CTX *mem, const struct setting_section *sections,
		      const struct setting_section *section, const char *name);

/* Fills `values` with every default. The defaults are ours: one that its own
 * row refuses is a bug and asserts. */
void settings_defaults(TALLOC_CTX *mem, const struct setting_section *sections,
		       void *values);

/* Where one value comes from. */
struct setting_origin {
	const char *name;  /* "policy.on_reject" */
	const char *value; /* as the file spells it */
	const char *file;  /* the first of them for a default; NULL: none */
	int line;	   /* of it; 0: the default, not set there */
	const char *text;  /* that line, escaped for print; "" at line 0 */
	const char *by;	   /* whose default it is: "profile uk-gov"; NULL: the
			      row's, or none */
};

/* A file that was read, and how many values stand in it. */
struct settings_file {
	const char *path;
	size_t given;
};

/* Where all values of a load come from, in the order of the tables.
 * Immutable. */
struct settings_origins {
	size_t file_count; /* 0: there is none, all are defaults */
	const struct settings_file *files;
	size_t count;
	const struct setting_origin *items;
};

/*
 * Reads files in libconfuse syntax over the defaults, one after the other: what
 * a later one sets holds, += adds to the list as the earlier ones left it. On
 * failure `values` is untouched and the words name file, line, setting, what
 * was found and what is allowed. No file and an empty one are fine. `origins`
 * may be NULL; it belongs to `mem`. Call from one thread at a time
 * (libconfuse's lexer is process-wide).
 */
bool settings_load(TALLOC_CTX *mem, const struct setting_section *sections,
		   const struct text_list *paths, void *values,
		   const struct settings_origins **origins, struct error *err)
    __attribute__((warn_unused_result));

/* Defaults in the place of those that the rows have. */
struct settings_default {
	const char *name;    /* "policy.on_none"; there is such a row */
	const char *initial; /* as struct setting has it; the row allows it */
};

struct settings_base {
	const char *by; /* whose they are; NULL: origins do not tell of them */
	size_t count;
	struct settings_default *rows;
};

/* Puts defaults where no file set anything else, in the place of those that an
 * earlier call put; texts belong to `mem`. Returns where all values come from
 * then, below `mem`; it needs `origins` no less than before. */
const struct settings_origins *
settings_put_defaults(TALLOC_CTX *mem, const struct setting_section *sections,
		      const struct settings_origins *origins,
		      const struct settings_base *base, void *values);

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
 * What was taken before a fault is the caller's to throw away. One thread at a
 * time, as above. */
bool settings_load_entries(const struct settings_entries *entries,
			   const char *path, struct span file,
			   struct error *err)
    __attribute__((warn_unused_result));

/* Sets one setting ("dns.servers"), which exists, from its text, as the file
 * would without quotes; a list becomes that one item. For values from a command
 * line. */
bool settings_set(TALLOC_CTX *mem, const struct setting_section *sections,
		  const char *name, const char *text, void *values,
		  struct error *err) __attribute__((warn_unused_result));

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
