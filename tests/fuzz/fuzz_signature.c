/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_signature.c - DKIM-Signature values: clean tags or a reason
 *
 * Properties: only fields whose names, algorithm, hash and identity are whole
 * are to be verified; a tag that occurs twice is never accepted; the same
 * bytes give the same answer.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/auth/signature_tags.h"
#include "lib/auth/tag_list.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"

static void check_tag_list(struct span text)
{
	struct tag_list list;
	const char *end = text.data + text.length;
	size_t bytes;

	if (tag_list_parse(&list, text) != NULL)
		return;
	require(list.count <= LIMIT_SIGNATURE_TAGS);
	for (size_t i = 0; i < list.count; i++) {
		struct span name = list.items[i].name;
		struct span value = list.items[i].value;
		require(name.length > 0 && name.data >= text.data);
		require(name.data + name.length <= end);
		if (value.length > 0)
			require(value.data > name.data + name.length);
		require(value.length == 0 || value.data + value.length <= end);
		require(value.length == 0 ||
			memchr(value.data, ';', value.length) == NULL);
		if (base64_measure(value, &bytes))
			require(bytes <= value.length * 3 / 4);
		for (size_t k = 0; k < i; k++)
			require(list.items[k].name.length != name.length ||
				memcmp(list.items[k].name.data, name.data,
				       name.length) != 0);
	}
}

static void check_names(const struct signature_tags *tags)
{
	if (tags->domain != NULL)
		require(domain_is_valid(tags->domain) &&
			domain_label_count(tags->domain) >= 2);
	if (tags->selector != NULL)
		require(domain_is_valid(tags->selector));
	if (tags->hash_text != NULL)
		require(strlen(tags->hash_text) <= LIMIT_SIGNATURE_BYTES &&
			fuzz_is_line(tags->hash_text));
	if (tags->identity == NULL)
		return;
	const char *at = strrchr(tags->identity, '@');
	require(at != NULL && fuzz_is_line(tags->identity));
	require(strpbrk(tags->identity, " \"();\\") == NULL);
	require(domain_equals(at + 1, tags->domain) ||
		domain_is_below(at + 1, tags->domain));
}

static void check_accepted(const struct signature_tags *tags)
{
	require(tags->domain != NULL && tags->selector != NULL);
	require(tags->fields.length > 0 && tags->signature.length > 0);
	require(tags->algorithm != NULL && tags->hash_text != NULL);
	require(strcmp(tags->algorithm, "rsa-sha256") == 0 ||
		strcmp(tags->algorithm, "ed25519-sha256") == 0);
	require(tags->expires_at_s < 0 ||
		tags->expires_at_s > tags->signed_at_s);
}

/* What stands in a field that is accepted cannot be said again. */
static void check_doubled(TALLOC_CTX *mem, struct span value)
{
	static const char *const more[] = {";d=evil.test", ";s=x",
					   ";b=", ";bh=", ";v=1"};

	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
		size_t length = value.length + strlen(more[i]);
		char *text = mem_array(mem, char, length);
		memcpy(text, value.data, value.length);
		memcpy(text + value.length, more[i], strlen(more[i]));
		struct signature_tags tags =
		    signature_tags_parse(mem, span_make(text, length));
		require(tags.result == AUTH_PERMERROR);
	}
}

static bool is_same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

static void check_same(const struct signature_tags *a,
		       const struct signature_tags *b)
{
	require(a->result == b->result && is_same_text(a->reason, b->reason));
	require(is_same_text(a->domain, b->domain));
	require(is_same_text(a->selector, b->selector));
	require(is_same_text(a->identity, b->identity));
	require(is_same_text(a->hash_text, b->hash_text));
	require(a->algorithm == b->algorithm);
	require(a->signed_at_s == b->signed_at_s);
	require(a->expires_at_s == b->expires_at_s);
	require(a->body_length == b->body_length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span value = span_make((const char *)data, size);
	struct signature_tags tags = signature_tags_parse(mem, value);
	struct signature_tags again = signature_tags_parse(mem, value);

	require(tags.result == AUTH_NONE || tags.result == AUTH_POLICY ||
		tags.result == AUTH_NEUTRAL || tags.result == AUTH_PERMERROR);
	require((tags.result == AUTH_NONE) == (tags.reason == NULL));
	require(tags.reason == NULL || fuzz_is_line(tags.reason));
	require(tags.signed_at_s >= -1 && tags.expires_at_s >= -1 &&
		tags.body_length >= -1);
	check_names(&tags);
	check_same(&tags, &again);
	check_tag_list(value);
	if (tags.result == AUTH_NONE) {
		check_accepted(&tags);
		check_doubled(mem, value);
	}
	mem_free(mem);
	return 0;
}
