/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_value.c - one value by its row: read, refused, stored
 *
 * A value goes through setting_read whatever its source, so a default, a file
 * and a command line meet the same bounds and the same words. Pure.
 */
#include "lib/base/settings_row.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#define REFUSED_SHOWN_MAX 60 /* of a value in a message */

#define FOUND_MAX 60 /* bytes of a refused value shown */

static const struct {
	const char *name;
	int64_t ms;
} duration_units[] = {
    {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1},
};

static const struct setting_choice flag_words[] = {
    {"yes", 1},	 {"no", 0},    {"on", 1}, {"off", 0},
    {"true", 1}, {"false", 0}, {NULL, 0},
};

#define DURATION_UNITS (sizeof duration_units / sizeof duration_units[0])

/* --- words --- */

static char *duration_text(TALLOC_CTX *mem, int64_t ms)
{
	size_t unit = 0;

	if (ms == 0)
		return mem_strdup(mem, "0s");
	while (ms % duration_units[unit].ms != 0)
		unit++;
	return mem_printf(mem, "%" PRId64 "%s", ms / duration_units[unit].ms,
			  duration_units[unit].name);
}

char *setting_amount_text(TALLOC_CTX *mem, const struct setting *row,
			  int64_t amount)
{
	if (row->type == SETTING_DURATION)
		return duration_text(mem, amount);
	return mem_printf(mem, "%" PRId64, amount);
}

static char *choices_text(TALLOC_CTX *mem, const struct setting_choice *choice)
{
	char *text = mem_strdup(mem, choice->name);

	for (choice++; choice->name != NULL; choice++)
		text = mem_printf(mem, "%s, %s", text, choice->name);
	return text;
}

char *setting_allowed_text(TALLOC_CTX *mem, const struct setting *row)
{
	switch (row->type) {
	case SETTING_FLAG:
		return mem_strdup(mem, "yes, no");
	case SETTING_NUMBER:
	case SETTING_DURATION:
		return mem_printf(mem, "%s to %s",
				  setting_amount_text(mem, row, row->min),
				  setting_amount_text(mem, row, row->max));
	case SETTING_CHOICE:
		return choices_text(mem, row->choices);
	case SETTING_TEXT:
	case SETTING_LIST:
		break;
	}
	return mem_strdup(mem, "");
}

/* "FOUND WHAT (allowed: ...)"; returns false. */
static bool refuse(const struct setting *row, const char *found,
		   const char *what, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *allowed = setting_allowed_text(mem, row);
	bool is_bare = ascii_is_alpha(found[0]) || ascii_is_digit(found[0]);

	(void)error_set(err, ERROR_CONFIG, "%s%s%s %s%s%s%s",
			is_bare ? "" : "\"",
			text_escape(mem, span_of(found), FOUND_MAX, true),
			is_bare ? "" : "\"", what,
			*allowed == '\0' ? "" : " (allowed: ", allowed,
			*allowed == '\0' ? "" : ")");
	mem_free(mem);
	return false;
}

static bool refuse_bound(const struct setting *row, const char *found,
			 const char *side, int64_t bound, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)refuse(row, found,
		     mem_printf(mem, "is %s %s", side,
				setting_amount_text(mem, row, bound)),
		     err);
	mem_free(mem);
	return false;
}

/* --- reading --- */

static bool find_choice(const struct setting_choice *choice, const char *text,
			int64_t *number)
{
	for (; choice->name != NULL; choice++) {
		if (strcmp(choice->name, text) == 0) {
			*number = choice->value;
			return true;
		}
	}
	return false;
}

static bool within(const struct setting *row, const char *text, int64_t amount,
		   struct error *err)
{
	if (amount < row->min)
		return refuse_bound(row, text, "below", row->min, err);
	if (amount > row->max)
		return refuse_bound(row, text, "above", row->max, err);
	return true;
}

static bool read_number(const struct setting *row, const char *text,
			int64_t *number, struct error *err)
{
	struct span digits = span_of(text);
	bool is_negative = digits.length > 1 && text[0] == '-';
	long amount = 0;

	if (is_negative)
		digits = span_make(text + 1, digits.length - 1);
	/* "010" would be 8 to one reader and 10 to the next */
	if (!text_number(digits, 0, LONG_MAX, &amount))
		return refuse(row, text, "is not a plain decimal number", err);
	if (is_negative)
		amount = -amount;
	if (!within(row, text, amount, err))
		return false;
	*number = amount;
	return true;
}

