/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_TAG_LIST_H
#define AUTH_TAG_LIST_H

/*
 * tag_list - "tag=value; tag=value" of signatures and key records (RFC 6376
 * 3.2), and the base64 in it
 *
 * The spans point into the text that was parsed. Pure functions.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

struct tag {
	struct span name;
	struct span value; /* without blanks at its ends */
};

struct tag_list {
	size_t count;
	struct tag items[LIMIT_SIGNATURE_TAGS];
};

/* NULL, or in a few words what is wrong with the list. Two tags of one name
 * are wrong; names that differ in case are two names. A value holds printable
 * ASCII, blanks and whole UTF-8 characters. */
const char *tag_list_parse(struct tag_list *list, struct span text);

/* NULL when there is no such tag; names compare exactly. */
const struct tag *tag_list_find(const struct tag_list *list, const char *name);

/* Is `word` among the words between colons, whatever its case? */
bool tag_has_word(const struct tag *tag, const char *word);

/* Bytes that base64 text stands for, blanks left out; false for any other
 * character or misplaced padding. */
bool base64_measure(struct span text, size_t *bytes);

/* Writes the bytes of text that was measured to `out`. */
struct span base64_write(struct span text, char *out);

/* The bytes, below `mem`; false as above. */
bool base64_decode(TALLOC_CTX *mem, struct span text, struct span *bytes);

#endif
