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

#include <endian.h>
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
	bool has_begun; /* nothing can be wanted any more */
	bool is_finished;
	struct cut cuts[LIMIT_BODY_LENGTHS]; /* the shortest first */
	size_t cut_count;
	size_t cuts_made;
	struct digest_value whole;
	uint64_t total;	    /* bytes of the canonical form so far */
	uint64_t until_cut; /* bytes to the next cut; greatest: none */
	bool is_done;	    /* nothing is hashed any more */
	uint64_t empty;	    /* lines that wait for one that is not */
	bool has_text;	    /* in the current line */
	bool has_blank;	    /* blanks wait for what follows them */
	bool has_cr;	    /* so does a CR */
	bool is_all_empty;  /* no line with text so far */
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
	if (hash->is_done)
		return;
	if (length > BUFFER_BYTES - hash->used)
		flush(hash);
	if (length > BUFFER_BYTES) {
		digest_add(hash->digest, span_make(bytes, length));
		return;
	}
	memcpy(hash->buffer + hash->used, bytes, length);
	hash->used += length;
}

static void make_cut(struct body_hash *hash)
{
	flush(hash);
	struct digest *copy = digest_copy(hash, hash->digest);
	hash->cuts[hash->cuts_made++].value = digest_finish(copy);
	mem_free(copy);
}

static void find_next_cut(struct body_hash *hash)
{
	bool is_last = hash->cuts_made == hash->cut_count;

	hash->until_cut =
	    is_last ? UINT64_MAX : hash->cuts[hash->cuts_made].at - hash->total;
	hash->is_done = is_last && !hash->is_whole_wanted;
}

static void emit(struct body_hash *hash, const char *bytes, size_t length)
{
	while (length >= hash->until_cut) {
		size_t part = (size_t)hash->until_cut;
		append(hash, bytes, part);
		make_cut(hash);
		find_next_cut(hash);
		bytes += part;
		length -= part;
	}
	hash->until_cut -= length;
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
static void hash_text(struct body_hash *hash, const char *bytes, size_t length)
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

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Which of these eight bytes are spaces: the high bit of each. */
static uint64_t spaces_in(uint64_t word)
{
	uint64_t rest = word ^ EACH_BYTE(' ');
	uint64_t low = (rest & EACH_BYTE(0x7f)) + EACH_BYTE(0x7f);

	return ~(low | rest | EACH_BYTE(0x7f));
}

/* Only a byte below a space has its high bit unset and sets it when a space is
 * taken away. */
static bool has_control(uint64_t word)
{
	return ((word - EACH_BYTE(' ')) & ~word & EACH_BYTE(0x80)) != 0;
}

/* How many bytes from `at` on are neither controls nor a second space, by
 * eights. */
static size_t skip_eights(const char *at, size_t length, bool *is_after_space)
{
	uint64_t word;
	size_t run = 0;

	for (; run + sizeof word <= length; run += sizeof word) {
		memcpy(&word, at + run, sizeof word);
		word = le64toh(word); /* the first byte is the lowest */
		uint64_t spaces = spaces_in(word);
		if (has_control(word) || (spaces & spaces << 8) != 0 ||
		    ((spaces & 0x80) != 0 && *is_after_space))
			break;
		*is_after_space = spaces >> 63 != 0;
	}
	return run;
}

/* How many bytes from `at` on stand for themselves. Relaxed, a single space
 * within a line does, but only with what follows it. */
static size_t plain_run(const struct body_hash *hash, const char *at,
			size_t length)
{
	bool is_after_space = hash->has_blank;

	if (!hash->is_relaxed) {
		const char *cr = memchr(at, '\r', length);
		return cr == NULL ? length : (size_t)(cr - at);
	}
	size_t run = skip_eights(at, length, &is_after_space);
	for (; run < length && (unsigned char)at[run] >= ' '; run++) {
		if (at[run] == ' ' && is_after_space)
			break;
		is_after_space = at[run] == ' ';
	}
	return run > 0 && at[run - 1] == ' ' ? run - 1 : run;
}

/* A byte that may not stand for itself. */
static void take_byte(struct body_hash *hash, const char *c)
{
	if (*c == '\r')
		hash->has_cr = true;
	else if (hash->is_relaxed && (*c == ' ' || *c == '\t'))
		hash->has_blank = true;
	else
		hash_text(hash, c, 1);
}

/* Settles what a CR was; returns how many bytes of what follows it took. */
static size_t take_after_cr(struct body_hash *hash, char next)
{
	hash->has_cr = false;
	if (next == '\n') {
		end_line(hash);
		return 1;
	}
	hash_text(hash, "\r", 1);
	return 0;
}

void body_hash_add(struct body_hash *hash, struct span chunk)
{
	size_t i = 0;

	if (!hash->has_begun)
		find_next_cut(hash);
	hash->has_begun = true;
	while (i < chunk.length) {
		if (hash->has_cr) {
			i += take_after_cr(hash, chunk.data[i]);
			continue;
		}
		size_t run = plain_run(hash, chunk.data + i, chunk.length - i);
		if (run > 0)
			hash_text(hash, chunk.data + i, run);
		i += run;
		if (i < chunk.length)
			take_byte(hash, &chunk.data[i++]);
	}
}

void body_hash_finish(struct body_hash *hash)
{
	if (hash->is_finished)
		return;
	hash->is_finished = true;
	body_hash_add(hash, span_make("", 0));
	if (hash->has_cr)
		hash_text(hash, "\r", 1);
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
