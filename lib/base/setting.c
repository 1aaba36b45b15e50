/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting.c - one value by its row: checked, refused, stored, spelled
 * Tested by test_settings.
 */
#include "lib/base/setting.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/secret_text.h"
#include "lib/base/strbuf.h"

#define SHOWN_MAX 60 /* bytes of a refused value */

static const struct {
	const char *name;
	int64_t ms;
} units[] = {
    {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1},
};

#define UNITS COUNT_OF(units)

static const struct setting_choice flag_words[] = {
    {"yes", 1},	 {"no", 0},    {"on", 1}, {"off", 0},
    {"true", 1}, {"false", 0}, {NULL, 0},
};

/* --- words --- */

/* "12"; "90s", in the largest unit that it is a multiple of. */
static char *amount_text(TALLOC_CTX *mem, const struct setting *row,
			 int64_t amount)
{
	size_t unit = 0;

	if (row->type == SETTING_NUMBER)
		return mem_printf(mem, "%" PRId64, amount);
	if (amount == 0)
		return mem_strdup(mem, "0s");
	while (amount % units[unit].ms != 0)
		unit++;
	return mem_printf(mem, "%" PRId64 "%s", amount / units[unit].ms,
			  units[unit].name);
}

char *setting_allowed(TALLOC_CTX *mem, const struct setting *row)
{
	const struct setting_choice *choice = row->choices;

	if (row->type == SETTING_FLAG)
		return mem_strdup(mem, "yes, no");
	if (row->type == SETTING_NUMBER || row->type == SETTING_DURATION)
		return mem_printf(mem, "%s to %s",
				  amount_text(mem, row, row->min),
				  amount_text(mem, row, row->max));
	char *text = mem_strdup(mem, "");
	for (; row->type == SETTING_CHOICE && choice->name != NULL; choice++)
		text = mem_printf(mem, "%s%s%s", text,
				  choice == row->choices ? "" : ", ",
				  choice->name);
	return text;
}

bool setting_refuse(struct error *err, const char *value, const char *what)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)error_set(err, ERROR_CONFIG, "\"%s\" %s",
			text_escape(mem, span_of(value), SHOWN_MAX, true),
			what);
	mem_free(mem);
	return false;
}

/* "FOUND WHAT[ BOUND] (allowed: ...)"; returns false. */
static bool refuse_value(const struct setting *row, const char *found,
			 const char *what, const int64_t *bound,
			 struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *allowed = setting_allowed(mem, row);
	bool is_bare = ascii_is_alpha(found[0]) || ascii_is_digit(found[0]);

	if (row->is_secret)
		found = secret_text_hide(mem, found);
	if (bound != NULL)
		what = mem_printf(mem, "%s %s", what,
				  amount_text(mem, row, *bound));
	if (*allowed != '\0')
		what = mem_printf(mem, "%s (allowed: %s)", what, allowed);
	if (is_bare)
		(void)error_set(
		    err, ERROR_CONFIG, "%s %s",
		    text_escape(mem, span_of(found), SHOWN_MAX, true), what);
	else
		(void)setting_refuse(err, found, what);
	mem_free(mem);
	return false;
}

/* --- reading --- */

/* The milliseconds of a unit; 1 behind a plain number; 0: there is no such. */
static int64_t scale_of(const struct setting *row, const char *name)
{
	size_t unit = 0;

	if (row->type == SETTING_NUMBER)
		return 1;
	while (unit < UNITS && strcmp(name, units[unit].name) != 0)
		unit++;
	return unit == UNITS ? 0 : units[unit].ms;
}

static bool read_amount(const struct setting *row, const char *text,
			int64_t *number, struct error *err)
{
	bool is_number = row->type == SETTING_NUMBER;
	bool is_negative = is_number && text[0] == '-' && text[1] != '\0';
	const char *digits = text + (is_negative ? 1 : 0);
	size_t length =
	    is_number ? strlen(digits) : strspn(digits, "0123456789");
	int64_t scale = scale_of(row, digits + length);
	int64_t amount;

	if (scale == 0)
		return refuse_value(
		    row, text,
		    "is not a number with a unit of ms, s, m, h or d", NULL,
		    err);
	/* "010" would be 8 to one reader and 10 to the next */
	if (!text_number64(span_make(digits, length), 0, INT64_MAX / scale,
			   &amount))
		return refuse_value(row, text, "is not a plain decimal number",
				    NULL, err);
	amount *= is_negative ? -scale : scale;
	if (amount < row->min)
		return refuse_value(row, text, "is below", &row->min, err);
	if (amount > row->max)
		return refuse_value(row, text, "is above", &row->max, err);
	*number = amount;
	return true;
}

/* The flag (0 or 1), the number, the milliseconds or the choice's value. */
static bool read_number(const struct setting *row, const char *text,
			int64_t *number, struct error *err)
{
	const struct setting_choice *choice =
	    row->type == SETTING_FLAG ? flag_words : row->choices;

	if (row->type == SETTING_NUMBER || row->type == SETTING_DURATION)
		return read_amount(row, text, number, err);
	while (choice->name != NULL && strcmp(choice->name, text) != 0)
		choice++;
	if (choice->name == NULL)
		return refuse_value(row, text, "is not known", NULL, err);
	*number = choice->value;
	return true;
}

