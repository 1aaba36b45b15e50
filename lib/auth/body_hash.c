/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * body_hash.c - one canonical form of a body, hashed once
 *
 * RFC 6376 3.4.3 (simple): empty lines at the end go; an empty body is CRLF.
 * 3.4.4 (relaxed): blanks become one, those at the end of a line go as well;
 * an empty body is empty. 3.4.5: l= counts canonicalised bytes.
 *
 * Most bytes mean nothing to either form, so they are taken by runs. Where an
 * l= ends, the digest's state is copied. Behind the last of them nothing is
 * hashed, only counted, unless the whole is wanted too.
 */
#include "lib/auth/body_hash.h"

#include <string.h>

#include "lib/base/limits.h"

#define BUFFER_BYTES 4096

/* An l=, and the hash of what it covers. */
struct cut {
	uint64_t at;
	struct digest_value value;
};

struct body_hash {
	struct digest *digest;
	bool is_relaxed;
	bool is_whole_wanted;
	bool is_finished;
	struct cut cuts[LIMIT_BODY_LENGTHS]; /* the shortest first */
	size_t cut_count;
	size_t cuts_made;
	struct digest_value whole;
	uint64_t total;	   /* bytes of the canonical form so far */
	uint64_t empty;	   /* lines that wait for one that is not */
	bool has_text;	   /* in the current line */
	bool has_blank;	   /* blanks wait for what follows them */
	bool has_cr;	   /* so does a CR */
	bool is_all_empty; /* no line with text so far */
	size_t used;
	char buffer[BUFFER_BYTES];
};

struct body_hash *body_hash_new(TALLOC_CTX *mem, bool is_relaxed)
{
	struct body_hash *hash = mem_new(mem, struct body_hash);

	hash->digest = digest_new(hash);
	hash->is_relaxed = is_relaxed;
	hash->is_all_empty = true;
	return hash;
}

bool body_hash_want(struct body_hash *hash, int64_t length)
{
	uint64_t at = (uint64_t)length;
	size_t place = 0;

	if (length < 0) {
		hash->is_whole_wanted = true;
		return true;
	}
	while (place < hash->cut_count && hash->cuts[place].at < at)
		place++;
	if (place < hash->cut_count && hash->cuts[place].at == at)
		return true;
	if (hash->cut_count == LIMIT_BODY_LENGTHS)
		return false;
	memmove(&hash->cuts[place + 1], &hash->cuts[place],
		(hash->cut_count - place) * sizeof hash->cuts[0]);
	hash->cuts[place].at = at;
	hash->cut_count++;
	return true;
}

static void flush(struct body_hash *hash)
{
	digest_add(hash->digest, span_make(hash->buffer, hash->used));
	hash->used = 0;
}

static void append(struct body_hash *hash, const char *bytes, size_t length)
{
	hash->total += length;
	if (length > BUFFER_BYTES - hash->used)
		flush(hash);
	if (length > BUFFER_BYTES) {
		digest_add(hash->digest, span_make(bytes, length));
		return;
	}
	memcpy(hash->buffer + hash->used, bytes, length);
	hash->used += length;
}

/* How far it is to the next cut; SIZE_MAX when none is left. */
static size_t next_cut(const struct body_hash *hash)
{
	return hash->cuts_made == hash->cut_count
		   ? SIZE_MAX
		   : (size_t)(hash->cuts[hash->cuts_made].at - hash->total);
}

static void make_cut(struct body_hash *hash)
{
	flush(hash);
	struct digest *copy = digest_copy(hash, hash->digest);
	hash->cuts[hash->cuts_made++].value = digest_finish(copy);
	mem_free(copy);
}

static bool is_done(const struct body_hash *hash)
{
	return !hash->is_whole_wanted && hash->cuts_made == hash->cut_count;
}

