/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * body_hash.c - the hash of a canonicalised body
 *
 * RFC 6376 3.4.3 (simple): empty lines at the end go; an empty body is CRLF.
 * 3.4.4 (relaxed): blanks become one, those at the end of a line go as well;
 * an empty body is empty. 3.4.5: l= counts canonicalised bytes.
 */
#include "lib/auth/body_hash.h"

#define BUFFER_BYTES 4096

struct body_hash {
	struct digest *digest;
	bool is_relaxed;
	bool has_length;
	uint64_t left;	   /* of l= */
	uint64_t empty;	   /* lines that wait for one that is not */
	bool has_text;	   /* in the current line */
	bool has_blank;	   /* blanks wait for what follows them */
	bool has_cr;	   /* so does a CR */
	bool is_all_empty; /* no line with text so far */
	size_t used;
	char buffer[BUFFER_BYTES];
};

struct body_hash *body_hash_new(TALLOC_CTX *mem, bool is_relaxed,
				int64_t length)
{
	struct body_hash *hash = mem_new(mem, struct body_hash);

	hash->digest = digest_new(hash);
	hash->is_relaxed = is_relaxed;
	hash->has_length = length >= 0;
	hash->left = length < 0 ? 0 : (uint64_t)length;
	hash->is_all_empty = true;
	return hash;
}

static void flush(struct body_hash *hash)
{
	digest_add(hash->digest, span_make(hash->buffer, hash->used));
	hash->used = 0;
}

static void emit(struct body_hash *hash, char c)
{
	if (hash->has_length) {
		if (hash->left == 0)
			return;
		hash->left--;
	}
	if (hash->used == BUFFER_BYTES)
		flush(hash);
	hash->buffer[hash->used++] = c;
}

static void emit_line_end(struct body_hash *hash)
{
	emit(hash, '\r');
	emit(hash, '\n');
}

/* The empty lines before text count once it comes. */
static void begin_text(struct body_hash *hash)
{
	if (hash->has_text)
		return;
	for (; hash->empty > 0; hash->empty--)
		emit_line_end(hash);
	hash->has_text = true;
	hash->is_all_empty = false;
}

static void put(struct body_hash *hash, char c)
{
	if (hash->is_relaxed && (c == ' ' || c == '\t')) {
		hash->has_blank = true;
		return;
	}
	begin_text(hash);
	if (hash->has_blank)
		emit(hash, ' ');
	hash->has_blank = false;
	emit(hash, c);
}

static void end_line(struct body_hash *hash)
{
	hash->has_blank = false;
	if (hash->has_text)
		emit_line_end(hash);
	else
		hash->empty++;
	hash->has_text = false;
}

void body_hash_add(struct body_hash *hash, struct span chunk)
{
	for (size_t i = 0; i < chunk.length; i++) {
		char c = chunk.data[i];
		if (hash->has_cr && c == '\n') {
			hash->has_cr = false;
			end_line(hash);
			continue;
		}
		if (hash->has_cr)
			put(hash, '\r');
		hash->has_cr = c == '\r';
		if (!hash->has_cr)
			put(hash, c);
	}
}

struct digest_value body_hash_finish(struct body_hash *hash)
{
	if (hash->has_cr)
		put(hash, '\r');
	/* A last line without CRLF is given one. */
	if (hash->has_text)
		end_line(hash);
	if (hash->is_all_empty && !hash->is_relaxed)
		emit_line_end(hash);
	flush(hash);
	struct digest_value value = digest_finish(hash->digest);
	value.is_good = value.is_good && hash->left == 0;
	return value;
}
