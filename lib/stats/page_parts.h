/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_PAGE_PARTS_H
#define STATS_PAGE_PARTS_H

/*
 * page_parts - parts that several pages have
 *
 * Values are any texts: they cannot become markup (html.h).
 */

#include "lib/base/strbuf.h"
#include "lib/stats/tally.h"

/* What follows `<span class="badge` for the mode of that name; NULL: it is not
 * known. Markup of ours. */
const char *page_mode_badge(const char *mode);

/* One figure in a list of class tiles. */
void page_tile(struct strbuf *page, const char *label, const char *figure,
	       const char *words);

/* A part of a whole; `fill` is a class of the style sheet. */
void page_bar(struct strbuf *page, const char *fill, int64_t part,
	      int64_t whole);

/* Likewise as an item of a list of class shares, with its figures. */
void page_share(struct strbuf *page, const char *label, const char *fill,
		int64_t part, int64_t whole);

/* Two cards: the TLS versions, and the names of the clients. */
void page_transport(const struct stats_tally *all, struct strbuf *page);

#endif
