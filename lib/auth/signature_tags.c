/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signature_tags.c - a strict look at one DKIM-Signature value
 *
 * RFC 6376 3.5 (tags), 6.1.1 (validation), RFC 8301 3.1 (rsa-sha1), RFC 8601
 * 2.7.1 (what is neutral and what an error), RFC 8616 4 and 5 (U-labels in d=,
 * s= and i=, UTF-8 in the local part of i=).
 */
#include "lib/auth/signature_tags.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"

#define SHA256_BYTES 32
#define SHA1_BYTES 20
#define NUMBER_DIGITS 18  /* fits int64_t */
#define LENGTH_DIGITS 76  /* RFC 6376 3.5: l= */
#define ENDLESS_DIGITS 12 /* RFC 6376 3.5: a longer x= is no limit */

static const struct algorithm {
	const char *name;
	size_t hash_bytes;
} algorithms[] = {
    {"rsa-sha256", SHA256_BYTES},
    {"ed25519-sha256", SHA256_BYTES},
    {"rsa-sha1", SHA1_BYTES},
};

/* The first finding stays. */
static void find(struct signature_tags *tags, enum auth_result result,
		 const char *reason)
{
	if (tags->result != AUTH_NONE)
		return;
	tags->result = result;
	tags->reason = reason;
}

static void find_error(struct signature_tags *tags, const char *reason)
{
	find(tags, AUTH_PERMERROR, reason);
}

/* No dot may end it here (RFC 6376 3.5: sub-domains with dots between). */
static const char *take_name(TALLOC_CTX *mem, struct span value)
{
	return value.length > 0 && value.data[value.length - 1] == '.'
		   ? NULL
		   : domain_normalize(mem, value);
}

static void read_names(TALLOC_CTX *mem, const struct tag_list *list,
		       struct signature_tags *tags)
{
	const struct tag *d = tag_list_find(list, "d");
	const struct tag *s = tag_list_find(list, "s");

	if (d != NULL)
		tags->domain = take_name(mem, d->value);
	if (s != NULL)
		tags->selector = take_name(mem, s->value);
	/* domain-name = sub-domain 1*("." sub-domain): "d=com" is none. */
	if (tags->domain != NULL && domain_label_count(tags->domain) < 2)
		tags->domain = NULL;
	if (d == NULL)
		find_error(tags, "d= is missing");
	else if (tags->domain == NULL)
		find_error(tags, "d= is not a domain name");
	if (s == NULL)
		find_error(tags, "s= is missing");
	else if (tags->selector == NULL)
		find_error(tags, "s= is not a selector");
	if (tags->domain != NULL && tags->selector != NULL &&
	    strlen(tags->domain) + strlen(tags->selector) +
		    strlen("._domainkey.") >
		LIMIT_DOMAIN_BYTES)
		find_error(tags, "the name of the key is too long");
}

static void read_version(const struct tag_list *list,
			 struct signature_tags *tags)
{
	const struct tag *v = tag_list_find(list, "v");

	if (v == NULL)
		find_error(tags, "v= is missing");
	else if (!span_equals(v->value, "1"))
		find_error(tags, "v= is not 1");
}

static void read_body_hash(TALLOC_CTX *mem, const struct tag_list *list,
			   size_t hash_bytes, struct signature_tags *tags)
{
	const struct tag *bh = tag_list_find(list, "bh");
	size_t bytes;

	if (bh == NULL)
		find_error(tags, "bh= is missing");
	else if (!base64_measure(bh->value, &bytes) ||
		 !base64_decode(mem, bh->value, &tags->body_hash))
		find_error(tags, "bh= is not base64");
	else if (hash_bytes != 0 && bytes != hash_bytes)
		find_error(tags, "bh= has the wrong length");
}

/* Returns the bytes of its hash, the length of bh=; 0 when unknown. */
static size_t read_algorithm(const struct tag_list *list,
			     struct signature_tags *tags)
{
	const struct tag *a = tag_list_find(list, "a");
	size_t hash_bytes = 0;

	if (a == NULL)
		find_error(tags, "a= is missing");
	for (size_t i = 0; a != NULL && i < 3; i++) {
		if (!span_equals_nocase(a->value, algorithms[i].name))
			continue;
		tags->algorithm = algorithms[i].name;
		hash_bytes = algorithms[i].hash_bytes;
	}
	return hash_bytes;
}

static void read_signature(TALLOC_CTX *mem, const struct tag_list *list,
			   struct signature_tags *tags)
{
	const struct tag *b = tag_list_find(list, "b");
	size_t bytes = 0;

