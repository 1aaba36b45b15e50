/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * field_list.c - header fields in the order of the message
 *
 * Their number and size were bounded where they came in (limits.h).
 */
#include "lib/mail/field_list.h"

static struct span copy(TALLOC_CTX *mem, struct span s)
{
	return span_make(mem_strndup(mem, s.data, s.length), s.length);
}

struct field field_copy(TALLOC_CTX *mem, struct span name, struct span value)
{
	return (struct field){copy(mem, name), copy(mem, value)};
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
