/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * redact.c - a message's header as a stranger may see it
 *
 * Works on words and not on grammar: a field that RFC 5322 cannot read must
 * not come out any less redacted.
 */
#include "lib/mail/redact.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define REDACTED "redacted"
#define ENCODED "[encoded]"
/* "a", "me" are words of every language: only in front of an "@". */
#define WORD_BYTES 3

enum rule {
	RULE_RECIPIENTS, /* nothing but the domains of addresses */
	RULE_ADDRESSES,	 /* no local-part at all */
	RULE_WORDS,	 /* no recipient's local-part */
	RULE_SIGNATURE,	 /* likewise, in front of an "@" only: base64 and names
			    of fields stand here */
};

static const struct shown_field {
	const char *name;
	enum rule rule;
} shown_fields[] = {
    {"ARC-Authentication-Results", RULE_WORDS},
    {"ARC-Message-Signature", RULE_SIGNATURE},
    {"ARC-Seal", RULE_SIGNATURE},
    {"Authentication-Results", RULE_WORDS},
    {"Auto-Submitted", RULE_WORDS},
    {"Cc", RULE_RECIPIENTS},
    {"Content-Transfer-Encoding", RULE_WORDS},
    {"Content-Type", RULE_WORDS},
    {"DKIM-Signature", RULE_SIGNATURE},
    {"Date", RULE_WORDS},
    {"From", RULE_WORDS},
    {"In-Reply-To", RULE_WORDS},
    {"List-Id", RULE_WORDS},
    {"MIME-Version", RULE_WORDS},
    {"Message-ID", RULE_WORDS},
    {"Precedence", RULE_WORDS},
    {"Received", RULE_ADDRESSES},
    {"Received-SPF", RULE_WORDS},
    {"Reply-To", RULE_WORDS},
    {"Resent-Cc", RULE_RECIPIENTS},
    {"Resent-Date", RULE_WORDS},
    {"Resent-From", RULE_WORDS},
    {"Resent-Sender", RULE_WORDS},
    {"Resent-To", RULE_RECIPIENTS},
    {"Return-Path", RULE_WORDS},
    {"Sender", RULE_WORDS},
    {"Subject", RULE_WORDS},
    {"To", RULE_RECIPIENTS},
    {"User-Agent", RULE_WORDS},
    {"X-Mailer", RULE_WORDS},
};

static bool is_alnum(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c);
}

/* What an unquoted local-part is made of (RFC 5322 3.2.3, with dots). */
static bool is_local_byte(char c)
{
	return is_alnum(c) || strchr(".!#$%&'*+-/=?^_`{|}~", c) != NULL;
}

static bool is_domain_byte(char c)
{
	return is_alnum(c) || c == '.' || c == '-';
}

/* --- one line --- */

/* Cut where a word ends: half a name is still a name. */
static struct span cut(struct span value)
{
	if (value.length <= LIMIT_FAILURE_FIELD_BYTES)
		return value;
	size_t length = LIMIT_FAILURE_FIELD_BYTES;
	while (length > 0 && !ascii_is_blank(value.data[length - 1]))
		length--;
	return span_make(value.data, length);
}

char *redact_plain(TALLOC_CTX *mem, struct span value)
{
	struct span kept = cut(value);
	char *line = mem_array(mem, char, kept.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < kept.length; i++) {
		char c = kept.data[i];
		bool is_blank = ascii_is_blank(c);
		if (is_blank && (length == 0 || line[length - 1] == ' '))
			continue;
		if (is_blank)
			c = ' ';
		else if (c < ' ' || c > '~')
			c = '?';
		line[length++] = c;
	}
	if (length > 0 && line[length - 1] == ' ')
		length--;
	line[length] = '\0';
	return line;
}

/* --- recipients' names --- */

static bool is_at(const char *text)
{
	struct span rest = span_of(text);

	/* "=40" in copied fields of z=, "%40" in links. */
	return *text == '@' || span_starts_nocase(rest, "=40") ||
	       span_starts_nocase(rest, "%40");
}

/* How many bytes at `at` are one of the names, as a word; 0: none are. */
static size_t name_at(const char *line, const char *at,
		      const struct text_list *locals, bool is_at_only)
{
	size_t longest = 0;

	if (at > line && is_alnum(at[-1]))
		return 0;
	for (size_t i = 0; i < locals->count; i++) {
		const char *local = locals->items[i];
		size_t length = strlen(local);
		if (length <= longest ||
		    ascii_lower(*at) != ascii_lower(*local) ||
		    !span_starts_nocase(span_of(at), local) ||
		    is_alnum(at[length]))
			continue;
		if ((is_at_only || length < WORD_BYTES) && !is_at(at + length))
			continue;
		longest = length;
	}
	return longest;
}

static char *without_names(TALLOC_CTX *mem, const char *line,
			   const struct text_list *locals, bool is_at_only)
{
	struct strbuf out;
	size_t step;

	strbuf_init(&out, mem, 2 * LIMIT_FAILURE_FIELD_BYTES);
	for (const char *at = line; *at != '\0'; at += step) {
		step = name_at(line, at, locals, is_at_only);
		if (step > 0) {
			strbuf_add_text(&out, REDACTED);
			continue;
		}
		step = 1;
		strbuf_add_char(&out, *at);
	}
	return strbuf_text(&out);
}

