/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOOKALIKE_NAME_WORDS_H
#define LOOKALIKE_NAME_WORDS_H

/*
 * name_words - what of a person's name a reader's eye keeps, word by word
 *
 * Words are runs of letters, digits and marks; an apostrophe, and what is not
 * shown (a joiner, a soft hyphen), stands in none and parts none; all else
 * parts them, also letters that are shown as a blank (Hangul's fillers). A
 * letter in a circle or square is that letter, and what is turned round by an
 * override is read as it is shown. Of each word the form (form.h) is kept, in
 * one of two ways, since what looks alike as a capital may not as a small
 * letter: by its small letters, or by its letters as they stand. Through ICU.
 * Any thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/lookalike/form.h"

enum name_way { NAME_BY_SMALL_LETTERS, NAME_AS_IT_STANDS };

#define NAME_WAYS 2

struct name_words {
	size_t count; /* LIMIT_NAME_WORDS at most; more initials are let go */
	struct lookalike_form *forms;
	/* One letter of a script with capitals: "B.", no word of its own. */
	bool *is_initial;
	/* It seems put together: "JaneDoe", or with what is not shown within a
	 * word; or taken apart: "J a n e". */
	bool has_seam;
};

/* Of UTF-8; what is none parts words. Belongs to `mem`. */
struct name_words name_words_split(TALLOC_CTX *mem, const char *text,
				   enum name_way way);

/* Without what stands in brackets or quotes, "Ann (CEO) Example"; NULL where
 * nothing does, or nothing else. */
const char *name_words_unbracketed(TALLOC_CTX *mem, const char *text);

#endif
