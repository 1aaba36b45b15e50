/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem_pool_none.c - an object without room for what comes below it, so that a
 * sanitizer sees the bounds of each
 */
#include "lib/base/mem.h"

void *mem_pool(TALLOC_CTX *ctx, size_t size, size_t bytes, const char *name)
{
	(void)bytes;
	return mem_zeroed(ctx, size, 1, name);
}
