/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * body_hash.c - one canonical form of a body, hashed once
 *
 * RFC 6376 3.4.3 (simple): empty lines at the end go; an empty body is CRLF.
 * 3.4.4 (relaxed): blanks become one, those at the end of a line go as well;
 * an empty body is empty. 3.4.5: l= counts canonicalised bytes.
 *
 * Most of a body is its own canonical form, line ends and all, so it is hashed
 * where it stands, as far as that goes; what is not is taken byte by byte.
 * Where an l= ends, the digest's state is copied. Behind the last of them
 * nothing is hashed, only counted, unless the whole is wanted too.
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

/* Bytes that are hashed as they are, line ends among them; the last is text. */
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

/* --- what is its own canonical form --- */

typedef uint8_t block __attribute__((vector_size(16)));
typedef int8_t mask __attribute__((vector_size(16))); /* 0 or -1 each */

/* Which of a block's bytes, each behind the one before it, the relaxed form
 * changes, or needs another look: controls, a second space, a space at a line's
 * end, half a CRLF. The first of them, or the block's length. */
static size_t find_changed(const char *at)
{
	const block space = (block){0} + ' ';
	const block cr = (block){0} + '\r';
	const block lf = (block){0} + '\n';
	block now;
	block before;
	uint64_t halves[2];

	memcpy(&now, at, sizeof now);
	memcpy(&before, at - 1, sizeof before);
	mask is_control = (now < space) & (now != cr) & (now != lf);
	mask is_end = (now == space) | (now == cr);
	mask changed = is_control | (is_end & (before == space)) |
		       ((now == lf) ^ (before == cr));
	memcpy(halves, &changed, sizeof halves);
	if ((halves[0] | halves[1]) == 0)
		return sizeof now;
	/* The first byte is the lowest. */
	return halves[0] != 0
		   ? (size_t)__builtin_ctzll(le64toh(halves[0])) / 8
		   : 8 + (size_t)__builtin_ctzll(le64toh(halves[1])) / 8;
}

/* The same of one byte. */
static bool is_changed(char now, char before)
{
	bool is_end = now == '\r' || now == '\n';

	return ((unsigned char)now < ' ' && !is_end) ||
	       (before == ' ' && (now == ' ' || now == '\r')) ||
	       (now == '\n') != (before == '\r');
}

/* How many bytes from `at` on the relaxed form leaves as they are, as far as
 * can be told without what follows. The first is text. */
static size_t unchanged_run(const char *at, size_t length)
{
	size_t run = 1;

	while (run + sizeof(block) <= length) {
		size_t same = find_changed(at + run);
		run += same;
		if (same < sizeof(block))
			return run;
	}
	while (run < length && !is_changed(at[run], at[run - 1]))
		run++;
	return run;
}

/* --- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Without what waits for what follows it: line ends, relaxed also blanks. */
static size_t text_length(const struct body_hash *hash, const char *at,
			  size_t length)
{
	bool is_waiting = true;

	while (length > 0 && is_waiting) {
		char last = at[length - 1];
		bool is_end =
		    last == '\n' && length > 1 && at[length - 2] == '\r';
		is_waiting =
		    is_end || last == '\r' || (hash->is_relaxed && last == ' ');
		length -= is_end ? 2 : is_waiting;
	}
	return length;
}

/* How many bytes from the one of text at `at` on are hashed as they stand.
 * Of what was looked at behind them no byte is text, so none begins a run: a
 * body is gone through once, however it is made. */
static size_t text_run(const struct body_hash *hash, const char *at,
		       size_t length)
{
	size_t run = hash->is_relaxed ? unchanged_run(at, length) : length;

	return text_length(hash, at, run);
}

static size_t blank_run(const char *at, size_t length)
{
	size_t run = 0;

	while (run < length && is_blank(at[run]))
		run++;
	return run;
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

/* Returns how many bytes it took. */
static size_t take_bytes(struct body_hash *hash, const char *at, size_t length)
{
	if (hash->has_cr)
		return take_after_cr(hash, *at);
	if (*at == '\r') {
		hash->has_cr = true;
		return 1;
	}
	if (hash->is_relaxed && is_blank(*at)) {
		hash->has_blank = true;
		return blank_run(at, length);
	}
	size_t run = text_run(hash, at, length);
	hash_text(hash, at, run);
	return run;
}

void body_hash_add(struct body_hash *hash, struct span chunk)
{
	size_t taken = 0;

	if (!hash->has_begun)
		find_next_cut(hash);
	hash->has_begun = true;
	while (taken < chunk.length)
		taken +=
		    take_bytes(hash, chunk.data + taken, chunk.length - taken);
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
