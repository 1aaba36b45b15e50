/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * person.c - an entry of protect.people
 *
 * Tested by test_people.
 */
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/setting.h"
#include "lib/lookalike/name_words.h"
#include "lib/lookalike/people.h"

#define ALLOWED                                                                \
	" (allowed: a name, then the person's address here, then more "        \
	"addresses and domains, each in <>: \"Ann Example <ann@example.org> "  \
	"<ann@home.test>\")"

static void add_text(TALLOC_CTX *mem, struct text_list *list, const char *text)
{
	list->items =
	    mem_resize(mem, list->items, const char *, list->count + 1);
	list->items[list->count++] = text;
}

/* "ann@home.test", or "partner.test" */
static bool add_place(TALLOC_CTX *mem, struct span text, struct person *person)
{
	size_t at = text.length;

	while (at > 0 && text.data[at - 1] != '@')
		at--;
	struct span domain = span_from(text, at);
	if (at == 1 || !text_is_graphic(text) || !domain_is_readable(domain))
		return false;
	if (at == 0)
		add_text(mem, &person->domains, domain_normalize(mem, domain));
	else
		add_text(mem, &person->addresses,
			 mem_printf(mem, "%.*s%s", (int)at, text.data,
				    domain_normalize(mem, domain)));
	return true;
}

/* What stands behind the name. */
static bool add_places(TALLOC_CTX *mem, struct span rest, struct person *person)
{
	while (rest.length > 0) {
		struct span inner;
		struct span after;
		if (rest.data[0] != '<' ||
		    !span_cut(span_from(rest, 1), '>', &inner, &after) ||
		    !add_place(mem, inner, person))
			return false;
		rest = span_trim(after);
	}
	return person->addresses.count > 0;
}

static size_t count_words(TALLOC_CTX *mem, const char *name)
{
	struct name_words words =
	    name_words_split(mem, name, NAME_BY_SMALL_LETTERS);
	size_t count = 0;

	for (size_t i = 0; i < words.count; i++)
		count += words.is_initial[i] ? 0 : 1;
	return count;
}

bool person_read(TALLOC_CTX *mem, const char *entry, struct person *person,
		 struct error *err)
{
	struct span text = span_of(entry);
	size_t length = strcspn(entry, "<");
	struct span name = span_trim(span_make(entry, length));
	struct person found = {.name =
				   mem_strndup(mem, name.data, name.length)};

	if (!text_is_line(text))
		return setting_refuse(err, entry,
				      "is no line of UTF-8" ALLOWED);
	if (!add_places(mem, span_from(text, length), &found))
		return setting_refuse(
		    err, entry, "has no address that can be read" ALLOWED);
	size_t count = count_words(mem, found.name);
	if (count == 0 || count > PERSON_WORDS)
		return setting_refuse(
		    err, entry,
		    count == 0 ? "has no name, or initials alone" ALLOWED
			       : "has a name of more than 6 words" ALLOWED);
	found.address = found.addresses.items[0];
	*person = found;
	return true;
}
