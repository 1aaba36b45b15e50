/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_PLACE_LIST_H
#define BASE_PLACE_LIST_H

/*
 * place_list - who is connected, and who gives way when the places are taken
 *
 * A server's timeout is for silence alone: a client that sends a byte a second
 * would stay for hours, and as many as there are places would keep all others
 * out. So when the last place is taken, who has been here longest is cut off. For
 * one thread.
 */

#include <stddef.h>

struct place_list;

struct place_list *place_list_new(size_t places);
void place_list_free(struct place_list *list); /* NULL is fine */

/* `fd` takes a place, where one is free. Returns the descriptor of who is to be
 * cut off, now that none is free any more; -1: nobody. Closing it, and
 * place_list_leave() after that, is the caller's. */
int place_list_enter(struct place_list *list, int fd);

/* Its place is free; one that has none is fine. */
void place_list_leave(struct place_list *list, int fd);

#endif
