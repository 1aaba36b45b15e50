/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failing_malloc.c - an LD_PRELOAD for tests: memory that ends when told to
 *
 * FAILING_MALLOC names a file with four numbers, mapped and shared with the
 * test: how many allocations there were so far; after how many more one fails
 * (0: none); whether all behind it fail too; how many failed. glibc's allocator
 * is what fails, under the names by which milter/malloc.c calls it; with
 * PLAIN_NAMES also under the usual ones, for a program that has no malloc of
 * its own.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct orders {
	_Atomic int64_t count;
	_Atomic int64_t left;
	_Atomic int64_t is_for_good;
	_Atomic int64_t failed;
};

static struct orders *orders;
static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void *(*real_memalign)(size_t, size_t);

__attribute__((constructor)) static void begin(void)
{
	const char *name = getenv("FAILING_MALLOC");
	int fd = name == NULL ? -1 : open(name, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return;
	void *map = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE,
			 MAP_SHARED, fd, 0);
	(void)close(fd);
	if (map != MAP_FAILED)
		orders = map;
}

static int is_to_fail(void)
{
	if (orders == NULL)
		return 0;
	atomic_fetch_add(&orders->count, 1);
	int is_due = atomic_load(&orders->left) > 0 &&
		     atomic_fetch_sub(&orders->left, 1) == 1;
	int is_over = atomic_load(&orders->is_for_good) != 0 &&
		      atomic_load(&orders->failed) > 0;
	if (!is_due && !is_over)
		return 0;
	atomic_fetch_add(&orders->failed, 1);
	errno = ENOMEM;
	return 1;
}

#define FIND(pointer, name)                                                    \
	if ((pointer) == NULL)                                                 \
	*(void **)&(pointer) = dlsym(RTLD_NEXT, name)

void *__libc_malloc(size_t size)
{
	FIND(real_malloc, "__libc_malloc");
	return is_to_fail() ? NULL : real_malloc(size);
}

void *__libc_calloc(size_t count, size_t size)
{
	FIND(real_calloc, "__libc_calloc");
	return is_to_fail() ? NULL : real_calloc(count, size);
}

void *__libc_realloc(void *pointer, size_t size)
{
	FIND(real_realloc, "__libc_realloc");
	return is_to_fail() && size > 0 ? NULL : real_realloc(pointer, size);
}

void *__libc_memalign(size_t alignment, size_t size)
{
	FIND(real_memalign, "__libc_memalign");
	return is_to_fail() ? NULL : real_memalign(alignment, size);
}

#ifdef PLAIN_NAMES
void *malloc(size_t size)
{
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size)
{
	return __libc_realloc(pointer, size);
}
#endif
