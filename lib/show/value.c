/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value.c - one thing that is said
 * Tested by test_show.
 */
#include "lib/show/value.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/strbuf.h"

struct value value_none(void)
{
	return (struct value){.kind = VALUE_NONE};
}

struct value value_text(const char *text)
{
	if (text == NULL)
		return value_none();
	return (struct value){.kind = VALUE_TEXT, .text = text};
}

struct value value_given(const char *text)
{
	return value_text(text == NULL || *text == '\0' ? NULL : text);
}

struct value value_number(int64_t number)
{
	return (struct value){.kind = VALUE_NUMBER, .number = number};
}

struct value value_flag(bool flag)
{
	return (struct value){.kind = VALUE_FLAG, .number = flag};
}

struct value value_time(int64_t time_s)
{
	return (struct value){.kind = VALUE_TIME, .number = time_s};
}

struct value value_time_given(int64_t time_s)
{
	return time_s == 0 ? value_none() : value_time(time_s);
}

struct value value_day(int64_t time_s)
{
	return (struct value){.kind = VALUE_DAY, .number = time_s};
}

struct value value_day_given(int64_t time_s)
{
	return time_s == 0 ? value_none() : value_day(time_s);
}

struct value value_list(const struct text_list *list, const char *separator)
{
	return (struct value){
	    .kind = VALUE_LIST, .list = list, .text = separator};
}

struct value value_json(const struct json *json)
{
	return (struct value){.kind = VALUE_JSON, .json = json};
}

struct value value_words(struct value value, const char *words)
{
	value.words = words;
	return value;
}

bool value_is_silent(struct value value)
{
	return value.words == NULL &&
	       (value.kind == VALUE_NONE || value.kind == VALUE_JSON ||
		(value.kind == VALUE_LIST && value.list->count == 0));
}

static const char *join(TALLOC_CTX *mem, const struct text_list *list,
			const char *separator)
{
	struct strbuf text;
	size_t max = 0;

	for (size_t i = 0; i < list->count; i++)
		max += strlen(separator) + strlen(list->items[i]);
	strbuf_init(&text, mem, max);
	for (size_t i = 0; i < list->count; i++)
		strbuf_printf(&text, "%s%s", i == 0 ? "" : separator,
			      list->items[i]);
	return strbuf_text(&text);
}

const char *value_shown(TALLOC_CTX *mem, struct value value)
{
	char time[CLOCK_TEXT];

	if (value.words != NULL)
		return value.words;
	if (value_is_silent(value))
		return "-";
	switch (value.kind) {
	case VALUE_NUMBER:
		return mem_printf(mem, "%" PRId64, value.number);
	case VALUE_FLAG:
		return value.number != 0 ? "yes" : "no";
	case VALUE_TIME:
		return mem_strdup(mem, clock_text(value.number, time));
	case VALUE_DAY:
		return mem_strdup(mem, clock_day_text(value.number, time));
	case VALUE_LIST:
		return join(mem, value.list, value.text);
	case VALUE_TEXT:
	case VALUE_NONE:
	case VALUE_JSON:
		break;
	}
	return value.text;
}

static void put_list(struct json *object, const char *key,
		     const struct text_list *list)
{
	TALLOC_CTX *mem = mem_context(NULL);

	json_put(object, key, json_new_texts(mem, list));
	mem_free(mem);
}

void value_put(struct json *object, const char *key, struct value value)
{
	char time[CLOCK_TEXT];

	switch (value.kind) {
	case VALUE_NONE:
		json_put_null(object, key);
		return;
	case VALUE_TEXT:
		json_put_text(object, key, value.text);
		return;
	case VALUE_NUMBER:
		json_put_number(object, key, value.number);
		return;
	case VALUE_FLAG:
		json_put_flag(object, key, value.number != 0);
		return;
	case VALUE_TIME:
		json_put_text(object, key, clock_text(value.number, time));
		return;
	case VALUE_DAY:
		json_put_text(object, key, clock_day_text(value.number, time));
		return;
	case VALUE_LIST:
		put_list(object, key, value.list);
		return;
	case VALUE_JSON:
		json_put(object, key, value.json);
		return;
	}
}
