/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem.c - the wrappers that never return NULL
 */
#include "lib/base/mem.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *mem_checked(void *pointer, size_t size)
{
	if (pointer != NULL)
		return pointer;
	(void)fprintf(stderr, "alignd: out of memory (%zu bytes)\n", size);
	abort();
}

static size_t product(size_t size, size_t count)
{
	if (size != 0 && count > SIZE_MAX / size)
		(void)mem_checked(NULL, SIZE_MAX);
	return size * count;
}

void *mem_zeroed(TALLOC_CTX *ctx, size_t size, size_t count, const char *name)
{
	size_t total = product(size, count);

	return mem_checked(_talloc_zero(ctx, total, name), total);
}

void *mem_resized(TALLOC_CTX *ctx, void *pointer, size_t size, size_t count,
		  const char *name)
{
	size_t total = product(size, count == 0 ? 1 : count);

	return mem_checked(_talloc_realloc(ctx, pointer, total, name), total);
}

TALLOC_CTX *mem_context(TALLOC_CTX *parent)
{
	return mem_checked(talloc_new(parent), 0);
}

char *mem_strdup(TALLOC_CTX *ctx, const char *text)
{
	return mem_strndup(ctx, text, strlen(text));
}

char *mem_strndup(TALLOC_CTX *ctx, const char *bytes, size_t length)
{
	char *copy = mem_checked(talloc_size(ctx, length + 1), length + 1);

	if (length > 0)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

char *mem_vprintf(TALLOC_CTX *ctx, const char *format, va_list args)
{
	return mem_checked(talloc_vasprintf(ctx, format, args), 0);
}

char *mem_printf(TALLOC_CTX *ctx, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = mem_vprintf(ctx, format, args);
	va_end(args);
	return text;
}

void mem_free(void *pointer)
{
	if (pointer != NULL)
		(void)talloc_free(pointer);
}

void mem_give_back(void)
{
	(void)malloc_trim(0);
}

void *heap_zeroed(size_t size, size_t count)
{
	size_t total = product(size, count);

	return mem_checked(calloc(1, total == 0 ? 1 : total), total);
}

void *heap_block(size_t bytes)
{
	return mem_checked(malloc(bytes == 0 ? 1 : bytes), bytes);
}

void *heap_resized(void *pointer, size_t size, size_t count)
{
	size_t total = product(size, count == 0 ? 1 : count);

	return mem_checked(realloc(pointer, total), total);
}

char *heap_strdup(const char *text)
{
	return heap_memdup(text, strlen(text) + 1);
}

void *heap_memdup(const void *bytes, size_t length)
{
	void *copy = heap_zeroed(length == 0 ? 1 : length, 1);

	if (length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

void heap_free(void *pointer)
{
	free(pointer);
}
