/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc_none.c - a sanitizer's allocator, which is not to be replaced
 * Tested by test_wire_messages.
 */
#include "milter/malloc.h"

bool malloc_is_in_effect(void)
{
	return true;
}
