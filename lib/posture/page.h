/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_PAGE_H
#define POSTURE_PAGE_H

/*
 * page - findings about many domains as a page that needs nothing but itself
 */

#include "lib/base/strbuf.h"
#include "lib/posture/posture.h"

struct posture_page;

/* Below `mem`; at most `max` bytes. */
struct posture_page *posture_page_new(TALLOC_CTX *mem, size_t max);

/* One domain, sorted; what is told of it is copied. */
void posture_page_add(struct posture_page *page, const struct posture *posture);

/* The whole, in ASCII: made by the host at that time. Full where the domains
 * took more than `max`. */
void posture_page_write(struct posture_page *page, const char *host,
			int64_t made_s, struct strbuf *text);

#endif
