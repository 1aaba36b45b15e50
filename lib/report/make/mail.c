/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail.c - the mail that carries a report
 *
 * RFC 9990 3.5.2, RFC 5322, RFC 2045 (base64), RFC 2047 (the name in From),
 * RFC 3834 (Auto-Submitted). Nothing here comes from strangers but domains and
 * addresses in their inner form, so nothing needs escaping but the operator's
 * own name.
 */
#include "lib/report/make/mail.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/report/make/delivery_token.h"
#include "lib/report/make/destination.h"

#define HEADER_MAX 8192
#define LINE_BYTES 57 /* 76 characters of base64 */
#define FOLD_AT 78    /* RFC 5322 2.1.1 */
#define WORD_BYTES 30 /* of an encoded word, which ends below 76 */

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void add_base64(struct strbuf *out, const unsigned char *bytes,
		       size_t length)
{
	for (size_t i = 0; i < length; i += 3) {
		size_t left = length - i;
		unsigned group = (unsigned)bytes[i] << 16;
		if (left > 1)
			group |= (unsigned)bytes[i + 1] << 8;
		if (left > 2)
			group |= bytes[i + 2];
		strbuf_add_char(out, digits[group >> 18]);
		strbuf_add_char(out, digits[(group >> 12) & 63]);
		strbuf_add_char(out,
				left > 1 ? digits[(group >> 6) & 63] : '=');
		strbuf_add_char(out, left > 2 ? digits[group & 63] : '=');
	}
}

void report_mail_base64(struct strbuf *out, struct span bytes)
{
	for (size_t i = 0; i < bytes.length; i += LINE_BYTES) {
		size_t left = bytes.length - i;
		add_base64(out, (const unsigned char *)bytes.data + i,
			   left < LINE_BYTES ? left : LINE_BYTES);
		strbuf_add_text(out, "\r\n");
	}
}

static bool is_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text >= 0x80)
			return false;
	}
	return true;
}

/* Where a piece of at most WORD_BYTES ends without cutting a character. */
static size_t piece_of(const char *text)
{
	size_t length = strlen(text);

	if (length <= WORD_BYTES)
		return length;
	length = WORD_BYTES;
	while (length > 1 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* A display name: quoted, or as encoded words beyond ASCII. */
static void add_name(struct strbuf *out, const char *name)
{
	if (is_ascii(name)) {
		strbuf_add_char(out, '"');
		for (; *name != '\0'; name++) {
			if (*name == '"' || *name == '\\')
				strbuf_add_char(out, '\\');
			strbuf_add_char(out, *name);
		}
		strbuf_add_char(out, '"');
		return;
	}
	for (size_t step; *name != '\0'; name += step) {
		step = piece_of(name);
		strbuf_add_text(out, "=?UTF-8?B?");
		add_base64(out, (const unsigned char *)name, step);
		strbuf_add_text(out, name[step] == '\0' ? "?=" : "?=\r\n ");
	}
}

char *report_mail_date(TALLOC_CTX *mem, int64_t time_s)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed",
				       "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr",
					 "May", "Jun", "Jul", "Aug",
					 "Sep", "Oct", "Nov", "Dec"};
	time_t seconds = (time_t)time_s;
	struct tm utc = {.tm_mday = 1};

	(void)gmtime_r(&seconds, &utc);
	return mem_printf(mem, "%s, %02d %s %04d %02d:%02d:%02d +0000",
			  days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon],
			  utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
			  utc.tm_sec);
}

char *report_mail_people(TALLOC_CTX *mem, const struct report_mail *mail)
{
	struct strbuf out;

	strbuf_init(&out, mem, HEADER_MAX);
	strbuf_add_text(&out, "From: ");
	add_name(&out, mail->org_name);
	strbuf_printf(&out, "%s<%s>\r\nTo: <%s>\r\nMessage-ID: <%s>\r\n",
		      is_ascii(mail->org_name) ? " " : "\r\n ", mail->from,
		      mail->to,
		      delivery_message_id(mem, mail->report_id, mail->token,
					  destination_host(mail->from)));
	return strbuf_text(&out);
}

