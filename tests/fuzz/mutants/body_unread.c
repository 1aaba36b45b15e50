/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * body_unread.c - a mutant: bh= is not compared with the body
 */
#include "lib/auth/body_hashes.h"

enum body_verdict __wrap_body_hashes_compare(const struct body_hashes *hashes,
					     const struct signature_tags *tags);

enum body_verdict __wrap_body_hashes_compare(const struct body_hashes *hashes,
					     const struct signature_tags *tags)
{
	(void)hashes;
	(void)tags;
	return BODY_UNCHANGED;
}
