/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sender.c - what our own filter found of a mail that carries a report
 * Tested by test_inbox_sender.
 */
#include "lib/inbox/sender.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/authres.h"
#include "lib/mail/scan.h"
#include "lib/report/read/formats.h"
#include "lib/report/read/lines.h"

static const char *const verdicts[] = {"pass",	    "fail",	 "none",
				       "temperror", "permerror", NULL};

/* --- the header --- */

/* RFC 5322 2.2: what is none ends the header, so that nobody's text behind it
 * is taken for ours. */
static bool is_field(struct span line)
{
	return formats_is_mail(line) && !span_starts(line, "From ");
}

/* The next field with what continues it, its end of line left out; false at
 * the end of the header. */
static bool next_field(struct span *rest, struct span *field)
{
	struct span line;
	struct span tail;

	(void)span_cut(*rest, '\n', &line, &tail);
	if (!is_field(line))
		return false;
	*field = lines_unfold(line, &tail);
	*rest = tail;
	return true;
}

/* Is it ours, and the topmost that is? */
static bool find_ours(struct span mail, const struct text_list *ids,
		      struct span *value)
{
	struct span name;
	struct span field;

	while (next_field(&mail, &field)) {
		if (span_cut(field, ':', &name, value) &&
		    span_equals_nocase(name, "Authentication-Results") &&
		    authres_names_us(span_trim(*value), ids)) {
			*value = span_trim(*value);
			return true;
		}
	}
	return false;
}

/* --- the field --- */

/* The next result and its properties: comments are blanks, quotes are gone.
 * False at the end, and where it cannot be read: *is_good is false then. */
static bool next_result(struct scan *scan, struct strbuf *result, bool *is_good)
{
	struct span quoted = span_of("");

	strbuf_clear(result);
	if (scan_at_end(scan))
		return false;
	while (*is_good && !scan_at_end(scan) && scan_peek(scan) != ';') {
		char c = scan_peek(scan);
		if (c == '(' || ascii_is_blank(c)) {
			*is_good = scan_cfws(scan);
			strbuf_add_char(result, ' ');
		} else if (c == '"') {
			*is_good = scan_quoted(scan, &quoted);
			strbuf_add(result, quoted.data, quoted.length);
		} else {
			(void)scan_char(scan, c);
			strbuf_add_char(result, c);
		}
	}
	(void)scan_char(scan, ';');
	*is_good = *is_good && !strbuf_is_full(result);
	return *is_good;
}

static const char *lower(TALLOC_CTX *mem, struct span text)
{
	char *copy = text_escape(mem, text, LIMIT_DOMAIN_BYTES, false);

	text_lower(copy);
	return copy;
}

/* "dmarc=pass header.from=a.example" */
static bool read_dmarc(TALLOC_CTX *mem, struct span result,
		       struct inbox_sender *sender)
{
	struct span word;
	struct span rest = span_trim(result);
	struct inbox_sender read = {.domain = "", .verdict = ""};

	if (!span_starts_nocase(rest, "dmarc="))
		return false;
	(void)span_cut(rest, ' ', &word, &rest);
	read.verdict = lower(mem, span_from(word, strlen("dmarc=")));
	while (rest.length > 0) {
		(void)span_cut(rest, ' ', &word, &rest);
		if (span_starts_nocase(word, "header.from="))
			read.domain =
			    lower(mem, span_from(word, strlen("header.from=")));
	}
	*sender = read;
	return text_place(verdicts, COUNT_OF(verdicts), read.verdict) >= 0;
}

static bool is_same(const struct inbox_sender *a, const struct inbox_sender *b)
{
	return strcmp(a->verdict, b->verdict) == 0 &&
	       strcmp(a->domain, b->domain) == 0;
}

/* Of several authors our field has a result each: they must agree. */
static bool read_field(TALLOC_CTX *mem, struct span value,
		       struct inbox_sender *sender)
{
	struct scan scan = {.text = value};
	struct strbuf result;
	struct inbox_sender found;
	bool is_good = true;
	size_t count = 0;

	strbuf_init(&result, mem, LIMIT_AUTHRES_BYTES);
	while (next_result(&scan, &result, &is_good)) {
		if (!read_dmarc(mem, span_of(strbuf_text(&result)), &found))
			continue;
		if (count++ > 0 && !is_same(&found, sender))
			return false;
		*sender = found;
	}
	return is_good && count > 0;
}

static const struct inbox_sender unknown = {.domain = "", .verdict = ""};

struct inbox_sender inbox_sender_read(TALLOC_CTX *mem, struct span mail,
				      const struct text_list *ids)
{
	struct inbox_sender sender = unknown;
	struct span value;

	if (!find_ours(mail, ids, &value) ||
	    value.length > LIMIT_AUTHRES_BYTES || !scan_is_clean(value) ||
	    !read_field(mem, value, &sender))
		return unknown;
	return sender;
}

struct inbox_sender inbox_sender_doubt(struct inbox_sender sender)
{
	return strcmp(sender.verdict, "fail") == 0 ? sender : unknown;
}
