/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show_html.c - a notice as the HTML part of a mail
 *
 * Styles stand at the elements, since mail programs drop others. Nothing is
 * fetched and nothing is a link: what could be made one was taken apart before
 * (notice_plain), and here it is escaped besides.
 * Tested by test_alignctl_notice.
 */
#include <inttypes.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/notice/show.h"
#include "lib/stats/html.h"

#define SOFT "style=\"margin:2px 0 0;color:#555\""
#define CODE                                                                   \
	"style=\"margin:4px 0 0;padding:4px 8px;background:#f0f0f0;color:"     \
	"#222;font:13px monospace;white-space:pre-wrap;"                       \
	"overflow-wrap:anywhere\""

static void add_command(struct strbuf *out, const char *command)
{
	strbuf_add_text(out, "<pre " CODE ">\n");
	HTML(out, "{}</pre>\n", command);
}

static void add_fact(TALLOC_CTX *mem, struct strbuf *out,
		     const struct notice_fact *fact)
{
	HTML(out, "<li style=\"margin:0 0 12px;overflow-wrap:anywhere\">\n{}\n",
	     notice_fact_text(mem, fact));
	if (fact->reason != NULL)
		HTML(out, "<p " SOFT ">\n{}</p>\n", fact->reason);
	if (fact->command != NULL)
		add_command(out, fact->command);
	strbuf_add_text(out, "</li>\n");
}

static size_t count_of(const struct notice *notice, enum notice_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < notice->count; i++)
		count += notice->items[i].kind == kind;
	return count;
}

static void add_kind(TALLOC_CTX *mem, struct strbuf *out,
		     const struct notice *notice, enum notice_kind kind)
{
	if (count_of(notice, kind) == 0 && notice->left_out[kind] == 0)
		return;
	HTML(out,
	     "<h2 style=\"font-size:16px;margin:20px 0 8px\">{}</h2>\n<ul "
	     "style=\"margin:0;padding:0 0 0 20px\">\n",
	     notice_kinds[kind].heading);
	for (size_t i = 0; i < notice->count; i++)
		if (notice->items[i].kind == kind)
			add_fact(mem, out, &notice->items[i]);
	if (notice->left_out[kind] > 0) {
		strbuf_printf(out, "<li>%" PRId64 " more\n",
			      notice->left_out[kind]);
		add_command(out, notice_kinds[kind].more);
		strbuf_add_text(out, "</li>\n");
	}
	strbuf_add_text(out, "</ul>\n");
}

static void add_end(struct strbuf *out, const struct notice *notice)
{
	if (notice->waiting > 0) {
		strbuf_printf(out,
			      "<p>%" PRId64 " more alarms wait, since an hour "
			      "has its bound (alert.pace)</p>\n",
			      notice->waiting);
		add_command(out, "alignctl alert --print");
	}
	if (notice->count == 0 && notice->waiting == 0)
		strbuf_add_text(out, "<p>Nothing to tell.</p>\n");
	strbuf_add_text(out, "</body></html>\n");
}

const char *notice_html(TALLOC_CTX *mem, const struct notice *notice)
{
	TALLOC_CTX *own = mem_context(NULL);
	const char *subject = notice_subject(own, notice);
	struct strbuf out;

	strbuf_init(&out, mem, LIMIT_NOTICE_BYTES);
	HTML(&out,
	     "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	     "<meta name=\"viewport\" content=\"width=device-width\">\n"
	     "<meta name=\"format-detection\" content=\"telephone=no, "
	     "address=no, email=no, url=no\">\n<title>{}</title></head>\n"
	     "<body style=\"margin:16px auto;max-width:640px;padding:0 12px;"
	     "font:15px sans-serif;color:#222;background:#fff\">\n"
	     "<h1 style=\"font-size:20px;margin:0;overflow-wrap:anywhere\">\n"
	     "{}</h1>\n<p " SOFT ">{}</p>\n",
	     subject, subject, notice_period_text(own, notice));
	for (int kind = 0; kind < NOTICE_KINDS; kind++)
		add_kind(own, &out, notice, (enum notice_kind)kind);
	add_end(&out, notice);
	mem_free(own);
	return strbuf_text(&out);
}
