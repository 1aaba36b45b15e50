/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem_pool.c - an object with room for what comes below it
 */
#include "lib/base/mem.h"

#include <string.h>

void *mem_pool(TALLOC_CTX *ctx, size_t size, size_t bytes, const char *name)
{
	void *made = mem_checked(
	    _talloc_pooled_object(ctx, size, name, 1, bytes), size + bytes);

	return memset(made, 0, size);
}
