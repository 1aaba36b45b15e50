/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_OVERRIDE_WRITE_H
#define POLICY_OVERRIDE_WRITE_H

/*
 * override_write - an overrides file with one override more, or one less
 *
 * What is written is read by override_parse before it takes the place of the
 * old file, and the other overrides must come out as they were. All other
 * bytes of the file, comments among them, stay (lib/base/file_change.h says
 * how the file is replaced).
 */

#include "lib/policy/override.h"

/* An override on its way into a file. */
struct override_draft;

struct override_draft *override_draft_new(TALLOC_CTX *mem, const char *name);

/* One setting from its text, as overrides.conf(5) names it ("dkim", "until");
 * a list grows by one item. ERROR_USAGE: no such setting, the override would
 * become too large, or the words say what the value may be. */
bool override_draft_set(struct override_draft *draft, const char *setting,
			const char *text, struct error *err)
    __attribute__((warn_unused_result));

const char *override_draft_name(const struct override_draft *draft);

/* The section as it is written. */
char *override_draft_text(TALLOC_CTX *mem, const struct override_draft *draft);

/* Appends it. ERROR_CONFIG: the file is gone or blank, and it `must_stand`;
 * else it is begun. */
bool override_file_add(const char *path, const struct override_draft *draft,
		       bool must_stand, struct error *err)
    __attribute__((warn_unused_result));

/* Takes the override of that name out, with a blank line before it. *removed
 * is its text, below `mem`. A file that would be left blank gets a comment,
 * since a reload refuses a blank one. ERROR_INPUT: there is none. */
bool override_file_remove(TALLOC_CTX *mem, const char *path, const char *name,
			  char **removed, struct error *err)
    __attribute__((warn_unused_result));

/* The same with a text that is in no file, which `path` names in words;
 * *changed is below `mem`. */
bool override_text_add(TALLOC_CTX *mem, const char *path, struct span text,
		       const struct override_draft *draft, struct span *changed,
		       struct error *err) __attribute__((warn_unused_result));
bool override_text_remove(TALLOC_CTX *mem, const char *path, struct span text,
			  const char *name, struct span *changed,
			  char **removed, struct error *err)
    __attribute__((warn_unused_result));

/* The check that every change passes: `longer` has the overrides of `shorter`,
 * in their order, and one of that name. Pure. ERROR_CONFIG: it has not. */
bool override_check_one_more(const char *path, const char *name,
			     const struct override_set *shorter,
			     const struct override_set *longer,
			     struct error *err)
    __attribute__((warn_unused_result));

#endif
