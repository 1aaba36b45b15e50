/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_MEM_H
#define BASE_MEM_H

/*
 * mem - memory that dies with its owner
 *
 * Two kinds. Tree memory (talloc) belongs to one connection or one message and
 * is freed whole with it; a tree belongs to one thread at a time. Heap memory
 * belongs to the few long-lived objects that threads share (cache, store
 * queue, configuration snapshot), behind their locks or reference counts.
 *
 * Nothing here returns NULL: sizes from outside are capped at the door
 * (limits.h), so running out means that the machine is out. The wrapper says
 * so on standard error and aborts; the MTA's default action covers the gap.
 *
 * A function that returns tree memory takes its context first.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

/* A zeroed object, and a zeroed array of objects, below `ctx`. */
#define mem_new(ctx, type) ((type *)mem_zeroed((ctx), sizeof(type), 1, #type))
#define mem_array(ctx, type, count)                                            \
	((type *)mem_zeroed((ctx), sizeof(type), (count), #type))

/* Like mem_new, with room of `bytes` for what is to come below it: a tree that
 * dies whole takes one block, not hundreds. What does not fit is allocated by
 * itself. Builds with a sanitizer have no such room, which would hide an
 * overrun from one object into the next (mem_pool_none.c). */
#define mem_pooled(ctx, type, bytes)                                           \
	((type *)mem_pool((ctx), sizeof(type), (bytes), #type))

void *mem_pool(TALLOC_CTX *ctx, size_t size, size_t bytes, const char *name);

/* How many objects an array, not a pointer, holds. */
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* The array at `pointer` (or NULL) with room for `count` objects below `ctx`;
 * new room is not zeroed. */
#define mem_resize(ctx, pointer, type, count)                                  \
	((type *)mem_resized((ctx), (pointer), sizeof(type), (count), #type))

void *mem_zeroed(TALLOC_CTX *ctx, size_t size, size_t count, const char *name);
void *mem_checked(void *pointer, size_t size); /* ends the process for NULL */
void *mem_resized(TALLOC_CTX *ctx, void *pointer, size_t size, size_t count,
		  const char *name);

/* An empty context below `parent`; NULL makes a tree of its own. */
TALLOC_CTX *mem_context(TALLOC_CTX *parent);

char *mem_strdup(TALLOC_CTX *ctx, const char *text);
/* Copies `length` bytes and ends them with NUL; the bytes may hold NULs. */
char *mem_strndup(TALLOC_CTX *ctx, const char *bytes, size_t length);
char *mem_printf(TALLOC_CTX *ctx, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *mem_vprintf(TALLOC_CTX *ctx, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Frees a tree; NULL is fine. */
void mem_free(void *pointer);

/* What is free goes back to the system: after something that took much and
 * comes seldom. */
void mem_give_back(void);

/* Long-lived objects only; heap_free(NULL) is fine. */
void *heap_zeroed(size_t size, size_t count);
void *heap_block(size_t bytes); /* not zeroed */
void *heap_resized(void *pointer, size_t size, size_t count);
char *heap_strdup(const char *text);
void *heap_memdup(const void *bytes, size_t length);
void heap_free(void *pointer);
#define heap_new(type) ((type *)heap_zeroed(sizeof(type), 1))
#define heap_array(type, count) ((type *)heap_zeroed(sizeof(type), (count)))

#endif
