/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail.c - a notice as a mail: a text part, and the same as HTML
 *
 * Both parts are ASCII. The text goes as it is; in HTML a character can become
 * six, so that its lines may be longer than a mail's: it goes as base64.
 * Tested by test_alignctl_notice.
 */
#include "lib/notice/mail.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/notice/show.h"
#include "lib/report/make/mail.h"

/* A notice is no report, and no bounce of it is told apart. */
static const char no_token[] = "00000000000000000000000000000000";

static void add_header(TALLOC_CTX *mem, struct strbuf *out,
		       const struct notice_mail *mail,
		       const struct notice *notice)
{
	const struct report_mail people = {.report_id = mail->id,
					   .org_name = mail->org_name,
					   .from = mail->from,
					   .to = mail->to,
					   .token = no_token};

	strbuf_add_text(out, report_mail_people(mem, &people));
	strbuf_printf(out,
		      "Subject: %s\r\n"
		      "Date: %s\r\n"
		      "Auto-Submitted: auto-generated\r\n"
		      "MIME-Version: 1.0\r\n"
		      "Content-Type: multipart/alternative; boundary=\"=_%s\""
		      "\r\n\r\n",
		      notice_subject(mem, notice),
		      report_mail_date(mem, notice->until_s), mail->id);
}

static void begin_part(struct strbuf *out, const struct notice_mail *mail,
		       const char *type, const char *encoding)
{
	strbuf_printf(out,
		      "--=_%s\r\n"
		      "Content-Type: %s; charset=us-ascii\r\n"
		      "Content-Transfer-Encoding: %s\r\n"
		      "\r\n",
		      mail->id, type, encoding);
}

static void add_lines(struct strbuf *out, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '\n')
			strbuf_add_text(out, "\r\n");
		else
			strbuf_add_char(out, *text);
}

char *notice_mail_write(TALLOC_CTX *mem, const struct notice_mail *mail,
			const struct notice *notice)
{
	TALLOC_CTX *own = mem_context(NULL);
	struct strbuf out;

	strbuf_init(&out, mem, (size_t)4 * LIMIT_NOTICE_BYTES);
	add_header(own, &out, mail, notice);
	begin_part(&out, mail, "text/plain", "7bit");
	add_lines(&out, notice_text(own, notice));
	strbuf_add_text(&out, "\r\n"); /* the boundary's, not the text's */
	begin_part(&out, mail, "text/html", "base64");
	report_mail_base64(&out, span_of(notice_html(own, notice)));
	strbuf_printf(&out, "--=_%s--\r\n", mail->id);
	mem_free(own);
	return strbuf_text(&out);
}
