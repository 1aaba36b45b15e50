/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookalike.c - does an author's domain pass for one of ours?
 *
 * Tested by test_lookalike, tests/tools/test_lookalikes_real.py.
 */
#include "lib/lookalike/lookalike.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/suffix.h"
#include "lib/lookalike/form.h"
#include "lib/lookalike/near.h"

/* Letters, hyphens not counted, from which a name is compared in that way; and
 * where it is listed as short. Real names differ in one letter often while they
 * are short, and hardly ever when they are long. */
static const struct {
	const char *word;
	size_t letters;
	size_t letters_listed;
} kinds[LOOKALIKE_KINDS] = {
    [LOOKALIKE_NONE] = {"none", 0, 0},
    [LOOKALIKE_CONFUSABLE] = {"confusable", 6, 1},
    [LOOKALIKE_HOMOGLYPH] = {"homoglyph", 6, 1},
    [LOOKALIKE_HYPHEN] = {"hyphen", 6, 1},
    [LOOKALIKE_TRANSPOSED] = {"transposed", 8, 5},
    [LOOKALIKE_EDIT] = {"edit", 12, 8},
    [LOOKALIKE_SUFFIX] = {"suffix", 6, 1},
    [LOOKALIKE_PERSON] = {"person", 0, 0}, /* people.c's affair */
};

struct protected_name {
	const char *domain;
	const char *registered; /* the name that somebody registered */
	struct span label;	/* its first */
	size_t letters;
	bool is_listed;
	struct lookalike_form form;
};

struct lookalike_list {
	const struct text_list *known;
	bool has_suffixes;
	size_t count;
	struct protected_name *names;
};

const char *lookalike_word(enum lookalike_kind kind)
{
	return kinds[kind].word;
}

int lookalike_find_word(const char *text)
{
	for (int i = 0; i < LOOKALIKE_KINDS; i++)
		if (strcmp(kinds[i].word, text) == 0)
			return i;
	return -1;
}

/* --- what is protected ---------------------------------------------------- */

static struct span first_label(const char *domain)
{
	return span_make(domain, strcspn(domain, "."));
}

static bool is_ascii(struct span label)
{
	return !span_starts(label, "xn--");
}

static size_t count_letters(struct span label,
			    const struct lookalike_form *form)
{
	size_t letters = 0;

	if (!is_ascii(label))
		return form->length;
	for (size_t i = 0; i < label.length; i++)
		letters += label.data[i] != '-';
	return letters;
}

static void protect(struct lookalike_list *list,
		    const struct lookalike_rules *rules, const char *domain)
{
	struct protected_name *name = &list->names[list->count];

	name->domain = domain;
	name->registered = suffix_registrable(domain);
	name->label = first_label(name->registered);
	name->is_listed = domain_list_has(&rules->short_names, domain);
	if (!lookalike_form_make(name->label.data, name->label.length,
				 &name->form))
		return;
	name->letters = count_letters(name->label, &name->form);
	list->count++;
}

struct lookalike_list *lookalike_list_new(TALLOC_CTX *mem,
					  const struct lookalike_rules *rules)
{
	struct lookalike_list *list = mem_new(mem, struct lookalike_list);

	list->known = &rules->known;
	list->has_suffixes = rules->has_suffixes;
	list->names = mem_array(list, struct protected_name,
				rules->own.count + rules->names.count);
	for (size_t i = 0; i < rules->own.count; i++)
		protect(list, rules, rules->own.items[i]);
	for (size_t i = 0; i < rules->names.count; i++)
		protect(list, rules, rules->names.items[i]);
	return list;
}

/* --- what passes for it --------------------------------------------------- */

/* Whoever registered one of ours registered all that stands below it. */
static bool is_ours(const struct lookalike_list *list, const char *registered)
{
	for (size_t i = 0; i < list->count; i++)
		if (domain_equals(list->names[i].registered, registered))
			return true;
	return domain_list_has(list->known, registered);
}

static bool differs_by_hyphens(struct span a, struct span b)
{
	size_t i = 0;
	size_t j = 0;

	for (;; i++, j++) {
		while (i < a.length && a.data[i] == '-')
			i++;
		while (j < b.length && b.data[j] == '-')
			j++;
		if (i == a.length || j == b.length)
			return i == a.length && j == b.length;
		if (a.data[i] != b.data[j])
			return false;
	}
}

/* Of two labels with one form. */
static enum lookalike_kind same_form_kind(struct span ours, struct span theirs)
{
	if (ours.length == theirs.length &&
	    memcmp(ours.data, theirs.data, ours.length) == 0)
		return LOOKALIKE_SUFFIX;
	if (!is_ascii(theirs) || !is_ascii(ours))
		return LOOKALIKE_CONFUSABLE;
	return differs_by_hyphens(ours, theirs) ? LOOKALIKE_HYPHEN
						: LOOKALIKE_HOMOGLYPH;
}

static enum lookalike_kind compare(const struct protected_name *ours,
				   struct span label,
				   const struct lookalike_form *form)
{
	if (lookalike_form_equals(&ours->form, form))
		return same_form_kind(ours->label, label);
	if (near_is_transposed(&ours->form, form))
		return LOOKALIKE_TRANSPOSED;
	if (near_is_one_edit(&ours->form, form))
		return LOOKALIKE_EDIT;
	return LOOKALIKE_NONE;
}

static bool counts(const struct lookalike_list *list,
		   const struct protected_name *ours, enum lookalike_kind kind)
{
	if (kind == LOOKALIKE_NONE ||
	    (kind == LOOKALIKE_SUFFIX && !list->has_suffixes))
		return false;
	return ours->letters >= (ours->is_listed ? kinds[kind].letters_listed
						 : kinds[kind].letters);
}

struct lookalike lookalike_find(const struct lookalike_list *list,
				const char *domain)
{
	struct lookalike found = {LOOKALIKE_NONE, NULL};
	struct lookalike_form form;

	if (list == NULL || list->count == 0)
		return found;
	const char *registered = suffix_registrable(domain);
	struct span label = first_label(registered);
	if (is_ours(list, registered) ||
	    !lookalike_form_make(label.data, label.length, &form))
		return found;
	for (size_t i = 0; i < list->count; i++) {
		const struct protected_name *ours = &list->names[i];
		enum lookalike_kind kind = compare(ours, label, &form);

		/* The closest of several: kinds begin with it. */
		if (counts(list, ours, kind) &&
		    (found.name == NULL || kind < found.kind))
			found = (struct lookalike){kind, ours->domain};
	}
	return found;
}
