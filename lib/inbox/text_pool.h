/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INBOX_TEXT_POOL_H
#define INBOX_TEXT_POOL_H

/*
 * text_pool - many short texts, most of which come again
 *
 * A row of a report has an address and a reason, of which a hundred thousand
 * rows have a dozen different ones. Texts lie one behind the other in large
 * blocks; one that came a short time ago is not kept twice. All of it goes with
 * the context. One thread.
 */

#include "lib/base/mem.h"

struct text_pool;

struct text_pool *text_pool_new(TALLOC_CTX *mem);

/* The same text, which lives as long as the pool. */
const char *text_pool_add(struct text_pool *pool, const char *text);

#endif
