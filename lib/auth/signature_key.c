/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signature_key.c - the key record of a signature
 *
 * RFC 6376 3.6.1 (tags), 6.1.2 (fetching), RFC 8463 4 (Ed25519 keys are 32
 * raw bytes). What a key may be used for is judged here, before libopendkim.
 */
#include "lib/auth/signature_key.h"

#include <string.h>

#include "lib/auth/tag_list.h"
#include "lib/base/limits.h"

#define ED25519_BYTES 32

static struct signature_key refuse(enum auth_result result, const char *reason)
{
	return (struct signature_key){.result = result, .reason = reason};
}

/* NULL when the tags allow the use, else why not. */
static const char *check_use(const struct tag_list *list, const char *type)
{
	const struct tag *v = tag_list_find(list, "v");
	const struct tag *h = tag_list_find(list, "h");
	const struct tag *s = tag_list_find(list, "s");
	const struct tag *k = tag_list_find(list, "k");
	const struct tag *p = tag_list_find(list, "p");

	if (v != NULL && !span_equals(v->value, "DKIM1"))
		return "the key record is of another version";
	if (v != NULL && v != &list->items[0])
		return "v= is not the first tag of the key record";
	if (h != NULL && !tag_has_word(h, "sha256"))
		return "the key does not allow this hash";
	if (s != NULL && !tag_has_word(s, "*") && !tag_has_word(s, "email"))
		return "the key is not for mail";
	if (!span_equals_nocase(k == NULL ? span_of("rsa") : k->value, type))
		return "the key is of another type than a=";
	if (p == NULL)
		return "the key record has no p=";
	if (p->value.length == 0)
		return "the key is revoked";
	return NULL;
}

/* p= without blanks; NULL when it is not base64. */
static char *take_base64(TALLOC_CTX *mem, struct span value, size_t *bytes)
{
	if (!base64_measure(value, bytes))
		return NULL;
	char *text = mem_array(mem, char, value.length + 1);
	size_t length = 0;
	for (size_t i = 0; i < value.length; i++) {
		if (!ascii_is_blank(value.data[i]))
			text[length++] = value.data[i];
	}
	return text;
}

/* The record that libopendkim gets: type, flags, key and nothing else. */
static struct signature_key accept(TALLOC_CTX *mem, const struct tag_list *list,
				   const char *type, const char *base64)
{
	const struct tag *t = tag_list_find(list, "t");
	const char *testing = t != NULL && tag_has_word(t, "y") ? "y:" : "";
	const char *strict = t != NULL && tag_has_word(t, "s") ? "s:" : "";
	const char *record = mem_printf(mem, "v=DKIM1; k=%s; t=%s%s; p=%s",
					type, testing, strict, base64);

	if (strlen(record) > LIMIT_KEY_BYTES)
		return refuse(AUTH_PERMERROR, "the key is too long");
	return (struct signature_key){.result = AUTH_NONE, .record = record};
}

static struct signature_key take_key(TALLOC_CTX *mem,
				     const struct tag_list *list,
				     const char *type, bool is_decoded)
{
	size_t bytes = 0;
	const char *base64 =
	    take_base64(mem, tag_list_find(list, "p")->value, &bytes);

	if (base64 == NULL)
		return refuse(AUTH_PERMERROR, "the key is not base64");
	if (strcmp(type, "rsa") == 0)
		base64 = signature_key_rsa(mem, base64, is_decoded);
	else if (bytes != ED25519_BYTES)
		base64 = NULL;
	if (base64 == NULL)
		return refuse(AUTH_PERMERROR, "the key cannot be decoded");
	return accept(mem, list, type, base64);
}

struct signature_key signature_key_parse(TALLOC_CTX *mem, struct span record,
					 const char *algorithm, bool is_decoded)
{
	const char *type =
	    strncmp(algorithm, "rsa-", 4) == 0 ? "rsa" : "ed25519";
	struct tag_list list;

	if (tag_list_parse(&list, record) != NULL)
		return refuse(AUTH_PERMERROR, "syntax error in the key record");
	const char *fault = check_use(&list, type);
	if (fault != NULL)
		return refuse(AUTH_PERMERROR, fault);
	return take_key(mem, &list, type, is_decoded);
}

/* Whatever the order of the records, one and the same comes out best: a usable
 * one before the others, then the longer text, then the greater one. */
static bool is_better(const struct signature_key *a,
		      const struct signature_key *b)
{
	if ((a->result == AUTH_NONE) != (b->result == AUTH_NONE))
		return a->result == AUTH_NONE;
	const char *x = a->result == AUTH_NONE ? a->record : a->reason;
	const char *y = b->result == AUTH_NONE ? b->record : b->reason;
	if (strlen(x) != strlen(y))
		return strlen(x) > strlen(y);
	return strcmp(x, y) > 0;
}

struct signature_key signature_key_choose(TALLOC_CTX *mem,
					  const struct dns_answer *answer,
					  const char *algorithm)
{
	struct signature_key best = refuse(AUTH_PERMERROR, "no key");

	if (answer->status == DNS_TEMPORARY)
		return refuse(AUTH_TEMPERROR, "the key could not be fetched");
	if (answer->status == DNS_BOGUS)
		return refuse(AUTH_TEMPERROR,
			      "the key failed DNSSEC validation");
	if (answer->count > LIMIT_KEY_RECORDS)
		return refuse(AUTH_PERMERROR, "too many key records");
	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_record *txt = &answer->records[i];
		struct signature_key key =
		    signature_key_parse(mem, span_make(txt->text, txt->length),
					algorithm, answer->count > 1);
		if (i == 0 || is_better(&key, &best))
			best = key;
	}
	return best;
}

static bool has_record(const char *const *records, size_t count,
		       const char *record)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(records[i], record) == 0)
			return true;
	}
	return false;
}

size_t signature_key_list(TALLOC_CTX *mem, const struct dns_answer *answer,
			  const char *algorithm, const char **records,
			  size_t room)
{
	size_t count = 0;

	for (bool is_more = true; is_more && count < room;) {
		struct signature_key best = {.result = AUTH_PERMERROR,
					     .reason = ""};
		for (size_t i = 0; i < answer->count; i++) {
			const struct dns_record *txt = &answer->records[i];
			struct signature_key key = signature_key_parse(
			    mem, span_make(txt->text, txt->length), algorithm,
			    true);
			if (key.result == AUTH_NONE && is_better(&key, &best) &&
			    !has_record(records, count, key.record))
				best = key;
		}
		is_more = best.result == AUTH_NONE;
		if (is_more)
			records[count++] = best.record;
	}
	return count;
}
