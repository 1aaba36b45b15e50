/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * place_list.c - who is connected, and who gives way
 * Tested by test_place_list.
 */
#include "lib/base/place_list.h"

#include <stdint.h>

#include "lib/base/mem.h"

#define FREE (-1)

struct place {
	int fd;
	uint64_t number; /* in the order of coming */
};

struct place_list {
	uint64_t clients; /* so far */
	size_t count;
	struct place *places;
};

struct place_list *place_list_new(size_t places)
{
	struct place_list *made = heap_new(struct place_list);

	made->count = places;
	made->places = heap_array(struct place, places);
	for (size_t i = 0; i < places; i++)
		made->places[i].fd = FREE;
	return made;
}

void place_list_free(struct place_list *list)
{
	if (list == NULL)
		return;
	heap_free(list->places);
	heap_free(list);
}

/* NULL: none has it. */
static struct place *find_place(struct place_list *list, int fd)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->places[i].fd == fd)
			return &list->places[i];
	}
	return NULL;
}

static int first_of_all(const struct place_list *list)
{
	const struct place *first = &list->places[0];

	for (size_t i = 1; i < list->count; i++) {
		if (list->places[i].number < first->number)
			first = &list->places[i];
	}
	return first->fd;
}

int place_list_enter(struct place_list *list, int fd)
{
	struct place *place = find_place(list, FREE);

	if (place == NULL)
		return FREE;
	*place = (struct place){.fd = fd, .number = list->clients++};
	return find_place(list, FREE) == NULL ? first_of_all(list) : FREE;
}

void place_list_leave(struct place_list *list, int fd)
{
	struct place *place = fd == FREE ? NULL : find_place(list, fd);

	if (place != NULL)
		place->fd = FREE;
}
