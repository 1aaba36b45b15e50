/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_MARK_H
#define EVAL_MARK_H

/*
 * mark - our own Authentication-Results field, known again when mail comes back
 *
 * A content filter hands mail back from a trusted network. Its mail is not
 * evaluated, and what claims to be ours is removed from it; but one of these
 * fields is what this host wrote when the mail came in. A mark at the field's
 * end says so:
 *
 *   (alignd-mark t=1764510000 m=0123456789abcdef0123456789abcdef)
 *
 * It is a comment, which every reader of RFC 8601 leaves out, or the end of one
 * that stands there, since some readers take no two in a row; m= are 128 bits
 * of an HMAC-SHA-256 over t=, the field itself (and in it the authserv-id), all
 * From, Date and Message-ID fields, and the body. Header fields are taken in
 * the relaxed form, so that one who folds them anew breaks nothing; the body
 * byte by byte. Valid for MARK_DAYS days.
 *
 * Who has a marked mail can bring that same mail once more, to readers who then
 * see what was true of it, and nothing else: another body, author or result has
 * another digest. SECURITY.md has the whole of it.
 *
 * The key is `mark.key` beside the store, mode 0600, made at the first start.
 * Hosts that share the file believe each other's marks. Its first key marks;
 * further ones, a line each, are only believed.
 */

#include "lib/base/error.h"
#include "lib/base/random.h"
#include "lib/mail/field_list.h"

#define MARK_DAYS 5
#define MARK_DIGITS 32 /* of m= */

/* Immutable; for any number of threads. */
struct mark_keys;

/* Where they are, beside the store. */
char *mark_keys_path(TALLOC_CTX *mem, const char *store_path);

/* Reads the keys there; makes a file with one from `random` where
 * there is none and `random` is not NULL. Below `mem`. */
bool mark_keys_open(TALLOC_CTX *mem, const char *store_path,
		    const struct random_source *random, struct mark_keys **keys,
		    struct error *err) __attribute__((warn_unused_result));

/* "HEX\n# comment\nHEX\n": the text of such a file, called `path` in words. */
bool mark_keys_read(TALLOC_CTX *mem, struct span text, const char *path,
		    struct mark_keys **keys, struct error *err)
    __attribute__((warn_unused_result));

/* Does a mark cover the field of that name? (Beside the body, and the field
 * that it stands in.) */
bool mark_covers(struct span name);

/* What a mark covers of a message beside its field, summed up as it comes. */
struct mark_content;

/* At the end of the header: `fields` may have any others beside those covered,
 * and are not needed any more. For a mark of our own, by the first key; or for
 * marks to be looked at, by each. Dies with `mem`. */
struct mark_content *mark_content_new(TALLOC_CTX *mem,
				      const struct mark_keys *keys,
				      const struct field_list *fields,
				      bool is_own);
/* The body, in pieces. */
void mark_content_add(struct mark_content *content, struct span chunk);
/* Once, at its end, before the two below. */
void mark_content_finish(struct mark_content *content);

/* The field's `value` with a mark at its end, below `mem`. */
const char *mark_write(TALLOC_CTX *mem, const struct mark_keys *keys,
		       const char *value, const struct mark_content *content,
		       int64_t time_s);

/* A field that ends with what looks like a mark. */
struct mark {
	int64_t time_s;
	struct span covered; /* the field up to it, in relaxed form */
	char digits[MARK_DIGITS + 1];
};

/* False: it ends with none. The texts belong to `mem`. */
bool mark_read(TALLOC_CTX *mem, struct span value, struct mark *mark);

/* Is it ours, of this message, and of these days? */
bool mark_is_right(const struct mark *mark, const struct mark_keys *keys,
		   const struct mark_content *content, int64_t now_s);

#endif
