/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * body_hashes.c - a message's body, hashed as its signatures want it
 */
#include "lib/auth/body_hashes.h"

#include <string.h>

enum { SIMPLE, RELAXED, FORMS };

struct body_hashes {
	struct body_hash *forms[FORMS]; /* NULL: nobody wants it */
};

struct body_hashes *body_hashes_new(TALLOC_CTX *mem)
{
	return mem_new(mem, struct body_hashes);
}

static const struct body_hash *form_of(const struct body_hashes *hashes,
				       const struct signature_tags *tags)
{
	return hashes->forms[tags->is_body_relaxed ? RELAXED : SIMPLE];
}

bool body_hashes_want(struct body_hashes *hashes,
		      const struct signature_tags *tags)
{
	struct body_hash **form =
	    &hashes->forms[tags->is_body_relaxed ? RELAXED : SIMPLE];

	if (*form == NULL)
		*form = body_hash_new(hashes, tags->is_body_relaxed);
	return body_hash_want(*form, tags->body_length);
}

void body_hashes_add(struct body_hashes *hashes, struct span chunk)
{
	for (size_t i = 0; i < FORMS; i++) {
		if (hashes->forms[i] != NULL)
			body_hash_add(hashes->forms[i], chunk);
	}
}

void body_hashes_finish(struct body_hashes *hashes)
{
	for (size_t i = 0; i < FORMS; i++) {
		if (hashes->forms[i] != NULL)
			body_hash_finish(hashes->forms[i]);
	}
}

enum body_verdict body_hashes_compare(const struct body_hashes *hashes,
				      const struct signature_tags *tags)
{
	const struct digest_value *value =
	    body_hash_value(form_of(hashes, tags), tags->body_length);

	if (value == NULL)
		return BODY_SHORTER;
	if (!value->is_good)
		return BODY_UNKNOWN;
	return tags->body_hash.length == DIGEST_BYTES &&
		       memcmp(tags->body_hash.data, value->bytes,
			      DIGEST_BYTES) == 0
		   ? BODY_UNCHANGED
		   : BODY_CHANGED;
}

const struct digest_value *body_hashes_whole(const struct body_hashes *hashes,
					     const struct signature_tags *tags)
{
	return body_hash_value(form_of(hashes, tags), -1);
}

bool body_hashes_is_partial(const struct body_hashes *hashes,
			    const struct signature_tags *tags)
{
	return tags->body_length >= 0 &&
	       (uint64_t)tags->body_length <
		   body_hash_length(form_of(hashes, tags));
}
