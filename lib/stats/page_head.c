/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page_head.c - how each page of ours begins
 */
#include "lib/stats/page_head.h"

#include "lib/auth/digest.h"
#include "lib/stats/html.h"
#include "lib/stats/style.h"

#define BASE64_ROOM 48 /* of 32 bytes: 44, and a NUL */

static void base64_of(const uint8_t bytes[DIGEST_BYTES], char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t filled = 0;

	for (size_t i = 0; i < DIGEST_BYTES; i += 3) {
		uint32_t bits = (uint32_t)bytes[i] << 16;
		if (i + 1 < DIGEST_BYTES)
			bits |= (uint32_t)bytes[i + 1] << 8;
		if (i + 2 < DIGEST_BYTES)
			bits |= bytes[i + 2];
		for (int shift = 18; shift >= 0; shift -= 6)
			text[filled++] = letters[bits >> shift & 63];
	}
	/* 32 bytes are two more than a multiple of three. */
	text[filled - 1] = '=';
	text[filled] = '\0';
}

const char *page_style_sources(TALLOC_CTX *mem, const char *const *styles,
			       size_t count)
{
	const char *sources = "";

	for (size_t i = 0; i < count; i++) {
		struct digest *digest = digest_new(mem);
		char text[BASE64_ROOM];
		digest_add(digest, span_of(styles[i]));
		struct digest_value value = digest_finish(digest);
		base64_of(value.bytes, text);
		mem_free(digest);
		sources = mem_printf(mem, "%s%s'sha256-%s'", sources,
				     i == 0 ? "" : " ", text);
	}
	return sources;
}

void page_head(struct strbuf *page, const char *title)
{
	static const char *const styles[] = {stats_style};
	const char *sources =
	    page_style_sources(page->mem, styles, COUNT_OF(styles));

	strbuf_add_text(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
			      "<meta charset=\"utf-8\">\n");
	/* The quotes are the policy's own, and stay. */
	strbuf_printf(page,
		      "<meta http-equiv=\"Content-Security-Policy\" "
		      "content=\"default-src 'none'; style-src %s; "
		      "base-uri 'none'; form-action 'none'\">\n",
		      sources);
	HTML(page,
	     "<meta name=\"viewport\" "
	     "content=\"width=device-width, initial-scale=1\">\n"
	     "<meta name=\"referrer\" content=\"no-referrer\">\n"
	     "<meta name=\"robots\" content=\"noindex\">\n"
	     "<title>{}</title>\n",
	     title);
	strbuf_printf(page, "<style>%s</style>\n</head>\n<body>\n%s",
		      stats_style, stats_patterns);
}
