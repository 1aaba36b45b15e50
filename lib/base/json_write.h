/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

/*
 * json_write - JSON written straight to its text
 *
 * For what is made of every message: no tree, no block for each value. The
 * text is the one that json_text() makes of the same values (json.h): one line,
 * ASCII only, bytes that are not UTF-8 and control bytes spelled \xHH. Members
 * come in the order of the calls; to give no key twice is the caller's affair.
 *
 *	json_write_begin(&json, mem);
 *	json_write_object(&json, NULL);
 *	json_write_text(&json, "domain", "example.com");
 *	json_write_end_object(&json);
 *	return json_write_done(&json);
 *
 * `key` is a constant of ours that needs no escape, NULL for an item of a list
 * and for the outermost value.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/strbuf.h"
#include "lib/base/text.h"

struct json_writer {
	struct strbuf out;
	bool has_before; /* a value, in the object or list that is open */
};

void json_write_begin(struct json_writer *json, TALLOC_CTX *mem);
/* The text, below that context. */
char *json_write_done(struct json_writer *json);

void json_write_object(struct json_writer *json, const char *key);
void json_write_end_object(struct json_writer *json);
void json_write_list(struct json_writer *json, const char *key);
void json_write_end_list(struct json_writer *json);

/* NULL text writes null. */
void json_write_text(struct json_writer *json, const char *key,
		     const char *text);
void json_write_number(struct json_writer *json, const char *key,
		       int64_t number);
void json_write_flag(struct json_writer *json, const char *key, bool flag);
void json_write_null(struct json_writer *json, const char *key);
/* A list of texts. */
void json_write_texts(struct json_writer *json, const char *key,
		      const struct text_list *texts);
/* What is JSON already. */
void json_write_value(struct json_writer *json, const char *key,
		      const char *value);

/* A text as a value, with its quotes. */
void json_write_quoted(struct strbuf *out, struct span text);

#endif