	if (b == NULL) {
		find_error(tags, "b= is missing");
		return;
	}
	if (!base64_measure(b->value, &bytes) || bytes == 0) {
		find_error(tags, "b= is not base64");
		return;
	}
	tags->signature = b->value;
	char *text = mem_array(mem, char, b->value.length + 1);
	size_t length = 0;
	for (size_t i = 0; i < b->value.length; i++) {
		if (!ascii_is_blank(b->value.data[i]))
			text[length++] = b->value.data[i];
	}
	tags->hash_text = text;
}

const char *signature_tags_check_fields(struct span names, bool has_gaps)
{
	struct span head;
	struct span tail = names;
	size_t count = 0;

	for (bool is_more = true; is_more; count++) {
		is_more = span_cut(tail, ':', &head, &tail);
		head = span_trim(head);
		if (!text_is_graphic(head) || (head.length == 0 && !has_gaps))
			return "h= is not a list of field names";
		if (count == LIMIT_SIGNED_FIELDS)
			return "h= lists too many fields";
	}
	return NULL;
}

static void read_fields(const struct tag_list *list,
			struct signature_tags *tags)
{
	const struct tag *h = tag_list_find(list, "h");

	if (h == NULL) {
		find_error(tags, "h= is missing");
		return;
	}
	const char *fault = signature_tags_check_fields(h->value, false);
	if (fault != NULL) {
		find_error(tags, fault);
		return;
	}
	if (!tag_has_word(h, "from"))
		find_error(tags, "h= does not list From");
	tags->fields = h->value;
}

/* What an Authentication-Results field can carry without quoting. */
static bool is_clean_local(struct span s)
{
	for (size_t i = 0; i < s.length; i++) {
		if (!ascii_is_alpha(s.data[i]) && !ascii_is_digit(s.data[i]) &&
		    (s.data[i] == '\0' || strchr(".-_+", s.data[i]) == NULL))
			return false;
	}
	return s.length <= LIMIT_ADDRESS_BYTES - LIMIT_DOMAIN_BYTES - 1;
}

