/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html_text.c - text that strangers wrote, as text of a page
 */
#include "lib/stats/html_text.h"

#include "lib/base/text.h"

#define SHOWN_MAX 300 /* a domain name has 253 */

static const char *reference_for(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_add_text(struct strbuf *page, const char *text)
{
	for (; *text != '\0'; text++) {
		const char *reference = reference_for(*text);
		if (reference != NULL)
			strbuf_add_text(page, reference);
		else
			strbuf_add_char(page, *text);
	}
}

void html_add_foreign(struct strbuf *page, const char *text)
{
	char *shown = text_escape(page->mem, span_of(text), SHOWN_MAX, true);

	html_add_text(page, shown);
	mem_free(shown);
}
