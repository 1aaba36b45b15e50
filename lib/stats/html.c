/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html.c - markup of ours around values that cannot become markup
 */
#include "lib/stats/html.h"

#include <string.h>

#include "lib/base/text.h"

#define SHOWN_MAX 300 /* a domain name has 253 */

static void add_value(struct strbuf *page, const char *value)
{
	static const char *const references[] = {
	    ['&'] = "&amp;",  ['<'] = "&lt;",	['>'] = "&gt;",
	    ['"'] = "&quot;", ['\''] = "&#39;", ['~'] = NULL,
	};
	char *shown = text_printable(page->mem, value);

	for (const char *c = shown; *c != '\0'; c++) {
		const char *reference = references[(unsigned char)*c];
		if (reference != NULL)
			strbuf_add_text(page, reference);
		else
			strbuf_add_char(page, *c);
	}
	mem_free(shown);
}

void html_add(struct strbuf *page, const char *template,
	      const char *const *values)
{
	const char *place;

	for (; *values != NULL && (place = strstr(template, "{}")) != NULL;
	     values++) {
		strbuf_add(page, template, (size_t)(place - template));
		add_value(page, *values);
		template = place + 2;
	}
	strbuf_add_text(page, template);
}

const char *html_foreign(const struct strbuf *page, const char *text)
{
	return text_escape(page->mem, span_of(text), SHOWN_MAX, true);
}
