/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * body_hashes.c - the ways in which a message's signatures hash its body
 */
#include "lib/auth/body_hashes.h"

#include <string.h>

struct body {
	bool is_relaxed;
	int64_t length; /* l= */
	struct body_hash *hash;
	struct digest_value value;
};

struct body_hashes {
	size_t max;
	size_t count;
	struct body *items;
};

struct body_hashes *body_hashes_new(TALLOC_CTX *mem, size_t max)
{
	struct body_hashes *hashes = mem_new(mem, struct body_hashes);

	hashes->max = max;
	hashes->items = mem_array(hashes, struct body, max);
	return hashes;
}

static const struct body *find(const struct body_hashes *hashes,
			       const struct signature_tags *tags)
{
	for (size_t i = 0; i < hashes->count; i++) {
		const struct body *body = &hashes->items[i];
		if (body->is_relaxed == tags->is_body_relaxed &&
		    body->length == tags->body_length)
			return body;
	}
	return NULL;
}

bool body_hashes_want(struct body_hashes *hashes,
		      const struct signature_tags *tags)
{
	if (find(hashes, tags) != NULL)
		return true;
	if (hashes->count == hashes->max)
		return false;
	struct body *body = &hashes->items[hashes->count++];
	body->is_relaxed = tags->is_body_relaxed;
	body->length = tags->body_length;
	body->hash = body_hash_new(hashes, body->is_relaxed, body->length);
	return true;
}

void body_hashes_add(struct body_hashes *hashes, struct span chunk)
{
	for (size_t i = 0; i < hashes->count; i++)
		body_hash_add(hashes->items[i].hash, chunk);
}

void body_hashes_finish(struct body_hashes *hashes)
{
	for (size_t i = 0; i < hashes->count; i++)
		hashes->items[i].value =
		    body_hash_finish(hashes->items[i].hash);
}

enum body_verdict body_hashes_compare(const struct body_hashes *hashes,
				      const struct signature_tags *tags)
{
	const struct body *body = find(hashes, tags);

	if (body == NULL)
		return BODY_UNHASHED;
	if (!body->value.is_good || tags->body_hash.length != DIGEST_BYTES ||
	    memcmp(tags->body_hash.data, body->value.bytes, DIGEST_BYTES) != 0)
		return BODY_CHANGED;
	return BODY_UNCHANGED;
}
