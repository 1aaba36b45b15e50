/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reference.c - an incident's reference as people type it
 * Tested by test_alignctl_review.
 */
#include "tools/reference.h"

#include <string.h>

#include "lib/base/spelling.h"
#include "lib/base/strbuf.h"
#include "lib/base/text.h"

#define REFERENCE_LENGTH 9 /* "K7QX-2M4D" */
#define HALF 4
#define SHOWN_MAX 40
#define NEAR_MAX 3	/* offered */
#define NEAR_DISTANCE 2 /* of two in a million, one in thirty by chance */

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

const char *tool_reference(TALLOC_CTX *mem, const char *typed)
{
	struct strbuf text;
	size_t letters = 0;

	strbuf_init(&text, mem, strlen(typed) + 1);
	for (; *typed != '\0'; typed++) {
		if (*typed == '-' || ascii_is_blank(*typed))
			continue;
		if (letters++ == HALF)
			strbuf_add_char(&text, '-');
		strbuf_add_char(&text, upper(*typed));
	}
	return strbuf_text(&text);
}

/* The nearest ones so far, the nearest first. */
struct nearest {
	const char *wanted;
	size_t count;
	size_t distances[NEAR_MAX];
	char references[NEAR_MAX][REFERENCE_LENGTH + 1];
};

static void put_at(struct nearest *nearest, size_t at, const char *reference,
		   size_t distance)
{
	if (nearest->count < NEAR_MAX)
		nearest->count++;
	for (size_t i = nearest->count - 1; i > at; i--) {
		nearest->distances[i] = nearest->distances[i - 1];
		memcpy(nearest->references[i], nearest->references[i - 1],
		       sizeof nearest->references[i]);
	}
	nearest->distances[at] = distance;
	memcpy(nearest->references[at], reference, REFERENCE_LENGTH + 1);
}

static bool look_at(void *context, const char *reference)
{
	struct nearest *nearest = context;
	size_t at = 0;

	if (strlen(reference) != REFERENCE_LENGTH)
		return true;
	size_t distance = spelling_distance(nearest->wanted, reference);
	if (distance > NEAR_DISTANCE)
		return true;
	while (at < nearest->count && nearest->distances[at] <= distance)
		at++;
	if (at < NEAR_MAX)
		put_at(nearest, at, reference, distance);
	return true;
}

static const char *near_words(TALLOC_CTX *mem, const struct nearest *nearest)
{
	const char *words = nearest->references[0];

	for (size_t i = 1; i < nearest->count; i++)
		words = mem_printf(mem, "%s%s%s", words,
				   i + 1 == nearest->count ? " or " : ", ",
				   nearest->references[i]);
	return words;
}

static bool is_spelled_right(const char *reference)
{
	return strlen(reference) == REFERENCE_LENGTH &&
	       strpbrk(reference, "01IO") == NULL;
}

bool tool_reference_missing(TALLOC_CTX *mem, struct store_reader *reader,
			    const char *path, const char *reference,
			    struct error *err)
{
	struct nearest nearest = {.wanted = reference};
	const char *shown =
	    text_escape(mem, span_of(reference), SHOWN_MAX, true);

	if (strlen(reference) <= REFERENCE_LENGTH + NEAR_DISTANCE &&
	    !store_references(reader, look_at, &nearest, err))
		return false;
	if (nearest.count > 0 && nearest.distances[0] == 0)
		return error_set(
		    err, ERROR_INPUT,
		    "incident %s in %.80s is left out: by the other "
		    "options (name it alone), or because its row "
		    "cannot be read",
		    shown, path);
	if (nearest.count > 0)
		return error_set(err, ERROR_INPUT,
				 "no incident %s in %.80s (did you mean %s?)",
				 shown, path, near_words(mem, &nearest));
	if (!is_spelled_right(reference))
		return error_set(
		    err, ERROR_INPUT,
		    "no incident %s in %.80s (a reference is eight "
		    "letters and digits such as K7QX-2M4D, never "
		    "0, 1, I or O)",
		    shown, path);
	return error_set(err, ERROR_INPUT,
			 "no incident %s in %.80s (purged after "
			 "store.keep_incidents, or of another host?)",
			 shown, path);
}
