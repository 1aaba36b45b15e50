/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arc_set.c - one field of an ARC Set, read strictly
 *
 * RFC 8617 4.1.1 (AAR: "i=1; " and a payload like Authentication-Results),
 * 4.1.2 (AMS: a DKIM-Signature without v=), 4.1.3 (AS: without h=). What an
 * AAR says is opaque to the chain: it is hashed, and no signature rests on it.
 */
#include "lib/auth/arc_set.h"

#include <string.h>

#include "lib/auth/tag_list.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/mail/scan.h"

static const char *const part_names[ARC_PARTS] = {
    [ARC_RESULTS] = "ARC-Authentication-Results",
    [ARC_MESSAGE_SIGNATURE] = "ARC-Message-Signature",
    [ARC_SEAL] = "ARC-Seal",
};

const char *arc_part_text(enum arc_part part)
{
	return part_names[part];
}

bool arc_part_of(struct span name, enum arc_part *part)
{
	/* "ARC-Seal : i=1" is the same field; relaxed hashing says so too. */
	struct span bare = span_trim(name);

	for (int i = 0; i < ARC_PARTS; i++) {
		if (!span_equals_nocase(bare, part_names[i]))
			continue;
		*part = (enum arc_part)i;
		return true;
	}
	return false;
}

/* 1*2DIGIT, 1 to 50; 0 when it is not that. */
static unsigned read_instance(struct span s)
{
	unsigned sum = 0;

	if (s.length == 0 || s.length > 2)
		return 0;
	for (size_t i = 0; i < s.length; i++) {
		if (!ascii_is_digit(s.data[i]))
			return 0;
		sum = sum * 10 + (unsigned)(s.data[i] - '0');
	}
	return sum <= LIMIT_ARC_SETS ? sum : 0;
}

/* instance = [CFWS] "i" [CFWS] "=" [CFWS] 1*2DIGIT [CFWS] ";" */
static void read_results(struct arc_field *field)
{
	struct scan scan = {.text = field->field.value};

	field->fault = "it does not begin with i=";
	if (!scan_cfws(&scan) || !scan_char(&scan, 'i') || !scan_cfws(&scan) ||
	    !scan_char(&scan, '=') || !scan_cfws(&scan))
		return;
	unsigned instance = read_instance(scan_run(&scan, ascii_is_digit));
	if (instance == 0 || !scan_cfws(&scan) || !scan_char(&scan, ';'))
		return;
	field->instance = instance;
	field->fault = NULL;
}

/* An empty list, and empty names in it, name no field. */
static const char *check_signed_fields(const struct tag *h)
{
	const char *fault = signature_tags_check_fields(h->value, true);

	/* RFC 8617 4.1.2 */
	if (fault == NULL && tag_has_word(h, part_names[ARC_SEAL]))
		return "h= lists ARC-Seal";
	return fault;
}

static void read_message_signature(const struct tag_list *list,
				   struct arc_field *field)
{
	const struct tag *h = tag_list_find(list, "h");

	if (h == NULL) {
		field->fault = "h= is missing";
		return;
	}
	field->tags.fields = h->value;
	field->fault = check_signed_fields(h);
}

static void read_seal(const struct tag_list *list, struct arc_field *field)
{
	const struct tag *cv = tag_list_find(list, "cv");

	if (tag_list_find(list, "h") != NULL)
		field->fault = "it has h=";
	else if (cv == NULL)
		field->fault = "cv= is missing";
	else if (span_equals_nocase(cv->value, "none"))
		field->status = ARC_STATUS_NONE;
	else if (span_equals_nocase(cv->value, "pass"))
		field->status = ARC_STATUS_PASS;
	else if (span_equals_nocase(cv->value, "fail"))
		field->status = ARC_STATUS_FAIL;
	else
		field->fault = "cv= is not known";
}

static void read_signature(TALLOC_CTX *mem, struct arc_field *field)
{
	bool is_seal = field->part == ARC_SEAL;
	struct tag_list list;

	field->fault = "the field is too long";
	if (field->field.value.length > LIMIT_SIGNATURE_BYTES)
		return;
	field->fault = tag_list_parse(&list, field->field.value);
	if (field->fault != NULL)
		return;
	const struct tag *i = tag_list_find(&list, "i");
	field->instance = i == NULL ? 0 : read_instance(i->value);
	field->tags = signature_tags_read(
	    mem, &list, is_seal ? SIGNATURE_ARC_SEAL : SIGNATURE_ARC_MESSAGE);
	if (field->instance == 0)
		field->fault = "i= is no instance";
	else if (field->tags.result != AUTH_NONE)
		field->fault = field->tags.reason;
	if (field->fault != NULL)
		return;
	if (is_seal)
		read_seal(&list, field);
	else
		read_message_signature(&list, field);
}

struct arc_field arc_field_parse(TALLOC_CTX *mem, struct field field,
				 enum arc_part part)
{
	struct arc_field ret = {.part = part, .field = field};

	if (part == ARC_RESULTS)
		read_results(&ret);
	else
		read_signature(mem, &ret);
	return ret;
}

static bool is_word(char c)
{
	return c > ' ' && c < 0x7f && c != '(' && c != '"' && c != ';' &&
	       c != '=';
}

