/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INBOX_SUMMARY_SHOW_H
#define INBOX_SUMMARY_SHOW_H

/*
 * summary_show - a summary for people, for programs, as rows and as a page
 */

#include "lib/base/strbuf.h"
#include "lib/inbox/summary.h"
#include "lib/show/show.h"

struct inbox_view {
	const struct inbox_summary *summary;
	const struct store_inbox_period *period;
	size_t limit;	    /* sources of a domain that people see */
	bool is_for_people; /* nobody reads the object */
};

/* One object: dmarc, tls, failures, kept_apart. */
void inbox_summary_show(struct show *show, const struct inbox_view *view);

/* The heads of the columns that people see of sources. */
void inbox_source_heads(struct show *show);

/* A source, as an item of such a list; people see so many reasons. */
void inbox_source_put(struct show *list, const struct inbox_source *source,
		      size_t whys_shown);

/* "7 messages of 2 sources, 99 % aligned"; 0: sources are not told. */
const char *inbox_summary_words(TALLOC_CTX *mem, int64_t messages,
				int64_t aligned, size_t sources);

/* The sources as CSV. */
void inbox_summary_rows(FILE *file, const struct inbox_summary *summary);

/* A page that needs nothing but itself. */
void inbox_summary_page(const struct inbox_view *view, const char *title,
			struct strbuf *page);

#endif