/* --- encoded words and links --- */

/* The bytes of the encoded word at hand ("=?utf-8?B?...?="), however broken;
 * 0: there is none. */
static size_t encoded_word(const char *at)
{
	if (at[0] != '=' || at[1] != '?')
		return 0;
	const char *end = strstr(at + 2, "?=");
	/* "?=" may also be the encoding's own second mark and a "=" of Q. */
	while (end != NULL && end[2] != '\0' && end[2] != ' ')
		end = strstr(end + 1, "?=");
	return end == NULL ? strlen(at) : (size_t)(end - at) + 2;
}

static char *harmless(TALLOC_CTX *mem, const char *line)
{
	struct strbuf out;
	size_t step;

	strbuf_init(&out, mem, 8 * LIMIT_FAILURE_FIELD_BYTES);
	for (const char *at = line; *at != '\0'; at += step) {
		struct span rest = span_of(at);
		step = encoded_word(at);
		if (step > 0) {
			strbuf_add_text(&out, ENCODED);
		} else if (span_starts_nocase(rest, "http:") ||
			   span_starts_nocase(rest, "https:")) {
			step = 4;
			strbuf_add_text(&out, "hxxp");
		} else {
			step = 1;
			strbuf_add_char(&out, *at);
		}
	}
	return strbuf_text(&out);
}

/* --- addresses --- */

/* Takes the local-part at the end of the text back: "for <ann" gives "for <".
 */
static void drop_local(char *text)
{
	size_t length = strlen(text);

	if (length > 0 && text[length - 1] == '"') {
		length--;
		while (length > 0 && text[length - 1] != '"')
			length--;
		if (length > 0)
			length--;
	} else {
		while (length > 0 && is_local_byte(text[length - 1]))
			length--;
	}
	text[length] = '\0';
}

static char *without_locals(TALLOC_CTX *mem, const char *line)
{
	char *out = mem_strdup(mem, "");
	struct span rest = span_of(line);
	struct span head;

	while (span_cut(rest, '@', &head, &rest)) {
		out =
		    mem_printf(mem, "%s%.*s", out, (int)head.length, head.data);
		drop_local(out);
		out = mem_printf(mem, "%s" REDACTED "@", out);
	}
	return mem_printf(mem, "%s%.*s", out, (int)head.length, head.data);
}

static char *domains_only(TALLOC_CTX *mem, const char *line)
{
	struct strbuf out;

	strbuf_init(&out, mem, 8 * LIMIT_FAILURE_FIELD_BYTES);
	for (const char *at = strchr(line, '@'); at != NULL;
	     at = strchr(at, '@')) {
		size_t length = 0;
		at++;
		while (is_domain_byte(at[length]))
			length++;
		if (length > 0)
			strbuf_printf(&out, "%s" REDACTED "@%.*s",
				      out.length > 0 ? ", " : "", (int)length,
				      at);
	}
	return out.length > 0 ? strbuf_text(&out) : mem_strdup(mem, REDACTED);
}

/* --- a field, a header --- */

static char *apply(TALLOC_CTX *mem, enum rule rule, struct span value,
		   const struct text_list *locals)
{
	char *line = redact_plain(mem, value);
	/* Copied fields (z=) may name anybody in any place. */
	bool is_at_only = rule == RULE_SIGNATURE && strstr(line, "z=") == NULL;

	if (rule == RULE_RECIPIENTS)
		line = domains_only(mem, line);
	if (rule == RULE_ADDRESSES)
		line = without_locals(mem, line);
	return harmless(mem, without_names(mem, line, locals, is_at_only));
}

char *redact_text(TALLOC_CTX *mem, struct span value,
		  const struct text_list *locals)
{
	return apply(mem, RULE_WORDS, value, locals);
}

static const struct shown_field *find_shown(struct span name)
{
	struct span bare = span_trim(name);

	for (size_t i = 0; i < COUNT_OF(shown_fields); i++) {
		if (span_equals_nocase(bare, shown_fields[i].name))
			return &shown_fields[i];
	}
	return NULL;
}

char *redact_header(TALLOC_CTX *mem, const struct field_list *fields,
		    const struct text_list *locals)
{
	struct strbuf out;
	size_t shown = 0;

	strbuf_init(&out, mem, LIMIT_FAILURE_HEADER_BYTES);
	for (size_t i = 0; i < fields->count && shown < LIMIT_FAILURE_FIELDS;
	     i++) {
		const struct shown_field *field =
		    find_shown(fields->items[i].name);
		if (field == NULL)
			continue;
		TALLOC_CTX *own = mem_context(mem);
		strbuf_printf(
		    &out, "%s: %s\n", field->name,
		    apply(own, field->rule, fields->items[i].value, locals));
		mem_free(own);
		shown++;
	}
	return strbuf_text(&out);
}
