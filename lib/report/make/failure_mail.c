/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failure_mail.c - the mail that carries a failure report
 */
#include "lib/report/make/failure_mail.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/redact.h"
#include "lib/report/make/mail.h"

#define FOLD_AT 78     /* RFC 5322 2.1.1 */
#define LINE_BYTES 900 /* RFC 5321 4.5.3.1.6 has 998 */
#define MAIL_BYTES                                                             \
	131072 /* more than all the store's limits together, folded            \
		  and escaped */

/* --- fields --- */

/* Where the next line of a folded value ends: at the last blank that fits,
 * else at the first one, else where a line must end. */
static size_t line_length(const char *text, size_t room)
{
	size_t length = strlen(text);
	size_t at = 0;

	if (length <= room)
		return length;
	for (size_t i = 1; i < length && i < LINE_BYTES; i++) {
		if (text[i] == ' ' && (i <= room || at == 0))
			at = i;
		if (at != 0 && i >= room)
			break;
	}
	if (at != 0)
		return at;
	return length < LINE_BYTES ? length : LINE_BYTES;
}

/* "Name: value", folded; nothing for an empty value. */
static void add_field(struct strbuf *out, const char *name, const char *value)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *rest = redact_plain(mem, span_of(value));
	size_t room = FOLD_AT - strlen(name) - 2;

	if (*rest != '\0')
		strbuf_printf(out, "%s:", name);
	while (*rest != '\0') {
		size_t length = line_length(rest, room);
		strbuf_printf(out, " %.*s\r\n", (int)length, rest);
		rest += length;
		while (*rest == ' ')
			rest++;
		room = FOLD_AT - 1;
	}
	mem_free(mem);
}

/* A field for each line of the list; without a name, of lines that bring
 * their own. */
static void add_fields(struct strbuf *out, const char *name, const char *list)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span rest = span_of(list);
	struct span line;
	struct span own;

	while (rest.length > 0) {
		(void)span_cut(rest, '\n', &line, &rest);
		if (name == NULL && !span_cut(line, ':', &own, &line))
			continue;
		add_field(out, name != NULL ? name : redact_plain(mem, own),
			  mem_strndup(mem, line.data, line.length));
	}
	mem_free(mem);
}

/* --- parts --- */

static void add_header(TALLOC_CTX *mem, struct strbuf *out,
		       const struct failure_mail *mail)
{
	const struct store_failure *failure = mail->failure;

	/* RFC 5965 2 f: that of the message, marked as passed on. */
	add_field(out, "Subject",
		  *failure->subject != '\0'
		      ? mem_printf(mem, "FW: %s", failure->subject)
		      : mem_printf(mem, "DMARC failure report for %s",
				   failure->author_domain));
	add_field(out, "Date", report_mail_date(mem, mail->now_s));
	strbuf_printf(out,
		      "Auto-Submitted: auto-generated\r\n"
		      "MIME-Version: 1.0\r\n"
		      "Content-Type: multipart/report; "
		      "report-type=feedback-report;\r\n"
		      " boundary=\"=_%s\"\r\n"
		      "\r\n",
		      mail->report_id);
}

static void begin_part(struct strbuf *out, const struct failure_mail *mail,
		       const char *type)
{
	strbuf_printf(out,
		      "--=_%s\r\n"
		      "Content-Type: %s\r\n"
		      "Content-Transfer-Encoding: 7bit\r\n"
		      "\r\n",
		      mail->report_id, type);
}

static void add_line(TALLOC_CTX *mem, struct strbuf *out, const char *name,
		     const char *value)
{
	char *line = redact_plain(mem, span_of(value));

	if (*line != '\0')
		strbuf_printf(out, "  %-16s %.*s\r\n", name, LINE_BYTES, line);
}

/* The operator's own words may hold more than ASCII; those stay out, since a
 * failure report is 7bit whole. */
static void add_words(TALLOC_CTX *mem, struct strbuf *out,
		      const struct failure_mail *mail)
{
	const struct store_failure *failure = mail->failure;

	begin_part(out, mail, "text/plain; charset=us-ascii");
	strbuf_add_text(out,
			"This is a DMARC failure report about a message with "
			"an author in the\r\n"
			"domain below. It was sent since the DMARC record of "
			"the policy domain asks\r\n"
			"for such reports (ruf, fo).\r\n"
			"\r\n");
	add_line(mem, out, "author domain", failure->author_domain);
	add_line(mem, out, "policy domain", failure->policy_domain);
	add_line(mem, out, "source address", failure->source_ip);
	add_line(mem, out, "arrived", report_mail_date(mem, failure->time_s));
	add_line(mem, out, "not aligned", failure->identity_alignment);
	add_line(mem, out, "delivery", failure->delivery_result);
	add_line(mem, out, "our reference", failure->reference);
	if (mail->incidents > 1)
		strbuf_printf(out, "  %-16s %" PRId64 "\r\n", "messages",
			      mail->incidents);
	add_line(mem, out, "reported by", mail->org_name);
	add_line(mem, out, "contact", mail->contact);
	strbuf_add_text(out, "\r\nWhat names a recipient was taken out.\r\n");
}

static void add_results(TALLOC_CTX *mem, struct strbuf *out,
			const struct failure_mail *mail)
{
	const struct store_failure *failure = mail->failure;

	begin_part(out, mail, "message/feedback-report");
	add_field(out, "Feedback-Type", "auth-failure");
	add_field(out, "Version", "1");
	add_field(out, "User-Agent", PACKAGE_NAME "/" PACKAGE_VERSION);
	add_field(out, "Auth-Failure", failure->auth_failure);
	add_field(out, "Authentication-Results", failure->authres);
	add_field(out, "Identity-Alignment", failure->identity_alignment);
	add_field(out, "Delivery-Result", failure->delivery_result);
	add_field(out, "Reported-Domain", failure->author_domain);
	add_field(out, "Source-IP", failure->source_ip);
	add_field(out, "Arrival-Date", report_mail_date(mem, failure->time_s));
	add_field(out, "Original-Mail-From", failure->mail_from);
	add_fields(out, "Original-Rcpt-To", failure->rcpt_to);
	add_field(out, "DKIM-Domain", failure->dkim_domain);
	add_field(out, "DKIM-Identity", failure->dkim_identity);
	add_field(out, "DKIM-Selector", failure->dkim_selector);
	add_fields(out, "SPF-DNS", failure->spf_dns);
	if (mail->incidents > 1)
		strbuf_printf(out, "Incidents: %" PRId64 "\r\n",
			      mail->incidents);
	strbuf_add_text(out, "\r\n");
}

/* The third part must be there (RFC 5965 2 d), also where no header is kept. */
static void add_original(TALLOC_CTX *mem, struct strbuf *out,
			 const struct failure_mail *mail)
{
	const struct store_failure *failure = mail->failure;

	begin_part(out, mail, "text/rfc822-headers");
	if (*failure->header != '\0')
		add_fields(out, NULL, failure->header);
	else
		add_field(
		    out, "From",
		    mem_printf(mem, "<redacted@%s>", failure->author_domain));
	strbuf_printf(out, "\r\n--=_%s--\r\n", mail->report_id);
}

char *failure_mail_write(TALLOC_CTX *mem, const struct failure_mail *mail)
{
	TALLOC_CTX *own = mem_context(mem);
	struct strbuf out;

	strbuf_init(&out, mem, MAIL_BYTES);
	add_header(own, &out, mail);
	add_words(own, &out, mail);
	add_results(own, &out, mail);
	add_original(own, &out, mail);
	mem_free(own);
	return strbuf_text(&out);
}