/* "=" and an address, quoted or not; an IPv6 address should be quoted, and
 * often is not. */
static bool read_address(struct scan *scan, struct net_address *address)
{
	struct span value;
	char text[NET_ADDRESS_TEXT];

	if (!scan_cfws(scan) || !scan_char(scan, '=') || !scan_cfws(scan))
		return false;
	if (scan_peek(scan) == '"') {
		if (!scan_quoted(scan, &value))
			return false;
	} else {
		value = scan_run(scan, is_word);
	}
	if (value.length >= sizeof text)
		return false;
	for (size_t i = 0; i < value.length; i++)
		text[i] = value.data[i];
	text[value.length] = '\0';
	return net_address_parse(text, address);
}

bool arc_field_remote_ip(const struct arc_field *results,
			 struct net_address *address)
{
	struct scan scan = {.text = results->field.value};
	struct span skipped;

	while (scan_cfws(&scan) && !scan_at_end(&scan)) {
		if (scan_peek(&scan) == '"') {
			if (!scan_quoted(&scan, &skipped))
				return false;
			continue;
		}
		struct span word = scan_run(&scan, is_word);
		if (span_equals_nocase(word, "smtp.remote-ip"))
			return read_address(&scan, address);
		if (word.length == 0)
			scan.at++;
	}
	return false;
}

/* --- what an AAR recorded of DMARC ---------------------------------------- */

/* One "method=result" of a list of them, or one "ptype.property=value". */
struct result_word {
	struct span name;
	struct span value;
};

static bool is_name_byte(char c)
{
	return is_word(c) && c != '/';
}

/* Reads the next word with its value, if it has one. False: the field is
 * malformed from here on. At a semicolon or at the end the name is empty. */
static bool read_word(struct scan *scan, struct result_word *word)
{
	*word = (struct result_word){0};
	if (!scan_cfws(scan))
		return false;
	if (scan_at_end(scan) || scan_peek(scan) == ';')
		return true;
	if (scan_peek(scan) == '"')
		return scan_quoted(scan, &word->name);
	word->name = scan_run(scan, is_name_byte);
	if (scan_char(scan, '/')) /* the method's version */
		(void)scan_run(scan, ascii_is_digit);
	if (word->name.length == 0 || !scan_cfws(scan))
		return false;
	if (!scan_char(scan, '='))
		return true;
	if (!scan_cfws(scan))
		return false;
	if (scan_peek(scan) == '"')
		return scan_quoted(scan, &word->value);
	/* "header.b=ab=" has a "=" in its value. */
	do {
		struct span run = scan_run(scan, is_word);
		word->value =
		    word->value.data == NULL
			? run
			: span_make(word->value.data,
				    word->value.length + 1 + run.length);
	} while (scan_char(scan, '='));
	return true;
}

static enum auth_result result_of(struct span word)
{
	for (int i = AUTH_NONE; i <= AUTH_PERMERROR; i++) {
		if (span_equals_nocase(word,
				       auth_result_text((enum auth_result)i)))
			return (enum auth_result)i;
	}
	return AUTH_NEUTRAL;
}

/* "d.test", or an address there; what is no domain is nobody's: "". */
static const char *from_of(TALLOC_CTX *mem, struct span value)
{
	const char *at =
	    value.length == 0 ? NULL : memrchr(value.data, '@', value.length);
	size_t start = at == NULL ? 0 : (size_t)(at - value.data) + 1;
	const char *domain = domain_normalize(mem, span_from(value, start));

	return domain == NULL ? "" : domain;
}

/* One result, from behind a semicolon up to the next. */
static bool read_result(TALLOC_CTX *mem, struct scan *scan,
			enum auth_result *dmarc, const char **from)
{
	struct result_word word;

	*dmarc = AUTH_NONE;
	*from = NULL;
	if (!read_word(scan, &word))
		return false;
	bool is_dmarc = span_equals_nocase(word.name, "dmarc");
	if (is_dmarc)
		*dmarc = result_of(word.value);
	while (word.name.length > 0) {
		if (!read_word(scan, &word))
			return false;
		if (is_dmarc && *from == NULL &&
		    span_equals_nocase(word.name, "header.from"))
			*from = from_of(mem, word.value);
	}
	return scan_at_end(scan) || scan_char(scan, ';');
}

/* Of several the first that is no pass; passes that name different authors
 * are as good as none. */
enum auth_result arc_field_dmarc(TALLOC_CTX *mem,
				 const struct arc_field *results,
				 const char **from)
{
	struct scan scan = {.text = results->field.value};
	enum auth_result sum = AUTH_NONE;

	*from = NULL;
	while (!scan_at_end(&scan)) {
		enum auth_result dmarc;
		const char *author;
		if (!read_result(mem, &scan, &dmarc, &author))
			return AUTH_NEUTRAL;
		if (dmarc == AUTH_NONE)
			continue;
		if (*from != NULL && author != NULL &&
		    !domain_equals(*from, author))
			dmarc = AUTH_NEUTRAL;
		if (sum == AUTH_NONE || sum == AUTH_PASS)
			sum = dmarc;
		if (*from == NULL)
			*from = author;
	}
	return sum;
}
