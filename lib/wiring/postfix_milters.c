/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_milters.c - the list that smtpd_milters holds
 * Tested by test_postfix_milters, test_alignctl_doctor, test_doctor.
 *
 * Words part as in mystrtokq() of Postfix: what parts them outside of braces is
 * text inside.
 */
#include "lib/wiring/postfix_milters.h"

#define SEPARATORS ", \t\r\n"

static bool is_separator(char c)
{
	return ascii_is_one_of(c, SEPARATORS);
}

/* Empty at the end of the text. */
static struct span next_word(struct span *rest)
{
	size_t start = 0;
	size_t depth = 0;

	while (start < rest->length && is_separator(rest->data[start]))
		start++;
	size_t end = start;
	for (; end < rest->length; end++) {
		char c = rest->data[end];
		if (c == '{')
			depth++;
		else if (c == '}' && depth > 0)
			depth--;
		else if (depth == 0 && is_separator(c))
			break;
	}
	struct span word = span_make(rest->data + start, end - start);
	*rest = span_from(*rest, end);
	return word;
}

static bool is_braced(struct span word)
{
	return word.length > 0 && word.data[0] == '{';
}

/* Has each brace its other, and does that of the first end the word? */
static bool is_whole(struct span word)
{
	size_t depth = 0;

	for (size_t i = 0; i < word.length; i++) {
		if (i > 0 && depth == 0 && is_braced(word))
			return false;
		if (word.data[i] == '{')
			depth++;
		else if (word.data[i] == '}' && depth-- == 0)
			return false;
	}
	return depth == 0;
}

/* The word without the braces around it. */
static struct span unbraced(struct span word)
{
	if (!is_braced(word))
		return word;
	word = span_from(word, 1);
	if (span_ends(word, "}"))
		word.length--;
	return span_trim(word);
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
	const char *found = NULL;

	while ((word = next_word(&rest)).length > 0) {
		if (!span_cut(unbraced(word), '=', &key, &value) ||
		    !span_equals(span_trim(key), name))
			continue;
		value = span_trim(value);
		found = mem_strndup(mem, value.data, value.length);
	}
	return found;
}

struct postfix_milters postfix_milters_read(TALLOC_CTX *mem, const char *text)
{
	struct postfix_milters milters = {.count = 0};
	struct span rest = span_of(text);
	struct span word;

	while ((word = next_word(&rest)).length > 0) {
		struct postfix_milter milter = read_entry(mem, unbraced(word));
		if (!is_whole(word) || *milter.endpoint == '\0') {
			milters.is_broken = true;
			continue;
		}
		milters.items =
		    mem_resize(mem, milters.items, struct postfix_milter,
			       milters.count + 1);
		milters.items[milters.count++] = milter;
	}
	return milters;
}
