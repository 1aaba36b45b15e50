/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SHOW_VALUE_H
#define SHOW_VALUE_H

/*
 * value - one thing that is said: as it is for programs, in words for people
 *
 * Plain data, borrowed: what takes a value copies it, so that texts, lists and
 * JSON need live no longer than the call.
 */

#include "lib/base/json.h"

enum value_kind {
	VALUE_NONE, /* null; "-" in a table, and no line elsewhere */
	VALUE_TEXT,
	VALUE_NUMBER,
	VALUE_FLAG, /* "yes" and "no" */
	VALUE_TIME, /* seconds since 1970 */
	VALUE_DAY,  /* likewise, of which the day is told */
	VALUE_LIST,
	VALUE_JSON, /* its words must be given */
};

struct value {
	enum value_kind kind;
	const char *text; /* of a list: what stands between its items */
	int64_t number;
	const struct text_list *list;
	const struct json *json;
	const char *words; /* for people; NULL: as for programs */
};

struct value value_none(void);
struct value value_text(const char *text);  /* none where it is NULL */
struct value value_given(const char *text); /* none where it is "" as well */
struct value value_number(int64_t number);
struct value value_flag(bool flag);
struct value value_time(int64_t time_s);       /* a time, whichever */
struct value value_time_given(int64_t time_s); /* none where it is 0 */
struct value value_day(int64_t time_s);
struct value value_day_given(int64_t time_s); /* none where it is 0 */
struct value value_list(const struct text_list *list, const char *separator);
struct value value_json(const struct json *json);

/* The value, which people read in these words; NULL: no others. */
struct value value_words(struct value value, const char *words);

/* Has it nothing to tell people? */
bool value_is_silent(struct value value);

/* What people read, "-" where there is nothing. */
const char *value_shown(TALLOC_CTX *mem, struct value value);

/* What programs read. */
void value_put(struct json *object, const char *key, struct value value);

#endif
