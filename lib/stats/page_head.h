/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_PAGE_HEAD_H
#define STATS_PAGE_HEAD_H

/*
 * page_head - how each page of ours begins
 *
 * No script, and nothing fetched: the content security policy allows the one
 * style sheet by its digest and refuses everything else, should a name that a
 * stranger wrote ever pass the escaping.
 */

#include "lib/base/strbuf.h"

/* What a policy allows these style sheets by, of which each stands in an
 * element of its own as it is: "'sha256-...' 'sha256-...'" below `mem`. */
const char *page_style_sources(TALLOC_CTX *mem, const char *const *styles,
			       size_t count);

/* From the doctype to the begin of the body; the title is any text. */
void page_head(struct strbuf *page, const char *title);

#endif
