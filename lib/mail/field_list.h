/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_FIELD_LIST_H
#define MAIL_FIELD_LIST_H

/*
 * field_list - header fields in the order of the message
 *
 * A field is two spans and owns nothing. A message has one list of them
 * (lib/eval/message_private.h), and one copy of their bytes; whoever else needs
 * a field borrows it there, by its place or by its spans.
 */

#include <stddef.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct field {
	struct span name;
	struct span value; /* all that follows the colon, folds with it */
};

struct field_list {
	size_t count;
	size_t room;
	struct field *items;
};

/* The field with its bytes copied below `mem`, and as many blanks more before
 * its value. */
struct field field_copy(TALLOC_CTX *mem, struct span name, struct span value,
			size_t blanks);

/* Adds the field as it is, its bytes not copied. Start from {0}; the list
 * grows below `mem`, the same each time. */
void field_list_add(TALLOC_CTX *mem, struct field_list *list,
		    struct field field);

#endif
