/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_from.c - From fields: one Author Domain or an error, always the same
 *
 * Input: the values of the From fields, with an empty line between two.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/base/strbuf.h"
#include "lib/lookalike/people.h"
#include "lib/mail/display_name.h"
#include "lib/mail/from.h"

#define MAX_FIELDS 4

static size_t split(const uint8_t *data, size_t size, struct span *values)
{
	const char *text = (const char *)data;
	size_t count = 0;
	size_t start = 0;

	for (size_t i = 0; i + 1 < size && count < MAX_FIELDS - 1; i++) {
		if (text[i] == '\n' && text[i + 1] == '\n') {
			values[count++] = span_make(text + start, i - start);
			start = i + 2;
			i++;
		}
	}
	if (start < size)
		values[count++] = span_make(text + start, size - start);
	return count;
}

static void check_domains(const struct text_list *domains)
{
	require(domains->count <= LIMIT_FROM_ADDRESSES);
	for (size_t i = 0; i < domains->count; i++) {
		require(domain_is_valid(domains->items[i]));
		for (size_t k = 0; k < i; k++)
			require(!domain_equals(domains->items[i],
					       domains->items[k]));
	}
}

static void check_author(const struct author *author, size_t fields)
{
	require((author->error == AUTHOR_OK) == (author->domain != NULL));
	require((author->error == AUTHOR_NO_FROM) == (fields == 0));
	require((author->error == AUTHOR_SEVERAL_FROM) == (fields > 1));
	require(!author->is_malformed || author->error == AUTHOR_OK);
	check_domains(&author->domains);
	if (author->error == AUTHOR_OK) {
		require(author->domains.count == 1);
		require(
		    domain_equals(author->domain, author->domains.items[0]));
	}
	if (author->error == AUTHOR_SEVERAL_DOMAINS)
		require(author->domains.count >= 2);
}

static void check_same(const struct author *a, const struct author *b)
{
	require(a->error == b->error);
	require(a->is_malformed == b->is_malformed);
	require(a->domains.count == b->domains.count);
	for (size_t i = 0; i < a->domains.count; i++)
		require(strcmp(a->domains.items[i], b->domains.items[i]) == 0);
}

/* A second mailbox behind a readable list is always seen. */
static void check_second(TALLOC_CTX *mem, const struct author *author,
			 struct span value)
{
	static const char second[] = ",x@second-mailbox.example";

	if (author->error != AUTHOR_OK)
		return;
	value = span_trim(value);
	size_t length = value.length + strlen(second);
	char *text = mem_array(mem, char, length);
	memcpy(text, value.data, value.length);
	memcpy(text + value.length, second, strlen(second));
	struct span longer = span_make(text, length);
	struct author both = from_author(mem, &longer, 1);
	require(!author->is_malformed || both.domain == NULL);
	require(author->is_malformed || both.error == AUTHOR_SEVERAL_DOMAINS ||
		both.error == AUTHOR_TOO_LONG ||
		domain_equals(author->domain, "second-mailbox.example"));
}

/* --- an independent look at what was let through as malformed --- */

/* Adds what base64 `text` up to its "?" may stand for. */
static size_t add_base64(struct strbuf *out, struct span text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned long bits = 1;
	size_t i = 0;

	for (; i < text.length && text.data[i] != '?'; i++) {
		const char *digit = memchr(digits, text.data[i], 64);
		if (digit == NULL)
			continue;
		bits = bits << 6 | (unsigned long)(digit - digits);
		if (bits >= 1UL << 24) {
			strbuf_add_char(out, (char)(bits >> 16 & 0xff));
			strbuf_add_char(out, (char)(bits >> 8 & 0xff));
			strbuf_add_char(out, (char)(bits & 0xff));
			bits = 1;
		}
	}
	/* a last group of two or three digits */
	if (bits >= 1UL << 18)
		strbuf_add_char(out, (char)(bits >> 10 & 0xff));
	if (bits >= 1UL << 18)
		strbuf_add_char(out, (char)(bits >> 2 & 0xff));
	else if (bits >= 1UL << 12)
		strbuf_add_char(out, (char)(bits >> 4 & 0xff));
	return i;
}

/* Adds the byte that "=XX" stands for; false where none stands. */
static bool add_escaped(struct strbuf *out, struct span text)
{
	char digits[3] = "";
	unsigned byte = 0;

	if (text.length < 3 || text.data[0] != '=')
		return false;
	memcpy(digits, text.data + 1, 2);
	if (strspn(digits, "0123456789abcdefABCDEF") != 2 ||
	    sscanf(digits, "%x", &byte) != 1)
		return false;
	strbuf_add_char(out, (char)byte);
	return true;
}

/* Adds what the text of Q up to its "?" may stand for. */
static size_t add_q(struct strbuf *out, struct span text)
{
	size_t i = 0;

	for (; i < text.length && text.data[i] != '?'; i++) {
		char c = text.data[i];
		if (add_escaped(out, span_make(text.data + i, text.length - i)))
			i += 2;
		else
			strbuf_add_char(out, c == '_' ? ' ' : c);
	}
	return i < text.length ? i : text.length;
}

