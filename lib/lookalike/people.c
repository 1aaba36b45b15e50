/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * people.c - does an author bear the name of somebody of ours?
 *
 * A name becomes a few keys, in which it is looked up: its words, sorted, for
 * any order of them, and all its letters in a row. A display name is looked up
 * by each run of its words, so that what a sender may write costs some hundred
 * searches in a sorted table, however many people are listed.
 * Tested by test_people, tests/tools/test_people_made.py.
 */
#include "lib/lookalike/people.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/domain.h"
#include "lib/lookalike/name_words.h"

#define PERSON_KEYS (2 * 3 * NAME_WAYS) /* at most: see add_way() */
/* Shorter ones are words of a language: they count where the display name is
 * put together, and shorter still never. */
#define JOINED_LETTERS 8
#define SEAM_LETTERS 5

/* Words with a unit 0 between them, or letters in a row. */
struct key {
	size_t length;
	uint16_t *units;
	const struct person *person;
	bool needs_seam; /* of the display name */
};

struct people {
	const struct people_rules *rules;
	size_t person_count;
	struct person *persons;
	size_t count;
	struct key *keys; /* sorted */
};

/* --- keys ----------------------------------------------------------------- */

static int compare_forms(const void *a, const void *b)
{
	const struct lookalike_form *left = *(const void *const *)a;
	const struct lookalike_form *right = *(const void *const *)b;
	size_t length =
	    left->length < right->length ? left->length : right->length;
	int order =
	    memcmp(left->units, right->units, length * sizeof left->units[0]);

	return order != 0 ? order
			  : (left->length > right->length) -
				(left->length < right->length);
}

static int compare_keys(const void *a, const void *b)
{
	const struct key *left = a;
	const struct key *right = b;

	if (left->length != right->length)
		return left->length < right->length ? -1 : 1;
	return memcmp(left->units, right->units,
		      left->length * sizeof left->units[0]);
}

/* With a unit 0 behind each, where `has_gaps`. */
static struct key join(TALLOC_CTX *mem,
		       const struct lookalike_form *const *forms, size_t count,
		       bool has_gaps)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		length += forms[i]->length + (has_gaps ? 1 : 0);
	struct key key = {.units = mem_array(mem, uint16_t, length)};
	for (size_t i = 0; i < count; i++) {
		memcpy(key.units + key.length, forms[i]->units,
		       forms[i]->length * sizeof forms[i]->units[0]);
		key.length += forms[i]->length + (has_gaps ? 1 : 0);
	}
	return key;
}

/* Of words in any order. */
static struct key key_of_words(TALLOC_CTX *mem,
			       const struct lookalike_form *const *forms,
			       size_t count)
{
	const struct lookalike_form *sorted[LIMIT_NAME_WORDS];

	memcpy(sorted, forms, count * sizeof sorted[0]);
	qsort(sorted, count, sizeof sorted[0], compare_forms);
	return join(mem, sorted, count, true);
}

/* --- the people ----------------------------------------------------------- */

static void add_key(struct people *people, const struct person *person,
		    struct key key)
{
	key.person = person;
	people->keys[people->count++] = key;
}

/* In the order written, and with the last word first. */
static void add_joined(struct people *people, const struct person *person,
		       const struct lookalike_form *const *forms, size_t count)
{
	const struct lookalike_form *turned[PERSON_WORDS];

	turned[0] = forms[count - 1];
	memcpy(turned + 1, forms, (count - 1) * sizeof turned[0]);
	struct key joined = join(people, forms, count, false);
	if (joined.length < SEAM_LETTERS && count > 1)
		return;
	bool needs_seam = joined.length < JOINED_LETTERS && count > 1;
	joined.needs_seam = needs_seam;
	add_key(people, person, joined);
	if (count == 1)
		return;
	joined = join(people, turned, count, false);
	joined.needs_seam = needs_seam;
	add_key(people, person, joined);
}

static void add_keys(struct people *people, const struct person *person,
		     const struct lookalike_form *const *forms, size_t count)
{
	if (count > 1)
		add_key(people, person, key_of_words(people, forms, count));
	add_joined(people, person, forms, count);
}

/* The words that are no initials; how many. */
static size_t take_forms(const struct name_words *words,
			 const struct lookalike_form **forms)
{
	size_t count = 0;

	for (size_t i = 0; i < words->count; i++) {
		if (!words->is_initial[i])
			forms[count++] = &words->forms[i];
	}
	return count;
}

static void add_way(struct people *people, const struct person *person,
		    enum name_way way)
{
	TALLOC_CTX *scratch = mem_context(NULL);
	struct name_words words = name_words_split(scratch, person->name, way);
	const struct lookalike_form *forms[LIMIT_NAME_WORDS];
	size_t count = take_forms(&words, forms);

