/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request.c - what somebody asks the desk for
 * Tested by test_desk_request, fuzz_desk.
 */
#include "lib/desk/request.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/text.h"

/* --- the path --- */

static bool is_path_letter(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) ||
	       ascii_is_one_of(c, "/-.");
}

static bool read_path(TALLOC_CTX *mem, struct span text, const char **path,
		      struct error *err)
{
	bool is_good = text.length > 0 && text.data[0] == '/';

	for (size_t i = 0; is_good && i < text.length; i++)
		is_good = is_path_letter(text.data[i]);
	char *copy = mem_strndup(mem, text.data, text.length);
	if (!is_good || strstr(copy, "//") != NULL ||
	    strstr(copy, "..") != NULL)
		return error_set(err, ERROR_USAGE, "there is no such page");
	*path = copy;
	return true;
}

/* --- parameters --- */

/* "a%40b.test+x" is "a@b.test x"; NULL: badly encoded, or no line of text. */
static char *decode(TALLOC_CTX *mem, struct span text)
{
	char *decoded = mem_array(mem, char, text.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (c == '%') {
			if (text.length - i < 3)
				return NULL;
			int high = ascii_hex_value(text.data[i + 1]);
			int low = ascii_hex_value(text.data[i + 2]);
			if (high < 0 || low < 0)
				return NULL;
			c = (char)(high * 16 + low);
			i += 2;
		} else if (c == '+') {
			c = ' ';
		}
		decoded[length++] = c;
	}
	return text_is_line(span_make(decoded, length)) ? decoded : NULL;
}

static bool has_name(const struct desk_request *request, const char *name)
{
	for (size_t i = 0; i < request->count; i++) {
		if (strcmp(request->items[i].name, name) == 0)
			return true;
	}
	return false;
}

static bool take_parameter(TALLOC_CTX *mem, struct desk_request *request,
			   struct span text, struct error *err)
{
	struct span name_text;
	struct span value_text;

	if (text.length == 0)
		return true;
	(void)span_cut(text, '=', &name_text, &value_text);
	const char *name = decode(mem, name_text);
	const char *value = decode(mem, value_text);
	if (name == NULL || value == NULL)
		return error_set(err, ERROR_USAGE,
				 "what was asked for is not well encoded: type "
				 "it into the field, or choose a link");
	if (has_name(request, name))
		return error_set(err, ERROR_USAGE, "%s is given twice",
				 text_escape(mem, span_of(name), 40, true));
	if (request->count == LIMIT_DESK_PARAMETERS)
		return error_set(err, ERROR_USAGE,
				 "more than %d parameters are given",
				 LIMIT_DESK_PARAMETERS);
	request->items[request->count++] = (struct desk_parameter){
	    .name = name,
	    .value = mem_strndup(mem, span_trim(span_of(value)).data,
				 span_trim(span_of(value)).length)};
	return true;
}

bool desk_request_read(TALLOC_CTX *mem, const char *target,
		       struct desk_request *request, struct error *err)
{
	struct desk_request read = {
	    .items =
		mem_array(mem, struct desk_parameter, LIMIT_DESK_PARAMETERS)};
	struct span path;
	struct span query;

	if (strlen(target) > LIMIT_DESK_TARGET_BYTES)
		return error_set(err, ERROR_USAGE,
				 "the address is longer than %d bytes",
				 LIMIT_DESK_TARGET_BYTES);
	(void)span_cut(span_of(target), '?', &path, &query);
	if (!read_path(mem, path, &read.path, err))
		return false;
	while (query.length > 0) {
		struct span item;
		(void)span_cut(query, '&', &item, &query);
		if (!take_parameter(mem, &read, item, err))
			return false;
	}
	*request = read;
	return true;
}

const char *desk_request_value(const struct desk_request *request,
			       const char *name)
{
	for (size_t i = 0; i < request->count; i++) {
		if (strcmp(request->items[i].name, name) == 0)
			return *request->items[i].value == '\0'
				   ? NULL
				   : request->items[i].value;
	}
	return NULL;
}

void desk_url_add(struct strbuf *url, const char *text)
{
	for (; *text != '\0'; text++) {
		if (ascii_is_alpha(*text) || ascii_is_digit(*text) ||
		    ascii_is_one_of(*text, "-._"))
			strbuf_add_char(url, *text);
		else
			strbuf_printf(url, "%%%02X",
				      (unsigned)(unsigned char)*text);
	}
}