/* "... =?utf-8", read so far, ends where an encoded-word begins: nobody shows
 * its charset. */
static void drop_charset(struct strbuf *out)
{
	size_t i = out->length;

	while (i > 0 && out->data[i - 1] != '?')
		i--;
	if (i >= 2 && out->data[i - 2] == '=') {
		out->length = i - 2;
		out->data[out->length] = '\0';
	}
}

/* What a careless reader makes of `text`: whatever follows "?Q?" or "?B?" is
 * decoded up to the next "?". */
static struct span careless(TALLOC_CTX *mem, struct span text)
{
	struct strbuf out;

	strbuf_init(&out, mem, (size_t)2 * LIMIT_FROM_BYTES);
	for (size_t i = 0; i < text.length; i++) {
		struct span rest = span_make(text.data + i, text.length - i);
		size_t head = rest.length < 3 ? rest.length : 3;
		if (span_starts_nocase(rest, "?q?") ||
		    span_starts_nocase(rest, "?b?"))
			drop_charset(&out);
		struct span inner =
		    span_make(rest.data + head, rest.length - head);
		if (span_starts_nocase(rest, "?q?"))
			i += 2 + add_q(&out, inner);
		else if (span_starts_nocase(rest, "?b?"))
			i += 2 + add_base64(&out, inner);
		else
			strbuf_add_char(&out, rest.data[0]);
	}
	return span_make(strbuf_text(&out), out.length);
}

static bool is_host_byte(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '_' ||
	       c == '.' || (unsigned char)c >= 0x80;
}

/* Each "@", blanks behind it skipped, that a host name with a dot follows, is
 * one of `domain`. */
static void check_hosts(TALLOC_CTX *mem, struct span text, const char *domain)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] != '@')
			continue;
		size_t start = i + 1;
		while (start < text.length && ascii_is_blank(text.data[start]))
			start++;
		size_t end = start;
		while (end < text.length && is_host_byte(text.data[end]))
			end++;
		struct span host = span_make(text.data + start, end - start);
		char *name =
		    host.length > 0 && memchr(host.data, '.', end - start)
			? domain_normalize(mem, host)
			: NULL;
		require(name == NULL || domain_equals(name, domain));
	}
}

/* One "<", one ">", between them the domain, behind them no more than a
 * comment; no other "@" leads to another host. */
static void check_malformed(TALLOC_CTX *mem, const struct author *author,
			    struct span value)
{
	if (!author->is_malformed)
		return;
	const char *open = memchr(value.data, '<', value.length);
	const char *close = memchr(value.data, '>', value.length);
	require(open != NULL && close != NULL && open < close);
	for (const char *at = value.data; at < value.data + value.length;
	     at++) {
		require(*at != '\0');
		require((*at != '<' || at == open) &&
			(*at != '>' || at == close));
	}
	const char *sign = memchr(open, '@', (size_t)(close - open));
	require(sign != NULL);
	char *inner = domain_normalize(
	    mem, span_make(sign + 1, (size_t)(close - sign - 1)));
	require(inner != NULL && domain_equals(inner, author->domain));
	struct span name = span_make(value.data, (size_t)(open - value.data));
	size_t behind = (size_t)(close + 1 - value.data);
	struct span rest = span_make(close + 1, value.length - behind);
	check_hosts(mem, value, author->domain);
	check_hosts(mem, careless(mem, name), author->domain);
	check_hosts(mem, careless(mem, rest), author->domain);
}

/* --- what is shown beside an address --- */

static const char *const entries[] = {
    "Ann Example <ann@own.test> <home.test>",
    "\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0 \xd0\x98\xd0\xb2\xd0\xb0 <i@own.test>",
};

/* A name ends nothing and moves no domain: whose it is, is one of ours. */
static void check_names(TALLOC_CTX *mem, struct span value)
{
	static const struct people_rules rules = {
	    .entries = {2, (const char **)entries}};
	const struct people *people = people_new(mem, &rules);
	struct display_names names = display_names_read(mem, value);

	require(names.count <= LIMIT_FROM_ADDRESSES);
	require(names.count > 0 || value.length > LIMIT_FROM_BYTES);
	for (size_t i = 0; i < names.count; i++) {
		const struct display_name *shown = &names.items[i];
		require(strlen(shown->name) <= (size_t)2 * LIMIT_NAME_BYTES);
		require(text_is_utf8(span_of(shown->name)));
		struct lookalike found =
		    people_find(people, shown->name, shown->mailbox, "x.test");
		require(found.name == NULL || found.kind == LOOKALIKE_PERSON);
		require(people_find(people, shown->name, shown->mailbox,
				    "home.test")
				.name == NULL ||
			strcmp(found.name, "i@own.test") == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span values[MAX_FIELDS];
	size_t count = split(data, size, values);
	struct author author = from_author(mem, values, count);
	struct author again = from_author(mem, values, count);

	check_author(&author, count);
	check_same(&author, &again);
	if (count == 1) {
		check_second(mem, &author, values[0]);
		check_malformed(mem, &author, values[0]);
		check_names(mem, values[0]);
	}
	mem_free(mem);
	return 0;
}
