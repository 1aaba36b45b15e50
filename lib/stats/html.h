/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_HTML_H
#define STATS_HTML_H

/*
 * html - markup of ours around values that cannot become markup
 *
 * What strbuf_printf() adds to a page is ours alone: markup, numbers. Whatever
 * else goes into it comes through here: bytes that are no printable ASCII
 * become \xHH, and what HTML would read as markup, in text or in a quoted
 * attribute, references.
 */

#include "lib/base/strbuf.h"

/* The template, with the next one of the values (texts) where it has "{}". */
#define HTML(page, template, ...)                                              \
	html_add((page), (template), (const char *const[]){__VA_ARGS__, NULL})

void html_add(struct strbuf *page, const char *template,
	      const char *const *values);

/* A stranger's text, cut to some hundred bytes; to be a value. */
const char *html_foreign(const struct strbuf *page, const char *text);

#endif
