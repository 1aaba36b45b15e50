/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc.c - where memory ends, the process ends
 *
 * Thread-safe, as glibc's own are. Nothing here may allocate.
 * Tested by test_memory.
 */
#include "milter/malloc.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

/* glibc's own, under the names that it keeps for this. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *pointer);

static atomic_bool is_called;

static void *check_block(void *pointer, size_t size)
{
	atomic_store_explicit(&is_called, true, memory_order_relaxed);
	return pointer != NULL || size > PTRDIFF_MAX
		   ? pointer
		   : mem_checked(pointer, size);
}

void *malloc(size_t size)
{
	return check_block(__libc_malloc(size), size);
}

void *calloc(size_t count, size_t size)
{
	size_t total =
	    size != 0 && count > SIZE_MAX / size ? SIZE_MAX : count * size;

	return check_block(__libc_calloc(count, size), total);
}

/* Of size 0 it frees, and there is nothing to return. */
void *realloc(void *pointer, size_t size)
{
	void *block = __libc_realloc(pointer, size);

	return size == 0 ? block : check_block(block, size);
}

void *memalign(size_t alignment, size_t size)
{
	return check_block(__libc_memalign(alignment, size), size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
	if (alignment % sizeof(void *) != 0 || alignment == 0 ||
	    (alignment & (alignment - 1)) != 0)
		return EINVAL;
	*block = memalign(alignment, size);
	return *block == NULL ? ENOMEM : 0;
}

void free(void *pointer)
{
	__libc_free(pointer);
}

/* libc's own strdup() stands for all libraries: it reaches malloc() through the
 * dynamic linker as they do. */
bool malloc_is_in_effect(void)
{
	char *(*volatile copy)(const char *) = strdup;

	atomic_store(&is_called, false);
	free(copy("a"));
	return atomic_load(&is_called);
}
