/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * field_list.c - header fields in the order of the message
 *
 * Their number and size were bounded where they came in (limits.h).
 * Tested by test_redact.
 */
#include "lib/mail/field_list.h"

#include <string.h>

struct field field_copy(TALLOC_CTX *mem, struct span name, struct span value,
			size_t blanks)
{
	size_t length = blanks + value.length;
	char *text = mem_resize(mem, NULL, char, length + 1);

	memset(text, ' ', blanks);
	memcpy(text + blanks, value.data, value.length);
	text[length] = '\0';
	return (struct field){
	    span_make(mem_strndup(mem, name.data, name.length), name.length),
	    span_make(text, length)};
}

void field_list_add(TALLOC_CTX *mem, struct field_list *list,
		    struct field field)
{
	if (list->count == list->room) {
		list->room = list->room == 0 ? 32 : 2 * list->room;
		list->items =
		    mem_resize(mem, list->items, struct field, list->room);
	}
	list->items[list->count++] = field;
}