static bool read_duration(const struct setting *row, const char *text,
			  int64_t *number, struct error *err)
{
	size_t digits = strspn(text, "0123456789");
	long amount = 0;
	size_t unit = 0;

	while (unit < DURATION_UNITS &&
	       strcmp(text + digits, duration_units[unit].name) != 0)
		unit++;
	if (unit == DURATION_UNITS)
		return refuse(row, text,
			      "is not a number with a unit of ms, s, m, h or d",
			      err);
	if (!text_number(span_make(text, digits), 0,
			 LONG_MAX / duration_units[unit].ms, &amount))
		return refuse(row, text, "is not a plain decimal number", err);
	if (!within(row, text, amount * duration_units[unit].ms, err))
		return false;
	*number = amount * duration_units[unit].ms;
	return true;
}

static bool read_text(const struct setting *row, const char *text,
		      struct error *err)
{
	if (!text_is_utf8(span_of(text)))
		return refuse(row, text, "is not UTF-8", err);
	for (const char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return refuse(row, text, "has a control character",
				      err);
	}
	return row->check == NULL || row->check(text, err);
}

static bool read_choice(const struct setting *row,
			const struct setting_choice *choices, const char *text,
			int64_t *number, struct error *err)
{
	if (!find_choice(choices, text, number))
		return refuse(row, text, "is not known", err);
	return true;
}

bool setting_read(const struct setting *row, const char *text, int64_t *number,
		  struct error *err)
{
	switch (row->type) {
	case SETTING_FLAG:
		return read_choice(row, flag_words, text, number, err);
	case SETTING_NUMBER:
		return read_number(row, text, number, err);
	case SETTING_DURATION:
		return read_duration(row, text, number, err);
	case SETTING_CHOICE:
		return read_choice(row, row->choices, text, number, err);
	case SETTING_TEXT:
	case SETTING_LIST:
		break;
	}
	*number = 0;
	return read_text(row, text, err);
}

/* --- storing --- */

static void *place(const struct setting *row, void *section_values)
{
	return (char *)section_values + row->offset;
}

void setting_store(TALLOC_CTX *mem, const struct setting *row, const char *text,
		   int64_t number, void *section_values)
{
	void *at = place(row, section_values);

	assert(row->type != SETTING_LIST); /* setting_store_list */
	switch (row->type) {
	case SETTING_FLAG:
		*(bool *)at = number != 0;
		break;
	case SETTING_NUMBER:
		*(long *)at = (long)number;
		break;
	case SETTING_DURATION:
		*(int64_t *)at = number;
		break;
	case SETTING_CHOICE:
		*(int *)at = (int)number;
		break;
	case SETTING_TEXT:
		*(const char **)at = mem_strdup(mem, text);
		break;
	case SETTING_LIST:
		break;
	}
}

void setting_store_list(TALLOC_CTX *mem, const struct setting *row,
			const struct text_list *items, void *section_values)
{
	struct text_list *list = place(row, section_values);

	list->count = items->count;
	list->items = mem_array(mem, const char *, items->count);
	for (size_t i = 0; i < items->count; i++)
		list->items[i] = mem_strdup(mem, items->items[i]);
}

struct text_list setting_initial_items(TALLOC_CTX *mem,
				       const struct setting *row)
{
	struct text_list list = {0};
	struct span rest = span_of(row->initial);
	struct span item;

	while (rest.length > 0) {
		(void)span_cut(rest, ',', &item, &rest);
		item = span_trim(item);
		list.items =
		    mem_resize(mem, list.items, const char *, list.count + 1);
		list.items[list.count++] =
		    mem_strndup(mem, item.data, item.length);
	}
	return list;
}

bool settings_refuse(struct error *err, const char *value, const char *what)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)error_set(
	    err, ERROR_CONFIG, "\"%s\" %s",
	    text_escape(mem, span_of(value), REFUSED_SHOWN_MAX, true), what);
	mem_free(mem);
	return false;
}
