/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_SETTING_H
#define BASE_SETTING_H

/*
 * setting - one setting's row, and its value as a file spells it
 *
 * A value is checked and stored by its row whatever its source, so a default,
 * a file and a command line meet the same bounds and the same words. Pure.
 *
 * The C type at `offset` (within the section's own struct) follows the type:
 *   SETTING_FLAG      bool
 *   SETTING_NUMBER    long
 *   SETTING_DURATION  int64_t, milliseconds  (file: 500ms 20s 10m 6h 30d)
 *   SETTING_CHOICE    int, the choice's value (an enum)
 *   SETTING_TEXT      const char *, never NULL, "" when unset
 *   SETTING_LIST      struct text_list       (file: {"a", "b"})
 * Texts and lists belong to the context given to setting_store().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	/* TEXT only: what may be a password in it is hidden wherever the value
	 * is shown (secret_text.h); so spelled it does not load back. */
	bool is_secret;
	const char *summary; /* one sentence, for the sample file and show */
};

/* Is this a value, or one item of a list, without quotes? The words say what
 * was found and what is allowed. */
bool setting_check(const struct setting *row, const char *text,
		   struct error *err) __attribute__((warn_unused_result));

/* Stores texts that setting_check took: a list's items, else one. */
void setting_store(TALLOC_CTX *mem, const struct setting *row,
		   const struct text_list *texts, void *section_values);

/* The default: a list's items, else one text. */
struct text_list setting_initial(TALLOC_CTX *mem, const struct setting *row);

/* A stored value, and texts that setting_store would take, as a file spells
 * them: quoted where they must be. */
char *setting_text(TALLOC_CTX *mem, const struct setting *row,
		   const void *section_values);
char *setting_spelled(TALLOC_CTX *mem, const struct setting *row,
		      const struct text_list *texts);

/* A text in double quotes, as a file spells it; it must be one line. */
char *setting_quoted(TALLOC_CTX *mem, const char *text);

/* "1s to 30s", "enforce, monitor", "yes, no"; "" for text and lists. */
char *setting_allowed(TALLOC_CTX *mem, const struct setting *row);

/* For the checks of rows: "VALUE" and what is the matter with it and allowed,
 * the value escaped and cut. Returns false. */
bool setting_refuse(struct error *err, const char *value, const char *what);

#endif
