/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc_none.c - an allocator that is not to be replaced
 *
 * A sanitizer's own ends the process where memory ends. Another C library's than
 * glibc does not, and the daemon warns of it at its start.
 * Tested by test_wire_messages.
 */
#include "milter/malloc.h"

#ifdef HAVE___LIBC_MEMALIGN
static const bool is_strict = true;
#else
static const bool is_strict = false;
#endif

bool malloc_is_in_effect(void)
{
	return is_strict;
}