static bool is_text(const struct setting *row)
{
	return row->type == SETTING_TEXT || row->type == SETTING_LIST;
}

bool setting_check(const struct setting *row, const char *text,
		   struct error *err)
{
	int64_t unused;

	if (!is_text(row))
		return read_number(row, text, &unused, err);
	if (!text_is_utf8(span_of(text)))
		return refuse_value(row, text, "is not UTF-8", NULL, err);
	for (const char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return refuse_value(
			    row, text, "has a control character", NULL, err);
	}
	return row->check == NULL || row->check(text, err);
}

/* --- storing --- */

static void store_list(TALLOC_CTX *mem, const struct text_list *texts,
		       struct text_list *list)
{
	list->count = texts->count;
	list->items = mem_array(mem, const char *, texts->count);
	for (size_t i = 0; i < texts->count; i++)
		list->items[i] = mem_strdup(mem, texts->items[i]);
}

void setting_store(TALLOC_CTX *mem, const struct setting *row,
		   const struct text_list *texts, void *section_values)
{
	void *at = (char *)section_values + row->offset;
	struct error unused;
	int64_t number = 0;

	if (row->type == SETTING_LIST) {
		store_list(mem, texts, at);
		return;
	}
	bool is_checked = row->type == SETTING_TEXT ||
			  read_number(row, texts->items[0], &number, &unused);
	assert(is_checked);
	if (row->type == SETTING_FLAG)
		*(bool *)at = number != 0;
	else if (row->type == SETTING_NUMBER)
		*(long *)at = (long)number;
	else if (row->type == SETTING_DURATION)
		*(int64_t *)at = number;
	else if (row->type == SETTING_CHOICE)
		*(int *)at = (int)number;
	else
		*(const char **)at = mem_strdup(mem, texts->items[0]);
}

struct text_list setting_initial(TALLOC_CTX *mem, const struct setting *row)
{
	bool is_list = row->type == SETTING_LIST;
	struct text_list list = {.count = is_list ? 0 : 1};
	struct span rest = span_of(row->initial);
	struct span item;

	list.items = mem_array(mem, const char *, 1);
	list.items[0] = row->initial;
	while (is_list && rest.length > 0) {
		(void)span_cut(rest, ',', &item, &rest);
		item = span_trim(item);
		list.items =
		    mem_resize(mem, list.items, const char *, list.count + 1);
		list.items[list.count++] =
		    mem_strndup(mem, item.data, item.length);
	}
	return list;
}

/* --- spelling --- */

/* How long a text is in quotes, at most. */
static size_t quoted_max(const char *text)
{
	return 2 * strlen(text) + 2;
}

/* libconfuse takes "${" for an environment variable. */
static void add_quoted(struct strbuf *buf, const char *text)
{
	strbuf_add_char(buf, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\' || *text == '$')
			strbuf_add_char(buf, '\\');
		strbuf_add_char(buf, *text);
	}
	strbuf_add_char(buf, '"');
}

char *setting_quoted(TALLOC_CTX *mem, const char *text)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, quoted_max(text));
	add_quoted(&buf, text);
	return strbuf_text(&buf);
}

/* In one growing text: the origins keep it as long as the configuration. */
static char *spell_list(TALLOC_CTX *mem, const struct text_list *texts)
{
	struct strbuf buf;
	size_t max = strlen("{}");

	for (size_t i = 0; i < texts->count; i++)
		max += quoted_max(texts->items[i]) + strlen(", ");
	strbuf_init(&buf, mem, max);
	strbuf_add_char(&buf, '{');
	for (size_t i = 0; i < texts->count; i++) {
		strbuf_add_text(&buf, i == 0 ? "" : ", ");
		add_quoted(&buf, texts->items[i]);
	}
	strbuf_add_char(&buf, '}');
	return strbuf_text(&buf);
}

static char *spell_text(TALLOC_CTX *mem, const struct setting *row,
			const char *text)
{
	if (row->is_secret)
		text = secret_text_hide(mem, text);
	return setting_quoted(mem, text);
}

char *setting_spelled(TALLOC_CTX *mem, const struct setting *row,
		      const struct text_list *texts)
{
	if (row->type == SETTING_LIST)
		return spell_list(mem, texts);
	return row->type == SETTING_TEXT ? spell_text(mem, row, texts->items[0])
					 : mem_strdup(mem, texts->items[0]);
}

static const char *choice_name(const struct setting_choice *choice, int value)
{
	while (choice->name != NULL && choice->value != value)
		choice++;
	assert(choice->name != NULL);
	return choice->name;
}

char *setting_text(TALLOC_CTX *mem, const struct setting *row,
		   const void *section_values)
{
	const void *at = (const char *)section_values + row->offset;

	switch (row->type) {
	case SETTING_FLAG:
		return mem_strdup(mem, *(const bool *)at ? "yes" : "no");
	case SETTING_NUMBER:
		return amount_text(mem, row, *(const long *)at);
	case SETTING_DURATION:
		return amount_text(mem, row, *(const int64_t *)at);
	case SETTING_CHOICE:
		return mem_strdup(mem,
				  choice_name(row->choices, *(const int *)at));
	case SETTING_TEXT:
		return spell_text(mem, row, *(const char *const *)at);
	case SETTING_LIST:
		break;
	}
	return setting_spelled(mem, row, at);
}
