/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_JSON_H
#define BASE_JSON_H

/*
 * json - writing and reading small JSON documents, through jansson
 *
 * Values hang below a talloc context and are freed with it. Text is made valid
 * before it is stored: bytes that are not UTF-8, and control bytes, become
 * \xHH as text_escape spells them, so that a setter never fails. Keys keep the
 * order in which they were put. What is only written, of every message, is
 * json_write.h's.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

struct json; /* an object or an array, owned by its context */

struct json *json_new_object(TALLOC_CTX *mem);
struct json *json_new_array(TALLOC_CTX *mem);

/* NULL text puts null. */
void json_put_text(struct json *object, const char *key, const char *text);
void json_put_number(struct json *object, const char *key, int64_t number);
void json_put_flag(struct json *object, const char *key, bool flag);
void json_put_null(struct json *object, const char *key);
/* The child keeps its own context; the parent shares its value. */
void json_put(struct json *object, const char *key, const struct json *child);
/* All members of an object that json_write.h wrote. */
void json_put_members(struct json *object, const char *text);

void json_add_text(struct json *array, const char *text);
/* An array of texts. */
struct json *json_new_texts(TALLOC_CTX *mem, const struct text_list *texts);
void json_add(struct json *array, const struct json *child);

/* One line, ASCII only. */
char *json_text(TALLOC_CTX *mem, const struct json *value);

/*
 * What is kept has a bound in bytes as it is kept: what json_text() makes of
 * it, where a byte of a stranger's text can become six.
 */

/* Bytes of a clean text in json_text()'s form, without its quotes. */
size_t json_text_bytes(const char *text);

/* The text, or as much of its beginning as takes `max` bytes in that form
 * together with a mark: "v=DKIM1; p=MIG... (cut: 15000 bytes)". `length` is
 * what is told, that of the whole; `text` may be a part of it already. */
const char *json_cut(TALLOC_CTX *mem, const char *text, size_t length,
		     size_t max);

/* How much of a text stands before such a mark; all of it where there is
 * none. */
size_t json_uncut_length(const char *text);

/* json_text() of at most `max` bytes. A value that takes more has its texts
 * cut, of JSON_PART_MAX bytes at most, then its lists, behind whose last item
 * {"left_out": N} or "(N more)" says so; one that would take more even then
 * becomes {"cut": BYTES}, or a list of that. */
#define JSON_PART_MAX 1024
char *json_text_within(TALLOC_CTX *mem, const struct json *value, size_t max);
/* Likewise of what json_write.h wrote; the text itself where it fits. */
const char *json_within(TALLOC_CTX *mem, const char *text, size_t max);

/*
 * Reading what the store keeps. NULL when it is not such JSON.
 *
 * What is read may be of any kind: asking a list for a key, an object for an
 * item, or NULL for either finds nothing, as a key that is not there does.
 */
struct json *json_read(TALLOC_CTX *mem, const char *text);
/* The text at `key`, or NULL. It lives as long as `object`. */
const char *json_get_text(const struct json *object, const char *key);
int64_t json_get_number(const struct json *object, const char *key,
			int64_t otherwise);
bool json_get_flag(const struct json *object, const char *key);
/* The object or array at `key`, below `mem`; NULL when there is none. */
struct json *json_get(TALLOC_CTX *mem, const struct json *object,
		      const char *key);
size_t json_count(const struct json *array);
struct json *json_item(TALLOC_CTX *mem, const struct json *array, size_t index);
const char *json_item_text(const struct json *array, size_t index);

#endif
