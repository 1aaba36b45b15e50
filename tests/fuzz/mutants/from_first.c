/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * from_first.c - a mutant: of several From fields the first is taken
 */
#include "lib/mail/from.h"

struct author __real_from_author(TALLOC_CTX *mem, const struct span *values,
				 size_t count);
struct author __wrap_from_author(TALLOC_CTX *mem, const struct span *values,
				 size_t count);

struct author __wrap_from_author(TALLOC_CTX *mem, const struct span *values,
				 size_t count)
{
	return __real_from_author(mem, values, count > 1 ? 1 : count);
}
