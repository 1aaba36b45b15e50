/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_zone_scan.c - what a zone file says beside its records, line by line
 *
 * `d.test. TXT v=DMARC1; p=none` is legal master-file text (RFC 1035 5.1) for
 * a record "v=DMARC1": nobody means that, so it is refused. A comment behind
 * quoted strings is fine.
 * Tested by test_dns_fixture.
 */
#include "lib/dns/dns_zone_scan.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/text.h"

#define FAIL_MARK ";!FAIL"
#define SECURE_MARK ";!SECURE"
#define STRING_MAX 255 /* bytes, RFC 1035 3.3: the length is one byte */
#define STRING_SHOWN 24

/* Where the scan stands within a record, which parentheses may spread over
 * lines. */
struct scan {
	const char *file;
	long line;
	unsigned depth;	   /* of parentheses */
	bool has_type;	   /* the record's type has been seen */
	bool is_txt;	   /* and it is TXT */
	bool has_unquoted; /* and character data without quotes after it */
};

/* The next blank-separated word of *rest. */
static struct span next_word(struct span *rest)
{
	struct span s = span_trim(*rest);
	size_t length = 0;

	while (length < s.length && !ascii_is_blank(s.data[length]))
		length++;
	*rest = span_make(s.data + length, s.length - length);
	return span_make(s.data, length);
}

static bool parse_type(struct span word, unsigned *type)
{
	if (span_equals(word, "*")) {
		*type = ZONE_ANY_TYPE;
		return true;
	}
	for (size_t i = 0; i < DNS_TYPES; i++) {
		if (span_equals_nocase(word, dns_type_text(dns_types[i]))) {
			*type = dns_types[i];
			return true;
		}
	}
	return false;
}

static bool parse_status(struct span word, enum dns_status *status)
{
	if (span_equals_nocase(word, "SERVFAIL") ||
	    span_equals_nocase(word, "REFUSED") ||
	    span_equals_nocase(word, "TIMEOUT")) {
		*status = DNS_TEMPORARY;
		return true;
	}
	if (!span_equals_nocase(word, "BOGUS"))
		return false;
	*status = DNS_BOGUS;
	return true;
}

/* `rest` is what stands behind the mark. */
static bool parse_mark(TALLOC_CTX *mem, struct span rest, bool has_status,
		       struct zone_mark *mark)
{
	struct span name = next_word(&rest);
	struct span type = next_word(&rest);

	*mark = (struct zone_mark){.name = domain_normalize(mem, name)};
	return mark->name != NULL && parse_type(type, &mark->type) &&
	       (!has_status || parse_status(next_word(&rest), &mark->status)) &&
	       span_trim(rest).length == 0;
}

static bool refuse_mark(const struct scan *scan, bool has_status,
			struct error *err)
{
	const char *types = "type is A, AAAA, MX, PTR, TXT, NS, CNAME, SOA, "
			    "DS, TLSA or *";

	if (has_status)
		return error_set(err, ERROR_DNS,
				 "%s:%ld: want \";!FAIL name type status\": "
				 "%s, status SERVFAIL, REFUSED, TIMEOUT or "
				 "BOGUS",
				 scan->file, scan->line, types);
	return error_set(err, ERROR_DNS,
			 "%s:%ld: want \";!SECURE name type\": %s", scan->file,
			 scan->line, types);
}

/* A line that begins like a mark. */
static bool add_mark(TALLOC_CTX *mem, const struct scan *scan, struct span line,
		     struct zone_marks *marks, struct error *err)
{
	struct span word = next_word(&line);
	bool has_status = span_equals_nocase(word, FAIL_MARK);
	struct zone_mark_list *list =
	    has_status ? &marks->failures : &marks->secure;
	struct zone_mark mark;

	if (!has_status && !span_equals_nocase(word, SECURE_MARK))
		return true; /* a comment */
	if (!parse_mark(mem, line, has_status, &mark))
		return refuse_mark(scan, has_status, err);
	if ((list->count & (list->count - 1)) == 0)
		list->items =
		    mem_resize(mem, list->items, struct zone_mark,
			       list->count == 0 ? 1 : list->count * 2);
	list->items[list->count++] = mark;
	return true;
}

/* The bytes of a quoted string with both quotes; 0 when it does not end. */
static size_t quoted_length(struct span s)
{
	for (size_t i = 1; i < s.length; i++) {
		if (s.data[i] == '\\')
			i++;
		else if (s.data[i] == '"')
			return i + 1;
	}
	return 0;
}

static bool is_delimiter(char c)
{
	return ascii_is_blank(c) || c == '(' || c == ')' || c == ';' ||
	       c == '"';
}