	if (count > 0 && count <= PERSON_WORDS)
		add_keys(people, person, forms, count);
	if (count > 2 && count <= PERSON_WORDS) {
		forms[1] = forms[count - 1];
		add_keys(people, person, forms, 2);
	}
	mem_free(scratch);
}

struct people *people_new(TALLOC_CTX *mem, const struct people_rules *rules)
{
	struct error unread; /* an entry was read before, by its setting */

	if (rules->entries.count == 0)
		return NULL;
	struct people *people = mem_new(mem, struct people);
	people->rules = rules;
	people->persons =
	    mem_array(people, struct person, rules->entries.count);
	people->keys =
	    mem_array(people, struct key, rules->entries.count * PERSON_KEYS);
	for (size_t i = 0; i < rules->entries.count; i++) {
		struct person *person = &people->persons[people->person_count];
		if (!person_read(people, rules->entries.items[i], person,
				 &unread))
			continue;
		people->person_count++;
		for (int way = 0; way < NAME_WAYS; way++)
			add_way(people, person, (enum name_way)way);
	}
	qsort(people->keys, people->count, sizeof people->keys[0],
	      compare_keys);
	return people;
}

/* --- who passes for them -------------------------------------------------- */

struct search {
	const struct people *people;
	const char *mailbox;
	const char *domain;
	const struct person *found; /* the first whose name it is */
	bool is_known;		    /* of one of them that address is known */
};

static bool is_within(const struct text_list *domains, const char *domain)
{
	for (size_t i = 0; i < domains->count; i++) {
		if (domain_equals(domain, domains->items[i]) ||
		    domain_is_below(domain, domains->items[i]))
			return true;
	}
	return false;
}

/* Local-parts are compared as nearly all hosts do. */
static bool is_address(const struct search *search, const char *address)
{
	size_t length = strcspn(address, "@");

	return strcmp(address + length + 1, search->domain) == 0 &&
	       strncasecmp(address, search->mailbox, length + 1) == 0;
}

static bool writes_from(const struct search *search,
			const struct person *person)
{
	for (size_t i = 0; i < person->addresses.count; i++) {
		if (is_address(search, person->addresses.items[i]))
			return true;
	}
	return is_within(&person->domains, search->domain);
}

/* Several people may have one name. */
static void look_up(struct search *search, struct key key, bool has_seam)
{
	const struct people *people = search->people;
	size_t low = 0;
	size_t high = people->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_keys(&people->keys[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (;
	     low < people->count && compare_keys(&people->keys[low], &key) == 0;
	     low++) {
		const struct person *person = people->keys[low].person;
		if (people->keys[low].needs_seam && !has_seam)
			continue;
		if (search->found == NULL)
			search->found = person;
		search->is_known |= writes_from(search, person);
	}
}

static void look_up_way(TALLOC_CTX *mem, struct search *search,
			const char *name, enum name_way way)
{
	struct name_words words = name_words_split(mem, name, way);
	const struct lookalike_form *forms[LIMIT_NAME_WORDS] = {NULL};

	for (size_t i = 0; i < words.count; i++)
		forms[i] = &words.forms[i];
	look_up(search, join(mem, forms, words.count, false), words.has_seam);
	size_t count = take_forms(&words, forms);
	for (size_t from = 0; from < count; from++) {
		for (size_t n = 2; n <= PERSON_WORDS && from + n <= count; n++)
			look_up(search, key_of_words(mem, forms + from, n),
				false);
	}
}

static void look_up_name(TALLOC_CTX *mem, struct search *search,
			 const char *name)
{
	for (int way = 0; name != NULL && way < NAME_WAYS; way++)
		look_up_way(mem, search, name, (enum name_way)way);
}

struct lookalike people_find(const struct people *people, const char *name,
			     const char *mailbox, const char *domain)
{
	struct search search = {people, mailbox, domain, NULL, false};

	if (people == NULL || is_within(&people->rules->own, domain))
		return (struct lookalike){LOOKALIKE_NONE, NULL};
	TALLOC_CTX *scratch = mem_context(NULL);
	look_up_name(scratch, &search, name);
	look_up_name(scratch, &search, name_words_unbracketed(scratch, name));
	mem_free(scratch);
	if (search.found == NULL || search.is_known)
		return (struct lookalike){LOOKALIKE_NONE, NULL};
	return (struct lookalike){LOOKALIKE_PERSON, search.found->address};
}

bool people_is_open(const struct people *people, const char *domain)
{
	return people != NULL && is_within(&people->rules->open, domain);
}
