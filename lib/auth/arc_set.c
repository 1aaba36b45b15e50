/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arc_set.c - one field of an ARC Set, read strictly
 *
 * RFC 8617 4.1.1 (AAR: "i=1; " and a payload like Authentication-Results),
 * 4.1.2 (AMS: a DKIM-Signature without v=), 4.1.3 (AS: without h=). What an
 * AAR says is opaque here: it is hashed, and nothing rests on its words.
 */
#include "lib/auth/arc_set.h"

#include "lib/auth/tag_list.h"
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