/* The bytes of a word without quotes, at least 1. */
static size_t bare_length(struct span s)
{
	size_t length = s.data[0] == '\\' ? 2 : 1;

	while (length < s.length && !is_delimiter(s.data[length]))
		length += s.data[length] == '\\' ? 2 : 1;
	return length < s.length ? length : s.length;
}

static bool refuse_text(const struct scan *scan, const char *what,
			struct error *err)
{
	return error_set(err, ERROR_DNS,
			 "%s:%ld: %s in a TXT record: put its text in "
			 "\"quotes\", at most %d bytes each",
			 scan->file, scan->line, what, STRING_MAX);
}

/* The bytes that it stands for: \DDD and \X are one (RFC 1035 5.1). */
static size_t string_bytes(struct span s)
{
	size_t bytes = 0;

	for (size_t i = 0; i < s.length; i++, bytes++) {
		if (s.data[i] == '\\' && i + 1 < s.length)
			i += ascii_is_digit(s.data[i + 1]) ? 3 : 1;
	}
	return bytes;
}

/* What ldns says of it is "could not parse the RR's rdata". */
static bool check_string(TALLOC_CTX *mem, const struct scan *scan,
			 struct span token, struct error *err)
{
	if (!scan->is_txt || token.data[0] == ';')
		return true;
	if (token.data[0] == '"')
		token = span_make(token.data + 1, token.length - 2);
	size_t bytes = string_bytes(token);
	return bytes <= STRING_MAX ||
	       error_set(err, ERROR_DNS,
			 "%s:%ld: the string that begins %s has %zu bytes, at "
			 "most %d fit: write it as several, \"...\" \"...\"",
			 scan->file, scan->line,
			 text_escape(mem, token, STRING_SHOWN, true), bytes,
			 STRING_MAX);
}

/* Reads one token of a record and sets *length to its bytes. */
static bool scan_token(struct scan *scan, struct span s, size_t *length,
		       struct error *err)
{
	*length = 1;
	if (ascii_is_blank(s.data[0]))
		return true;
	if (s.data[0] == '(') {
		scan->depth++;
	} else if (s.data[0] == ')') {
		scan->depth -= scan->depth > 0;
	} else if (s.data[0] == ';') {
		*length = s.length; /* a comment, to the end of the line */
		if (scan->is_txt && scan->has_unquoted)
			return refuse_text(scan, "an unquoted ;", err);
	} else if (s.data[0] == '"') {
		*length = quoted_length(s);
		if (*length == 0 && scan->is_txt)
			return refuse_text(scan, "a missing quote", err);
		if (*length == 0)
			*length = s.length;
	} else {
		*length = bare_length(s);
		scan->has_unquoted = scan->is_txt;
	}
	return true;
}

/* A TTL ("60", "1h") or a class may stand before the type. */
static bool is_before_type(struct span token)
{
	return ascii_is_blank(token.data[0]) || token.data[0] == '(' ||
	       token.data[0] == ')' || ascii_is_digit(token.data[0]) ||
	       span_equals_nocase(token, "IN") ||
	       span_equals_nocase(token, "CH") ||
	       span_equals_nocase(token, "HS");
}

static bool scan_record(TALLOC_CTX *mem, struct scan *scan, struct span line,
			struct error *err)
{
	/* The first token is the owner, even one that reads "TXT", unless
	 * blanks stand in its place. */
	bool is_owner = scan->depth == 0 && !ascii_is_blank(line.data[0]);

	if (scan->depth == 0)
		scan->has_type = scan->is_txt = scan->has_unquoted = false;
	while (line.length > 0) {
		size_t length;
		if (!scan_token(scan, line, &length, err))
			return false;
		struct span token = span_make(line.data, length);
		if (!check_string(mem, scan, token, err))
			return false;
		if (!is_owner && !scan->has_type && !is_before_type(token)) {
			scan->has_type = true;
			scan->is_txt = span_equals_nocase(token, "TXT");
		}
		is_owner = false;
		line = span_make(line.data + length, line.length - length);
	}
	return true;
}

bool dns_zone_scan(TALLOC_CTX *mem, const char *text, const char *file,
		   struct zone_marks *marks, struct error *err)
{
	struct scan scan = {.file = file};
	struct zone_marks found = {0};
	struct span rest = span_of(text);

	while (rest.length > 0) {
		struct span line;
		(void)span_cut(rest, '\n', &line, &rest);
		scan.line++;
		if (span_starts(span_trim(line), ";!")) {
			if (!add_mark(mem, &scan, line, &found, err))
				return false;
		} else if (line.length > 0 &&
			   !scan_record(mem, &scan, line, err)) {
			return false;
		}
	}
	*marks = found;
	return true;
}