static void add_header(TALLOC_CTX *mem, struct strbuf *out,
		       const struct report_mail *mail)
{
	size_t length = strlen("Subject: Report Domain:  Submitter:  "
			       "Report-ID: <>") +
			strlen(mail->policy_domain) + strlen(mail->submitter) +
			strlen(mail->report_id);
	/* The exact words, folded between them where a line would be too
	 * long. */
	const char *fold = length > FOLD_AT ? "\r\n" : "";

	strbuf_add_text(out, report_mail_people(mem, mail));
	strbuf_printf(out,
		      "Subject: Report Domain: %s%s Submitter: %s%s "
		      "Report-ID: <%s>\r\n"
		      "Date: %s\r\n"
		      "Auto-Submitted: auto-generated\r\n"
		      "MIME-Version: 1.0\r\n"
		      "Content-Type: multipart/mixed; boundary=\"=_%s\"\r\n"
		      "\r\n",
		      mail->policy_domain, fold, mail->submitter, fold,
		      mail->report_id, report_mail_date(mem, mail->now_s),
		      mail->report_id);
}

static void add_words(struct strbuf *out, const struct report_mail *mail)
{
	char begin[CLOCK_TEXT];
	char end[CLOCK_TEXT];

	strbuf_printf(out,
		      "This is a DMARC aggregate report about mail with an "
		      "author under the\r\n"
		      "policy of %s.\r\n"
		      "\r\n"
		      "  policy domain  %s\r\n"
		      "  from           %s\r\n"
		      "  to             %s\r\n"
		      "  messages       %" PRId64 "\r\n"
		      "  report id      %s\r\n"
		      "  reported by    %s\r\n",
		      mail->policy_domain, mail->policy_domain,
		      clock_text(mail->begin_s, begin),
		      clock_text(mail->end_s, end), mail->messages,
		      mail->report_id, mail->submitter);
	if (*mail->contact != '\0')
		strbuf_printf(out, "  contact        %s\r\n", mail->contact);
	strbuf_printf(
	    out, "\r\n"
		 "The attached file is for programs. It was sent since the "
		 "DMARC record of\r\n"
		 "that domain asks for reports to this address (rua).\r\n");
}

/* The operator's contact may hold more than ASCII. */
static void add_text_part(TALLOC_CTX *mem, struct strbuf *out,
			  const struct report_mail *mail)
{
	struct strbuf words;

	strbuf_init(&words, mem, HEADER_MAX);
	add_words(&words, mail);
	const char *text = strbuf_text(&words);
	strbuf_printf(out,
		      "--=_%s\r\n"
		      "Content-Type: text/plain; charset=utf-8\r\n"
		      "Content-Transfer-Encoding: %s\r\n"
		      "\r\n",
		      mail->report_id, is_ascii(text) ? "7bit" : "base64");
	if (is_ascii(text))
		strbuf_add_text(out, text);
	else
		report_mail_base64(out, span_of(text));
}

char *report_mail_file_name(TALLOC_CTX *mem, const char *submitter,
			    const char *policy_domain, int64_t begin_s,
			    int64_t end_s, const char *report_id)
{
	return mem_printf(mem, "%s!%s!%" PRId64 "!%" PRId64 "!%s.xml.gz",
			  submitter, policy_domain, begin_s, end_s, report_id);
}

char *report_mail_write(TALLOC_CTX *mem, const struct report_mail *mail)
{
	struct strbuf out;

	strbuf_init(&out, mem,
		    3 * HEADER_MAX + mail->archive.length / 57 * 78 + 78);
	add_header(mem, &out, mail);
	add_text_part(mem, &out, mail);
	strbuf_printf(&out,
		      "--=_%s\r\n"
		      "Content-Type: application/gzip; name=\"%s\"\r\n"
		      "Content-Disposition: attachment; filename=\"%s\"\r\n"
		      "Content-Transfer-Encoding: base64\r\n"
		      "\r\n",
		      mail->report_id, mail->file_name, mail->file_name);
	report_mail_base64(&out, mail->archive);
	strbuf_printf(&out, "--=_%s--\r\n", mail->report_id);
	return strbuf_text(&out);
}

char *report_mail_sender(TALLOC_CTX *mem, const char *from,
			 const char *delimiter, const char *token)
{
	const char *at = strrchr(from, '@');

	if (*delimiter == '\0' || at == NULL ||
	    (size_t)(at - from) + 1 + strlen(token) > LIMIT_LOCAL_PART_BYTES)
		return mem_strdup(mem, from);
	return mem_printf(mem, "%.*s%s%s%s", (int)(at - from), from, delimiter,
			  token, at);
}
