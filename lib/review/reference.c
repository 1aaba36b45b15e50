/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reference.c - an incident's reference as people type it
 * Tested by test_alignctl_review.
 */
#include "lib/review/reference.h"

#include <string.h>

#include "lib/base/spelling.h"
#include "lib/base/strbuf.h"
#include "lib/base/text.h"

#define REFERENCE_LENGTH 9 /* "K7QX-2M4D" */
#define HALF 4
#define SHOWN_MAX 40
#define NEAR_DISTANCE 2 /* of two in a million, one in thirty by chance */

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

const char *review_reference(TALLOC_CTX *mem, const char *typed)
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

/* --- those spelled nearly like it --- */

struct search {
	const char *wanted;
	const char *author_domain;
	struct store_reader *reader;
	struct review_near *near;
	struct error *err;
	bool has_failed;
};

static void put_at(struct review_near *near, size_t at, const char *reference,
		   size_t distance)
{
	if (near->count < REVIEW_NEAR_MAX)
		near->count++;
	for (size_t i = near->count - 1; i > at; i--) {
		near->distances[i] = near->distances[i - 1];
		memcpy(near->references[i], near->references[i - 1],
		       sizeof near->references[i]);
	}
	near->distances[at] = distance;
	memcpy(near->references[at], reference, REFERENCE_LENGTH + 1);
}

static bool note_incident(void *context, const struct store_incident *incident)
{
	(void)incident;
	*(bool *)context = true;
	return false;
}

/* Is it one that may be told? */
static bool is_in_scope(struct search *search, const char *reference)
{
	const struct store_filter filter = {
	    .reference = reference, .author_domain = search->author_domain};
	bool is_there = false;

	if (search->author_domain == NULL)
		return true;
	search->has_failed =
	    !store_incidents(search->reader, &filter, note_incident, &is_there,
			     search->err);
	return !search->has_failed && is_there;
}

static bool is_known(const struct review_near *near, const char *reference)
{
	for (size_t i = 0; i < near->count; i++) {
		if (strcmp(near->references[i], reference) == 0)
			return true;
	}
	return false;
}

static bool look_at(void *context, const char *reference)
{
	struct search *search = context;
	struct review_near *near = search->near;
	size_t at = 0;

	if (strlen(reference) != REFERENCE_LENGTH)
		return true;
	size_t distance = spelling_distance(search->wanted, reference);
	if (distance > NEAR_DISTANCE)
		return true;
	while (at < near->count && near->distances[at] <= distance)
		at++;
	if (at < REVIEW_NEAR_MAX && !is_known(near, reference) &&
	    is_in_scope(search, reference))
		put_at(near, at, reference, distance);
	return !search->has_failed;
}

bool review_reference_near(struct store_reader *reader, const char *reference,
			   const char *author_domain, struct review_near *near,
			   struct error *err)
{
	struct review_near found = {.count = 0};
	struct search search = {.wanted = reference,
				.author_domain = author_domain,
				.reader = reader,
				.near = &found,
				.err = err};

	if (strlen(reference) <= REFERENCE_LENGTH + NEAR_DISTANCE &&
	    (!store_references(reader, reference, look_at, &search, err) ||
	     search.has_failed))
		return false;
	*near = found;
	return true;
}

static const char *near_words(TALLOC_CTX *mem, const struct review_near *near)
{
	const char *words = near->references[0];

	for (size_t i = 1; i < near->count; i++)
		words = mem_printf(mem, "%s%s%s", words,
				   i + 1 == near->count ? " or " : ", ",
				   near->references[i]);
	return words;
}

bool review_reference_is_spelled(const char *reference)
{
	return strlen(reference) == REFERENCE_LENGTH &&
	       strpbrk(reference, "01IO") == NULL;
}

bool review_reference_missing(TALLOC_CTX *mem, struct store_reader *reader,
			      const char *path, const char *reference,
			      struct error *err)
{
	struct review_near nearest;
	const char *shown =
	    text_escape(mem, span_of(reference), SHOWN_MAX, true);

	if (!review_reference_near(reader, reference, NULL, &nearest, err))
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
	if (!review_reference_is_spelled(reference))
		return error_set(
		    err, ERROR_INPUT,
		    "no incident %s in %.80s (a reference is eight "
		    "letters and digits such as K7QX-2M4D, never "
		    "0, 1, I or O)",
		    shown, path);
	if (store_reader_kind(reader) != STORE_DB_SQLITE)
		return error_set(err, ERROR_INPUT,
				 "no incident %s in %.80s (gone after "
				 "fleet.keep_incidents, or not forwarded yet? "
				 "alignctl fleet status)",
				 shown, path);
	return error_set(err, ERROR_INPUT,
			 "no incident %s in %.80s (purged after "
			 "store.keep_incidents, or of another host?)",
			 shown, path);
}