static void emit(struct body_hash *hash, const char *bytes, size_t length)
{
	while (length >= next_cut(hash)) {
		size_t part = next_cut(hash);
		append(hash, bytes, part);
		make_cut(hash);
		bytes += part;
		length -= part;
	}
	if (is_done(hash))
		hash->total += length;
	else
		append(hash, bytes, length);
}

/* The empty lines before text count once it comes. */
static void begin_text(struct body_hash *hash)
{
	if (hash->has_text)
		return;
	for (; hash->empty > 0; hash->empty--)
		emit(hash, "\r\n", 2);
	hash->has_text = true;
	hash->is_all_empty = false;
}

/* Bytes of the current line that are hashed as they are. */
static void put(struct body_hash *hash, const char *bytes, size_t length)
{
	begin_text(hash);
	if (hash->has_blank)
		emit(hash, " ", 1);
	hash->has_blank = false;
	emit(hash, bytes, length);
}

static void end_line(struct body_hash *hash)
{
	hash->has_blank = false;
	if (hash->has_text)
		emit(hash, "\r\n", 2);
	else
		hash->empty++;
	hash->has_text = false;
}

/* Is one of these eight bytes a blank or a control? Only such a byte has its
 * high bit unset and sets it when 0x21 is taken away. */
static bool has_low_byte(const char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof word);
	return ((word - UINT64_C(0x2121212121212121)) & ~word &
		UINT64_C(0x8080808080808080)) != 0;
}

/* How many bytes from `at` on stand for themselves. */
static size_t plain_run(const struct body_hash *hash, const char *at,
			size_t length)
{
	size_t run = 0;

	if (!hash->is_relaxed) {
		const char *cr = memchr(at, '\r', length);
		return cr == NULL ? length : (size_t)(cr - at);
	}
	while (run + 8 <= length && !has_low_byte(at + run))
		run += 8;
	while (run < length && (unsigned char)at[run] > ' ')
		run++;
	return run;
}

/* A byte that may not stand for itself. */
static void take(struct body_hash *hash, const char *c)
{
	if (*c == '\r')
		hash->has_cr = true;
	else if (hash->is_relaxed && (*c == ' ' || *c == '\t'))
		hash->has_blank = true;
	else
		put(hash, c, 1);
}

/* Settles what a CR was; returns how many bytes of what follows it took. */
static size_t take_after_cr(struct body_hash *hash, char next)
{
	hash->has_cr = false;
	if (next == '\n') {
		end_line(hash);
		return 1;
	}
	put(hash, "\r", 1);
	return 0;
}

void body_hash_add(struct body_hash *hash, struct span chunk)
{
	size_t i = 0;

	while (i < chunk.length) {
		if (hash->has_cr) {
			i += take_after_cr(hash, chunk.data[i]);
			continue;
		}
		size_t run = plain_run(hash, chunk.data + i, chunk.length - i);
		if (run > 0)
			put(hash, chunk.data + i, run);
		i += run;
		if (i < chunk.length)
			take(hash, &chunk.data[i++]);
	}
}

void body_hash_finish(struct body_hash *hash)
{
	if (hash->is_finished)
		return;
	hash->is_finished = true;
	if (hash->has_cr)
		put(hash, "\r", 1);
	/* A last line without CRLF is given one. */
	if (hash->has_text)
		end_line(hash);
	if (hash->is_all_empty && !hash->is_relaxed)
		emit(hash, "\r\n", 2);
	emit(hash, "", 0); /* l=0 of an empty body */
	flush(hash);
	hash->whole = digest_finish(hash->digest);
}

uint64_t body_hash_length(const struct body_hash *hash)
{
	return hash->total;
}

const struct digest_value *body_hash_value(const struct body_hash *hash,
					   int64_t length)
{
	if (length < 0)
		return &hash->whole;
	for (size_t i = 0; i < hash->cuts_made; i++) {
		if (hash->cuts[i].at == (uint64_t)length)
			return &hash->cuts[i].value;
	}
	return NULL;
}
