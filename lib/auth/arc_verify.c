/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arc_verify.c - what the signatures of a chain were made over
 *
 * RFC 8617 5.1.1: a seal covers AAR, AMS and AS of all sets up to its own, in
 * this order, relaxed, its own b= empty. Each seal goes on where the one
 * before ended, so the fields are hashed once. RFC 6376 3.7, 5.4.2: fields
 * named in h= are taken from the bottom, each once; one that is not there
 * adds nothing.
 */
#include "lib/auth/arc_verify.h"

#include <strings.h>

#include "lib/auth/canonical.h"
#include "lib/auth/signature_key.h"
#include "lib/auth/tag_list.h"
#include "lib/base/strbuf.h"

static void add_field(struct digest *digest, struct field field,
		      bool is_relaxed, bool has_line_end)
{
	TALLOC_CTX *scratch = mem_context(digest);

	digest_add(digest, canonical_field(scratch, field, is_relaxed));
	if (has_line_end)
		digest_add(digest, span_of("\r\n"));
	mem_free(scratch);
}

/* The field with nothing between "b=" and what ends the tag. */
static struct field without_signature(TALLOC_CTX *mem,
				      const struct arc_field *field)
{
	struct span value = field->field.value;
	size_t from = (size_t)(field->signature.data - value.data);
	size_t to = from + field->signature.length;
	struct strbuf text;

	while (from > 0 && ascii_is_blank(value.data[from - 1]))
		from--;
	while (to < value.length && ascii_is_blank(value.data[to]))
		to++;
	strbuf_init(&text, mem, value.length);
	strbuf_add(&text, value.data, from);
	strbuf_add(&text, value.data + to, value.length - to);
	return (struct field){field->field.name,
			      span_make(strbuf_text(&text), text.length)};
}

static bool has_name(const struct field *field, struct span name)
{
	struct span own = span_trim(field->name);

	return own.length == name.length &&
	       strncasecmp(own.data, name.data, name.length) == 0;
}

/* The lowest field of the name that was not taken before. */
static const struct field *take_field(const struct field_list *fields,
				      bool *is_taken, struct span name)
{
	for (size_t i = fields->count; i > 0; i--) {
		if (is_taken[i - 1] || !has_name(&fields->items[i - 1], name))
			continue;
		is_taken[i - 1] = true;
		return &fields->items[i - 1];
	}
	return NULL;
}

/* The AMS did not exist when its fields were chosen. */
static void leave_out(const struct field_list *fields, bool *is_taken,
		      const struct arc_field *signature)
{
	for (size_t i = 0; i < fields->count; i++) {
		if (fields->items[i].value.data == signature->field.value.data)
			is_taken[i] = true;
	}
}

struct digest_value arc_hash_message(TALLOC_CTX *mem,
				     const struct field_list *fields,
				     const struct arc_field *signature)
{
	bool is_relaxed = signature->tags.is_header_relaxed;
	struct digest *digest = digest_new(mem);
	bool *is_taken = mem_array(digest, bool, fields->count);
	struct span name;
	struct span rest = signature->fields;
	bool is_more = true;

	leave_out(fields, is_taken, signature);
	while (is_more) {
		is_more = span_cut(rest, ':', &name, &rest);
		name = span_trim(name);
		const struct field *field =
		    name.length == 0 ? NULL
				     : take_field(fields, is_taken, name);
		if (field != NULL)
			add_field(digest, *field, is_relaxed, true);
	}
	add_field(digest, without_signature(digest, signature), is_relaxed,
		  false);
	struct digest_value value = digest_finish(digest);
	mem_free(digest);
	return value;
}

void arc_hash_seals(TALLOC_CTX *mem, const struct arc_chain *chain,
		    struct digest_value *values)
{
	struct digest *all = digest_new(mem);

	for (unsigned i = 0; i < chain->count; i++) {
		const struct arc_set *set = &chain->sets[i];
		const struct arc_field *seal = set->parts[ARC_SEAL];

		add_field(all, set->parts[ARC_RESULTS]->field, true, true);
		add_field(all, set->parts[ARC_MESSAGE_SIGNATURE]->field, true,
			  true);
		struct digest *own = digest_copy(all, all);
		add_field(own, without_signature(own, seal), true, false);
		values[i] = digest_finish(own);
		mem_free(own);
		add_field(all, seal->field, true, true);
	}
	mem_free(all);
}

/* p= of a record that signature_key.h made. */
static bool read_key(TALLOC_CTX *mem, const char *record, struct span *key)
{
	struct tag_list list;

	return tag_list_parse(&list, span_of(record)) == NULL &&
	       tag_list_find(&list, "p") != NULL &&
	       base64_decode(mem, tag_list_find(&list, "p")->value, key);
}

static const char *try_key(TALLOC_CTX *mem, const struct arc_field *field,
			   const struct digest_value *value, const char *record)
{
	struct span key;
	struct span signature;

	if (!read_key(mem, record, &key) ||
	    !base64_decode(mem, field->signature, &signature))
		return "the key cannot be decoded";
	switch (digest_verify(value, field->tags.algorithm, key,
			      ARC_MIN_RSA_BITS, signature)) {
	case DIGEST_SIGNED:
		return NULL;
	case DIGEST_NOT_SIGNED:
		return "the signature does not verify";
	case DIGEST_KEY_SHORT:
		return "the key is too short";
	case DIGEST_KEY_UNUSABLE:
		break;
	}
	return "the key cannot be used";
}

const char *arc_check_signature(TALLOC_CTX *mem, const struct arc_field *field,
				const struct digest_value *value,
				const struct dns_answer *answer)
{
	const char *algorithm = field->tags.algorithm;
	const char *records[LIMIT_KEYS_AT_SELECTOR];
	size_t count = 1;
	struct signature_key key = signature_key_choose(mem, answer, algorithm);

	if (key.record == NULL)
		return key.reason;
	records[0] = key.record;
	if (answer->count > 1)
		count = signature_key_list(mem, answer, algorithm, records,
					   LIMIT_KEYS_AT_SELECTOR);
	const char *fault = "no key";
	for (size_t i = 0; i < count && fault != NULL; i++)
		fault = try_key(mem, field, value, records[i]);
	return fault;
}
