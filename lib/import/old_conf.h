/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_OLD_CONF_H
#define IMPORT_OLD_CONF_H

/*
 * old_conf - a configuration file of OpenDMARC, OpenDKIM or policyd-spf, read
 *
 * "Name value" lines for the first two, "Name = value" for the last; "#" begins
 * a comment. Each line is either one with a setting or a fault with its reason:
 * none is lost without a word. A byte order mark and CR before LF are taken for
 * what an editor left. OpenDKIM's Include is followed, five levels deep as
 * there and LIMIT_IMPORT_INCLUDED files at most. Of a setting that stands twice
 * the last line counts, as there.
 *
 * What is read is hostile: values are clean text of one line, bounded by
 * LIMIT_IMPORT_*. Pure but for the files that are opened.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/import/old_settings.h"

struct old_line {
	const char *file;
	int line;
	const struct old_setting *setting;
	const char *value; /* never "" */
};

/* A line, or a thing that a line names, that is not taken. */
struct old_fault {
	const char *file;
	int line;
	const char *text; /* escaped */
	const char *why;
	bool is_hole; /* without it more may get in than did there */
};

struct old_faults {
	size_t count;
	struct old_fault *items;
};

struct old_conf {
	enum old_kind kind;
	const char *path;
	size_t count;
	struct old_line *lines; /* in the order of the file */
	struct old_faults faults;
};

/* Below `mem`. A `kind` of NULL: seen from the content. False: the file cannot
 * be read (ERROR_INPUT), or its kind not be seen (ERROR_USAGE). */
bool old_conf_read(TALLOC_CTX *mem, const char *path, const enum old_kind *kind,
		   struct old_conf **conf, struct error *err)
    __attribute__((warn_unused_result));

/* The line that counts, or NULL. */
const struct old_line *old_conf_find(const struct old_conf *conf,
				     const char *name);

/* A flag's value by its first letter, as the daemons read it. */
bool old_flag_read(const char *value, bool *flag);

/* Where a path leads that stands in a file: from BaseDirectory, or else from
 * that file's folder. Below `mem`. */
const char *old_conf_path(TALLOC_CTX *mem, const struct old_conf *conf,
			  const struct old_line *line, const char *path);

/* The bytes of a file that another one names, below `mem`, and what it is. A
 * plain one: a pipe would be waited for, a device has no end. ERROR_CONFIG. */
bool old_file_read(TALLOC_CTX *mem, const char *path, size_t max,
		   struct span *file, struct stat *found, struct error *err)
    __attribute__((warn_unused_result));

/* Adds a fault below `mem`; text and words are copied. */
void old_faults_add(TALLOC_CTX *mem, struct old_faults *faults,
		    const struct old_fault *fault);

#endif
