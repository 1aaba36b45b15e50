/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_milters.c - the list that smtpd_milters holds
 * Tested by test_alignctl_doctor, test_doctor.
 */
#include "lib/wiring/postfix_milters.h"

#include <string.h>

#define SEPARATORS ", \t\r\n"

static bool is_separator(char c)
{
	return strchr(SEPARATORS, c) != NULL;
}

/* The next entry, without its braces; an open brace ends with the text. */
static struct span next_entry(struct span *rest)
{
	size_t start = 0;

	while (start < rest->length && is_separator(rest->data[start]))
		start++;
	bool is_braced = start < rest->length && rest->data[start] == '{';
	size_t end = is_braced ? ++start : start;
	while (end < rest->length &&
	       (is_braced ? rest->data[end] != '}'
			  : !is_separator(rest->data[end])))
		end++;
	struct span entry = span_make(rest->data + start, end - start);
	if (is_braced && end < rest->length)
		end++;
	*rest = span_make(rest->data + end, rest->length - end);
	return entry;
}

static struct span next_word(struct span *rest)
{
	struct span copy = *rest;
	size_t start = 0;

	while (start < copy.length && is_separator(copy.data[start]))
		start++;
	size_t end = start;
	while (end < copy.length && !is_separator(copy.data[end]))
		end++;
	*rest = span_make(copy.data + end, copy.length - end);
	return span_make(copy.data + start, end - start);
}

static struct postfix_milter read_entry(TALLOC_CTX *mem, struct span entry)
{
	struct span word = next_word(&entry);

	return (struct postfix_milter){
	    .endpoint = mem_strndup(mem, word.data, word.length),
	    .settings = mem_strndup(mem, entry.data, entry.length),
	};
}

const char *postfix_milter_setting(TALLOC_CTX *mem,
				   const struct postfix_milter *milter,
				   const char *name)
{
	struct span rest = span_of(milter->settings);
	struct span word;
	struct span key;
	struct span value;

	while ((word = next_word(&rest)).length > 0) {
		if (span_cut(word, '=', &key, &value) && span_equals(key, name))
			return mem_strndup(mem, value.data, value.length);
	}
	return NULL;
}

struct postfix_milters postfix_milters_read(TALLOC_CTX *mem, const char *text)
{
	struct postfix_milters milters = {.count = 0};
	struct span rest = span_of(text);
	struct span entry;

	while (rest.length > 0) {
		entry = next_entry(&rest);
		if (span_trim(entry).length == 0)
			continue;
		milters.items =
		    mem_resize(mem, milters.items, struct postfix_milter,
			       milters.count + 1);
		milters.items[milters.count++] = read_entry(mem, entry);
	}
	return milters;
}
