/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signature_key_cache_none.c - a build without the cache of decoded keys
 */
#include "lib/auth/signature_key_cache.h"

void signature_key_cache_set(bool is_on)
{
	(void)is_on;
}

void signature_key_cache_clear(void)
{
}

struct signature_key_cache_statistics signature_key_cache_statistics(void)
{
	return (struct signature_key_cache_statistics){0};
}