static int hex_value(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* dkim-quoted-printable (RFC 6376 2.11): blanks mean nothing, "=40" is a byte.
 * A "=" of another kind stands for itself. */
static struct span decode_quoted(TALLOC_CTX *mem, struct span text)
{
	char *out = mem_array(mem, char, text.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (ascii_is_blank(c))
			continue;
		if (c == '=' && i + 2 < text.length &&
		    hex_value(text.data[i + 1]) >= 0 &&
		    hex_value(text.data[i + 2]) >= 0) {
			c = (char)(hex_value(text.data[i + 1]) << 4 |
				   hex_value(text.data[i + 2]));
			i += 2;
		}
		out[length++] = c;
	}
	return span_make(out, length);
}

/* A local part may hold "@", encoded or in quotes; a domain never does. So the
 * last one is the border. */
static void read_identity(TALLOC_CTX *mem, const struct tag_list *list,
			  struct signature_tags *tags)
{
	const struct tag *i = tag_list_find(list, "i");

	if (i == NULL)
		return;
	struct span text = decode_quoted(mem, i->value);
	const char *at =
	    text.length == 0 ? NULL : memrchr(text.data, '@', text.length);
	if (at == NULL) {
		find_error(tags, "i= holds no @");
		return;
	}
	struct span local = span_make(text.data, (size_t)(at - text.data));
	const char *domain =
	    take_name(mem, span_make(at + 1, text.length - local.length - 1));
	if (domain == NULL || tags->domain == NULL ||
	    (!domain_equals(domain, tags->domain) &&
	     !domain_is_below(domain, tags->domain))) {
		find_error(tags, "i= is not within d=");
		return;
	}
	tags->is_below = !domain_equals(domain, tags->domain);
	if (is_clean_local(local))
		tags->identity = mem_printf(mem, "%.*s@%s", (int)local.length,
					    local.data, domain);
}

static bool is_canonicalization(struct span s)
{
	return span_equals_nocase(s, "simple") ||
	       span_equals_nocase(s, "relaxed");
}

static void read_methods(const struct tag_list *list,
			 struct signature_tags *tags)
{
	const struct tag *c = tag_list_find(list, "c");
	const struct tag *q = tag_list_find(list, "q");
	struct span header;
	struct span body;

	if (c != NULL) {
		bool has_body = span_cut(c->value, '/', &header, &body);
		if (!is_canonicalization(header) ||
		    (has_body && !is_canonicalization(body)))
			find(tags, AUTH_NEUTRAL, "c= is not known");
		tags->is_header_relaxed = span_equals_nocase(header, "relaxed");
		tags->is_body_relaxed =
		    has_body && span_equals_nocase(body, "relaxed");
	}
	if (q != NULL && !tag_has_word(q, "dns/txt"))
		find(tags, AUTH_NEUTRAL, "q= lists no known method");
}

/* 1*DIGIT; leading zeros are fine. */
static bool read_number(struct span s, int64_t *number)
{
	int64_t sum = 0;

	if (s.length == 0 || s.length > NUMBER_DIGITS)
		return false;
	for (size_t i = 0; i < s.length; i++) {
		if (!ascii_is_digit(s.data[i]))
			return false;
		sum = sum * 10 + (s.data[i] - '0');
	}
	*number = sum;
	return true;
}

/* 1*76DIGIT, most of which may be zeros. More than any body has is kept as
 * that. */
static bool read_body_length(struct span s, int64_t *length)
{
	if (s.length > LENGTH_DIGITS)
		return false;
	while (s.length > 1 && s.data[0] == '0')
		s = span_make(s.data + 1, s.length - 1);
	if (s.length <= NUMBER_DIGITS)
		return read_number(s, length);
	for (size_t i = 0; i < s.length; i++) {
		if (!ascii_is_digit(s.data[i]))
			return false;
	}
	*length = INT64_MAX;
	return true;
}

static void read_length(const struct tag_list *list,
			struct signature_tags *tags)
{
	const struct tag *l = tag_list_find(list, "l");

	if (l != NULL && !read_body_length(l->value, &tags->body_length))
		find_error(tags, "l= is not a length");
}

static void read_signing_time(const struct tag_list *list,
			      struct signature_tags *tags)
{
	const struct tag *t = tag_list_find(list, "t");

	if (t != NULL && !read_number(t->value, &tags->signed_at_s))
		find_error(tags, "t= is not a time");
}

static void read_expiry(const struct tag_list *list,
			struct signature_tags *tags)
{
	const struct tag *t = tag_list_find(list, "t");
	const struct tag *x = tag_list_find(list, "x");

	if (x == NULL)
		return;
	if (!read_number(x->value, &tags->expires_at_s))
		find_error(tags, "x= is not a time");
	else if (t != NULL && tags->expires_at_s <= tags->signed_at_s)
		find_error(tags, "x= is not after t=");
	else if (x->value.length > ENDLESS_DIGITS)
		tags->expires_at_s = -1;
}

static void judge_algorithm(struct signature_tags *tags)
{
	if (tags->algorithm == NULL)
		find(tags, AUTH_NEUTRAL, "a= is not known");
	else if (strcmp(tags->algorithm, "rsa-sha1") == 0)
		find(tags, AUTH_POLICY, "rsa-sha1 is not acceptable");
}

struct signature_tags signature_tags_read(TALLOC_CTX *mem,
					  const struct tag_list *list,
					  enum signature_form form)
{
	struct signature_tags tags = {
	    .signed_at_s = -1, .expires_at_s = -1, .body_length = -1};

	/* Without c= RFC 6376 means simple/simple. For ARC, whose seals know
	 * relaxed only, validators in use and the public suite mean relaxed. */
	tags.is_header_relaxed = form == SIGNATURE_ARC_MESSAGE;
	tags.is_body_relaxed = form == SIGNATURE_ARC_MESSAGE;
	if (form == SIGNATURE_DKIM)
		read_version(list, &tags);
	read_names(mem, list, &tags);
	size_t hash_bytes = read_algorithm(list, &tags);
	if (form != SIGNATURE_ARC_SEAL)
		read_body_hash(mem, list, hash_bytes, &tags);
	read_signature(mem, list, &tags);
	if (form == SIGNATURE_DKIM) {
		read_fields(list, &tags);
		read_identity(mem, list, &tags);
	}
	read_signing_time(list, &tags);
	/* A seal signs no message. */
	if (form != SIGNATURE_ARC_SEAL) {
		read_length(list, &tags);
		read_expiry(list, &tags);
		read_methods(list, &tags);
	}
	judge_algorithm(&tags);
	return tags;
}

struct signature_tags signature_tags_parse(TALLOC_CTX *mem, struct span value)
{
	struct signature_tags tags = {
	    .signed_at_s = -1, .expires_at_s = -1, .body_length = -1};
	struct tag_list list;

	if (value.length > LIMIT_SIGNATURE_BYTES) {
		find_error(&tags, "the field is too long");
		return tags;
	}
	const char *fault = tag_list_parse(&list, value);
	if (fault != NULL) {
		find_error(&tags, fault);
		return tags;
	}
	return signature_tags_read(mem, &list, SIGNATURE_DKIM);
}
