/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_MALLOC_H
#define MILTER_MALLOC_H

/*
 * malloc - where memory ends, the process ends
 *
 * What mem.h promises for our own allocations holds in the daemon for those of
 * every library. Libraries differ in what they make of an allocation that
 * fails, and few say it. OpenSSL 3.0 says of a good Ed25519 signature that it
 * does not verify, with no word of why; and when its first use of an algorithm
 * fails half way, it locks a null pointer at a later one. The first is a
 * verdict about mail that nobody looked at. So malloc() and its fellows are
 * defined here, pass on to glibc, and never fail: the process says that it is
 * out of memory and aborts, the MTA's default action covers the gap, and
 * systemd starts it anew.
 *
 * What no process can have (more than PTRDIFF_MAX) fails as it always did. The
 * memory is glibc's, so a preloaded allocator is not used. Builds with a
 * sanitizer, which has its own, do without (malloc_none.c).
 */

#include <stdbool.h>

/* Do libraries get their memory here? */
bool malloc_is_in_effect(void);

#endif
