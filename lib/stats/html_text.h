/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_HTML_TEXT_H
#define STATS_HTML_TEXT_H

/*
 * html_text - text that strangers wrote, as text of a page
 */

#include "lib/base/strbuf.h"

/* Printable ASCII only, the rest as \xHH, at most some hundred bytes; what
 * HTML would read as markup, in text or in a quoted attribute, as references.
 */
void html_add_foreign(struct strbuf *page, const char *text);

/* Text of ours; only markup is escaped. */
void html_add_text(struct strbuf *page, const char *text);

#endif
