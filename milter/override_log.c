/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * override_log.c - what the log says of the operator's overrides
 * Tested by test_wire_reload beside test_override_log.
 */
#include "milter/override_log.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/limits.h"
#include "milter/log.h"

#define LINES_MAX 20 /* further ones are in `alignctl override list` */

/* --- run out ------------------------------------------------------------- */

static void warn_of_end(const struct override *override)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char end[OVERRIDE_END_TEXT];

	log_write(
	    LOG_LEVEL_WARNING,
	    "%s:%d: override \"%s\" ended with %s and no longer applies",
	    override->path, override->line,
	    text_escape(mem, span_of(override->name), LIMIT_LOG_VALUE, true),
	    override_end_text(override, end));
	mem_free(mem);
}

void override_log_expired(const struct config *config, int64_t now_s)
{
	const struct override_set *set = config->overrides;
	size_t expired = 0;

	if (config_overrides_are_blank(config))
		log_write(LOG_LEVEL_WARNING,
			  "%s is blank, so no override is in force; was it "
			  "emptied? Where none are meant, leave a comment in "
			  "it",
			  config->overrides_path);
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->count; i++) {
		if (!override_is_expired(&set->items[i], now_s))
			continue;
		if (expired++ < LINES_MAX)
			warn_of_end(&set->items[i]);
	}
	log_write(LOG_LEVEL_INFO, "overrides: %zu, of which %zu have expired",
		  set->count, expired);
}

/* --- changed ------------------------------------------------------------- */

enum change { CHANGE_NEW, CHANGE_CHANGED, CHANGE_GONE, CHANGES };

struct telling {
	TALLOC_CTX *mem;
	size_t counts[CHANGES];
	size_t lines;
};

static int compare_names(const void *a, const void *b)
{
	const struct override *const *left = a;
	const struct override *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

/* The set's items by name, NULL behind the last. */
static const struct override **sort_by_name(TALLOC_CTX *mem,
					    const struct override_set *set)
{
	size_t count = set == NULL ? 0 : set->count;
	const struct override **items =
	    mem_array(mem, const struct override *, count + 1);

	for (size_t i = 0; i < count; i++)
		items[i] = &set->items[i];
	if (count > 1)
		qsort(items, count, sizeof items[0], compare_names);
	return items;
}

static bool is_same_list(const struct text_list *a, const struct text_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	}
	return true;
}

/* Does it do the same, on the same word? Its place in the file is no matter. */
static bool is_same(const struct override *a, const struct override *b)
{
	for (size_t i = 0; i < OVERRIDE_KINDS; i++) {
		if (!is_same_list(&a->scope[i], &b->scope[i]))
			return false;
	}
	return a->action == b->action && a->reason == b->reason &&
	       a->end_s == b->end_s &&
	       a->is_unless_indirect == b->is_unless_indirect &&
	       a->is_unsafe == b->is_unsafe &&
	       strcmp(a->owner, b->owner) == 0 && strcmp(a->why, b->why) == 0;
}

static void tell_change(struct telling *telling,
			const struct override *override, enum change change)
{
	static const char *const words[] = {
	    [CHANGE_NEW] = "is new",
	    [CHANGE_CHANGED] = "has changed",
	    [CHANGE_GONE] = "is gone",
	};

	telling->counts[change]++;
	if (telling->lines++ >= LINES_MAX)
		return;
	log_write(LOG_LEVEL_INFO, "reload: override \"%s\" %s",
		  text_escape(telling->mem, span_of(override->name),
			      LIMIT_LOG_VALUE, true),
		  words[change]);
}

/* The one of `before` and of `after` that come first by name; equal names are
 * one override. Returns which of the two to leave behind: < 0, 0 both, > 0. */
static int tell_first(struct telling *telling, const struct override *before,
		      const struct override *after)
{
	int order = 0;

	if (before == NULL)
		order = 1;
	else if (after == NULL)
		order = -1;
	else
		order = strcmp(before->name, after->name);
	if (order < 0)
		tell_change(telling, before, CHANGE_GONE);
	else if (order > 0)
		tell_change(telling, after, CHANGE_NEW);
	else if (!is_same(before, after))
		tell_change(telling, after, CHANGE_CHANGED);
	return order;
}

void override_log_changes(const struct config *before,
			  const struct config *after)
{
	struct telling telling = {.mem = mem_context(NULL)};
	const struct override **old =
	    sort_by_name(telling.mem, before->overrides);
	const struct override **fresh =
	    sort_by_name(telling.mem, after->overrides);

	while (*old != NULL || *fresh != NULL) {
		int order = tell_first(&telling, *old, *fresh);
		old += order <= 0;
		fresh += order >= 0;
	}
	if (telling.lines > 0)
		log_write(LOG_LEVEL_INFO,
			  "reload: overrides: %zu new, %zu changed, %zu gone",
			  telling.counts[CHANGE_NEW],
			  telling.counts[CHANGE_CHANGED],
			  telling.counts[CHANGE_GONE]);
	mem_free(telling.mem);
}
