/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * header_hash.c - the header fields of a message, hashed
 *
 * The fields are sorted by name once, so that a name in h= is found in a few
 * steps whatever its sender put into the header; how many of a name a
 * signature has taken is noted at the first of them.
 */
#include "lib/auth/header_hash.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/auth/canonical.h"
#include "lib/base/limits.h"

/* A field's canonical forms; empty: not made yet. */
struct forms {
	struct span simple;
	struct span relaxed;
};

/* A field by its name; those of one name stand together, the highest first. */
struct named {
	struct span name;
	size_t place;
	size_t count; /* of this name: known at the first of them, as is */
	size_t taken; /* how many from the end a signature has had, */
	size_t taker; /* the signature of this number */
};

struct header_hash {
	const struct field_list *fields; /* the message's */
	struct forms *forms;		 /* of each; NULL: none made yet */
	struct named *names;		 /* NULL: not sorted yet */
	size_t signatures;		 /* hashed so far */
	size_t bytes;
};

struct header_hash *header_hash_new(TALLOC_CTX *mem,
				    const struct field_list *fields)
{
	struct header_hash *header = mem_new(mem, struct header_hash);

	header->fields = fields;
	return header;
}

/* --- choosing ------------------------------------------------------------- */

/* By length first: a name then costs no more than its own bytes. */
static int compare_names(struct span a, struct span b)
{
	if (a.length != b.length)
		return a.length < b.length ? -1 : 1;
	return strncasecmp(a.data, b.data, a.length);
}

static int compare(const void *left, const void *right)
{
	const struct named *a = left;
	const struct named *b = right;
	int order = compare_names(a->name, b->name);

	if (order != 0)
		return order;
	return a->place < b->place ? -1 : 1;
}

static void sort_names(struct header_hash *header)
{
	const struct field_list *fields = header->fields;
	struct named *names = mem_array(header, struct named, fields->count);
	size_t first = 0;

	for (size_t i = 0; i < fields->count; i++)
		names[i] = (struct named){
		    .name = span_trim(fields->items[i].name), .place = i};
	qsort(names, fields->count, sizeof names[0], compare);
	for (size_t i = 0; i < fields->count; i++) {
		if (compare_names(names[first].name, names[i].name) != 0)
			first = i;
		names[first].count++;
	}
	header->names = names;
}

/* The first of the fields of that name, NULL without any. */
static struct named *find_name(struct header_hash *header, struct span name)
{
	size_t low = 0;
	size_t high = header->fields->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (compare_names(header->names[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < header->fields->count &&
		       compare_names(header->names[low].name, name) == 0
		   ? &header->names[low]
		   : NULL;
}

/* The lowest field of the name that this signature has not had, and that is
 * not its own. */
static bool take_field(struct header_hash *header, struct span name, size_t own,
		       size_t *place)
{
	struct named *first = find_name(header, name);

	if (first == NULL)
		return false;
	if (first->taker != header->signatures) {
		first->taker = header->signatures;
		first->taken = 0;
	}
	while (first->taken < first->count) {
		*place = first[first->count - ++first->taken].place;
		if (*place != own)
			return true;
	}
	return false;
}

size_t header_hash_occurs(struct header_hash *header, const char *name)
{
	if (header->names == NULL)
		sort_names(header);
	const struct named *first = find_name(header, span_of(name));
	return first == NULL ? 0 : first->count;
}

struct field header_hash_field_of(struct header_hash *header, const char *name,
				  size_t index)
{
	const struct named *first = find_name(header, span_of(name));

	return header->fields->items[first[index].place];
}

size_t header_hash_covers(struct span fields, const char *name)
{
	struct span rest = fields;
	struct span listed;
	size_t count = 0;

	for (bool is_more = true; is_more;) {
		is_more = span_cut(rest, ':', &listed, &rest);
		count += span_equals_nocase(span_trim(listed), name);
	}
	return count;
}

/* --- hashing -------------------------------------------------------------- */

static bool spend(struct header_hash *header, size_t bytes)
{
	if (bytes > LIMIT_HASHED_HEADER_BYTES - header->bytes)
		return false;
	header->bytes += bytes;
	return true;
}

bool header_hash_field(struct header_hash *header, struct digest *digest,
		       size_t place, bool is_relaxed)
{
	if (header->forms == NULL)
		header->forms =
		    mem_array(header, struct forms, header->fields->count);
	struct forms *forms = &header->forms[place];
	struct span *form = is_relaxed ? &forms->relaxed : &forms->simple;

	/* A form is never empty: it has a colon and CRLF. */
	if (form->length == 0)
		*form = canonical_field(header, header->fields->items[place],
					is_relaxed);
	if (!spend(header, form->length))
		return false;
	digest_add(digest, *form);
	return true;
}

/* The field with nothing between "b=" and what ends the tag. */
static struct field without_signature(TALLOC_CTX *mem, struct field field,
				      struct span signature)
{
	struct span value = field.value;
	size_t from = (size_t)(signature.data - value.data);
	size_t to = from + signature.length;

	while (from > 0 && ascii_is_blank(value.data[from - 1]))
		from--;
	while (to < value.length && ascii_is_blank(value.data[to]))
		to++;
	char *text = mem_strndup(mem, value.data, value.length);
	memmove(text + from, text + to, value.length - to);
	field.value = span_make(text, value.length - (to - from));
	return field;
}

bool header_hash_own(struct header_hash *header, struct digest *digest,
		     const struct header_signature *signature)
{
	TALLOC_CTX *scratch = mem_context(header);
	struct field field =
	    without_signature(scratch, header->fields->items[signature->place],
			      signature->signature);
	struct span form =
	    canonical_field(scratch, field, signature->is_relaxed);
	bool is_within = spend(header, form.length);

	if (is_within)
		digest_add(digest,
			   span_make(form.data, form.length - strlen("\r\n")));
	mem_free(scratch);
	return is_within;
}

static bool hash_named(struct header_hash *header, struct digest *digest,
		       const struct header_signature *signature)
{
	struct span rest = signature->fields;
	struct span name;
	size_t place;

	for (bool is_more = true; is_more;) {
		is_more = span_cut(rest, ':', &name, &rest);
		name = span_trim(name);
		if (name.length > 0 &&
		    take_field(header, name, signature->place, &place) &&
		    !header_hash_field(header, digest, place,
				       signature->is_relaxed))
			return false;
	}
	return true;
}

bool header_hash_signed(struct header_hash *header,
			const struct header_signature *signature,
			struct digest_value *value)
{
	struct digest *digest = digest_new(header);

	if (header->names == NULL)
		sort_names(header);
	header->signatures++;
	bool is_within = hash_named(header, digest, signature) &&
			 header_hash_own(header, digest, signature);
	if (is_within)
		*value = digest_finish(digest);
	mem_free(digest);
	return is_within;
}
