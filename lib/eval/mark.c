/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mark.c - our own field, known again when mail comes back
 */
#include "lib/eval/mark.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/auth/canonical.h"
#include "lib/base/keyed_digest.h"
#include "lib/base/limits.h"
#include "lib/base/secret_file.h"
#include "lib/base/strbuf.h"

#define FIELD "Authentication-Results"
#define WORD "alignd-mark "
#define OPENING " ("
#define JOINING ", "
#define BEFORE 2 /* bytes of either */
#define DAY_S 86400
#define FUTURE_S 3600 /* clocks of a fleet are not that far apart */
#define HEX_DIGITS (2 * KEYED_DIGEST_KEY)
#define PREFIX_BYTES 64 /* "alignd mark 1764510000\n" */

struct mark_keys {
	size_t count;
	struct keyed_digest *items[LIMIT_MARK_KEYS];
};

/* --- the key file --- */

static bool read_key(struct span line, uint8_t key[KEYED_DIGEST_KEY])
{
	if (line.length != HEX_DIGITS)
		return false;
	for (size_t i = 0; i < HEX_DIGITS; i += 2) {
		int high = ascii_hex_value(line.data[i]);
		int low = ascii_hex_value(line.data[i + 1]);
		if (high < 0 || low < 0)
			return false;
		key[i / 2] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool refuse(struct mark_keys *keys, const char *path, struct error *err)
{
	mem_free(keys);
	return error_set(err, ERROR_CONFIG,
			 "%.150s: wants one to %d keys, each a line of %d hex "
			 "digits; delete it, and a restart makes a new one",
			 path, LIMIT_MARK_KEYS, HEX_DIGITS);
}

bool mark_keys_read(TALLOC_CTX *mem, struct span text, const char *path,
		    struct mark_keys **keys, struct error *err)
{
	struct mark_keys *made = mem_new(mem, struct mark_keys);
	uint8_t key[KEYED_DIGEST_KEY];
	struct span line;

	while (text.length > 0) {
		(void)span_cut(text, '\n', &line, &text);
		line = span_trim(line);
		if (line.length == 0 || line.data[0] == '#')
			continue;
		if (made->count == LIMIT_MARK_KEYS || !read_key(line, key))
			return refuse(made, path, err);
		made->items[made->count++] = keyed_digest_new(made, key);
	}
	if (made->count == 0)
		return refuse(made, path, err);
	if (!keyed_sum_is_known(made->items[0])) {
		mem_free(made);
		return error_set(err, ERROR_SYSTEM,
				 "%.150s: this OpenSSL has no Poly1305", path);
	}
	*keys = made;
	return true;
}

static bool make_file(const char *path, const struct random_source *random,
		      struct error *err)
{
	static const char comment[] =
	    "# Marks the Authentication-Results fields that alignd writes\n"
	    "# (alignd.conf(5), trust.networks). A secret. The first key "
	    "marks,\n"
	    "# further ones, a line each, are only believed.\n";
	TALLOC_CTX *mem = mem_context(NULL);
	uint8_t key[KEYED_DIGEST_KEY];
	char digits[HEX_DIGITS + 1];
	bool is_new;

	random->fill(random, key, sizeof key);
	keyed_digest_text(key, HEX_DIGITS, digits);
	const char *text = mem_printf(mem, "%s%s\n", comment, digits);
	bool ok = secret_file_make(path, span_of(text), "root", &is_new, err);
	mem_free(mem);
	return ok;
}

char *mark_keys_path(TALLOC_CTX *mem, const char *store_path)
{
	return mem_printf(mem, "%s/mark.key", text_folder(mem, store_path));
}

bool mark_keys_open(TALLOC_CTX *mem, const char *store_path,
		    const struct random_source *random, struct mark_keys **keys,
		    struct error *err)
{
	TALLOC_CTX *own = mem_context(NULL);
	const char *path = mark_keys_path(own, store_path);
	const struct secret_file secret = {
	    .name = "the key of marks", .path = path, .user = "alignd"};
	struct span text;
	bool ok = true;

	if (random != NULL && access(path, F_OK) != 0 && errno == ENOENT)
		ok = make_file(path, random, err);
	ok = ok &&
	     secret_file_read(own, &secret, LIMIT_MARK_FILE, &text, err) &&
	     mark_keys_read(mem, text, path, keys, err);
	mem_free(own);
	return ok;
}

/* --- what is covered --- */

static const char *const covered_names[] = {"From", "Date", "Message-ID"};

bool mark_covers(struct span name)
{
	for (size_t i = 0; i < COUNT_OF(covered_names); i++) {
		if (span_equals_nocase(span_trim(name), covered_names[i]))
			return true;
	}
	return false;
}

struct mark_content {
	size_t count; /* of keys */
	struct keyed_sum *sums[LIMIT_MARK_KEYS];
	uint8_t bytes[LIMIT_MARK_KEYS][KEYED_SUM_BYTES];
};

void mark_content_add(struct mark_content *content, struct span chunk)
{
	for (size_t i = 0; i < content->count; i++)
		keyed_sum_add(content->sums[i], chunk);
}

static void add_fields(struct mark_content *content,
		       const struct field_list *fields, const char *name)
{
	TALLOC_CTX *mem = mem_context(content);

	for (size_t i = 0; i < fields->count; i++) {
		struct field field = fields->items[i];
		if (span_equals_nocase(span_trim(field.name), name))
			mark_content_add(content,
					 canonical_field(mem, field, true));
	}
	mem_free(mem);
}

/* By name: a filter that puts them in another order breaks nothing. */
struct mark_content *mark_content_new(TALLOC_CTX *mem,
				      const struct mark_keys *keys,
				      const struct field_list *fields,
				      bool is_own)
{
	struct mark_content *content = mem_new(mem, struct mark_content);

	content->count = is_own ? 1 : keys->count;
	for (size_t i = 0; i < content->count; i++)
		content->sums[i] = keyed_sum_new(content, keys->items[i]);
	for (size_t i = 0; i < COUNT_OF(covered_names); i++)
		add_fields(content, fields, covered_names[i]);
	mark_content_add(content, span_of("\r\n"));
	return content;
}

void mark_content_finish(struct mark_content *content)
{
	for (size_t i = 0; i < content->count; i++)
		keyed_sum_finish(content->sums[i], content->bytes[i]);
}

/* "authentication-results:mx.test; dmarc=pass ...", without the CRLF. */
static struct span canonical_value(TALLOC_CTX *mem, struct span value)
{
	const struct field field = {.name = span_of(FIELD), .value = value};
	struct span text = canonical_field(mem, field, true);

	return span_make(text.data, text.length - strlen("\r\n"));
}

/* By the key of that index. No line end stands in the first two parts, but at
 * their ends; the last one has one length. */
static void make_digits(const struct mark_keys *keys, size_t index,
			int64_t time_s, struct span covered,
			const struct mark_content *content, char *digits)
{
	char prefix[PREFIX_BYTES];
	uint8_t digest[KEYED_DIGEST_BYTES];
	int length = snprintf(prefix, sizeof prefix, "alignd mark %lld\n",
			      (long long)time_s);
	const struct span parts[] = {
	    span_make(prefix, (size_t)length),
	    covered,
	    span_of("\r\n"),
	    span_make((const char *)content->bytes[index], KEYED_SUM_BYTES),
	};

	keyed_digest_make(keys->items[index], parts, COUNT_OF(parts), digest);
	keyed_digest_text(digest, MARK_DIGITS, digits);
}

/* --- marks --- */

/* Does the value end with a comment? In a value no token ends so, nor does a
 * quoted string. */
static bool ends_with_comment(const char *value)
{
	size_t length = strlen(value);

	return length > 0 && value[length - 1] == ')';
}

/* A mark joins the comment that it follows. */
const char *mark_write(TALLOC_CTX *mem, const struct mark_keys *keys,
		       const char *value, const struct mark_content *content,
		       int64_t time_s)
{
	bool is_joined = ends_with_comment(value);
	size_t length = strlen(value) - is_joined;
	TALLOC_CTX *own = mem_context(mem);
	struct span text = canonical_value(own, span_make(value, length));
	const char *covered =
	    mem_printf(own, "%.*s%s", (int)text.length, text.data,
		       is_joined ? JOINING : OPENING);
	char digits[MARK_DIGITS + 1];

	make_digits(keys, 0, time_s, span_of(covered), content, digits);
	mem_free(own);
	return mem_printf(mem, "%.*s%s" WORD "t=%lld m=%s)", (int)length, value,
			  is_joined ? ",\n\t" : "\n\t(", (long long)time_s,
			  digits);
}

/* Where the last word is that begins a mark; 0 without one. */
static size_t find_word(struct span text)
{
	const size_t length = strlen(WORD);
	size_t at = text.length < length ? 0 : text.length - length;

	while (at >= BEFORE && memcmp(text.data + at, WORD, length) != 0)
		at--;
	return at >= BEFORE &&
		       (memcmp(text.data + at - BEFORE, OPENING, BEFORE) == 0 ||
			memcmp(text.data + at - BEFORE, JOINING, BEFORE) == 0)
		   ? at
		   : 0;
}

/* "NAME=VALUE" and what parts it from the next; false for all else. */
static bool read_tag(struct span *rest, const char *name, char end,
		     struct span *value)
{
	struct span word;
	struct span key;

	return span_cut(*rest, end, &word, rest) &&
	       span_cut(word, '=', &key, value) && span_equals(key, name);
}

/* "t=1764510000 m=0123456789abcdef0123456789abcdef)", and nothing behind. */
static bool read_tags(struct span rest, struct mark *mark)
{
	struct span time;
	struct span digits;

	if (!read_tag(&rest, "t", ' ', &time) ||
	    !read_tag(&rest, "m", ')', &digits) || rest.length != 0 ||
	    !text_number64(time, 0, INT64_MAX / 2, &mark->time_s) ||
	    digits.length != MARK_DIGITS)
		return false;
	memcpy(mark->digits, digits.data, MARK_DIGITS);
	mark->digits[MARK_DIGITS] = '\0';
	return true;
}

bool mark_read(TALLOC_CTX *mem, struct span value, struct mark *mark)
{
	TALLOC_CTX *own = mem_context(NULL);
	struct mark found;
	bool is_mark = false;

	if (value.length <= LIMIT_AUTHRES_BYTES) {
		struct span text = canonical_value(own, value);
		size_t at = find_word(text);
		is_mark = at > 0 &&
			  read_tags(span_from(text, at + strlen(WORD)), &found);
		if (is_mark)
			found.covered =
			    span_make(mem_strndup(mem, text.data, at), at);
	}
	mem_free(own);
	if (is_mark)
		*mark = found;
	return is_mark;
}

bool mark_is_right(const struct mark *mark, const struct mark_keys *keys,
		   const struct mark_content *content, int64_t now_s)
{
	char digits[MARK_DIGITS + 1];

	if (mark->time_s > now_s + FUTURE_S ||
	    mark->time_s + MARK_DAYS * DAY_S < now_s)
		return false;
	for (size_t i = 0; i < keys->count; i++) {
		make_digits(keys, i, mark->time_s, mark->covered, content,
			    digits);
		if (keyed_digest_equals(digits, mark->digits, MARK_DIGITS))
			return true;
	}
	return false;
}
