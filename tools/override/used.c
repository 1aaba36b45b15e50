/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * used.c - how often each override of a fleet decided, over all hosts
 *
 * A counter's comment is "override NAME: WHY" as the file had it then, and
 * either may hold ": " itself; the reason may have changed since, so the name
 * alone is looked for. Tested by test_fleet_overrides.
 */
#include "tools/override/used.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/clock.h"

static const char before_name[] = "override ";
static const char behind_name[] = ": ";

/* The override that the comment is of, or NULL. */
static const struct override *whose(const struct override_set *set,
				    const char *comment)
{
	const struct override *found = NULL;
	TALLOC_CTX *mem = mem_context(NULL);
	const char *end = NULL;
	const char *name = comment;

	if (strncmp(comment, before_name, strlen(before_name)) == 0) {
		name += strlen(before_name);
		end = strstr(name, behind_name);
	}
	for (; end != NULL; end = strstr(end + 1, behind_name)) {
		const struct override *longer = override_named(
		    set, mem_strndup(mem, name, (size_t)(end - name)));
		if (longer != NULL)
			found = longer;
	}
	mem_free(mem);
	return found;
}

struct override_use *override_uses(TALLOC_CTX *mem,
				   const struct override_set *set,
				   const struct fleet_used_list *list)
{
	struct override_use *uses =
	    mem_array(mem, struct override_use, set->count);

	for (size_t i = 0; i < list->count; i++) {
		const struct fleet_used *used = &list->items[i];
		const struct override *override = whose(set, used->comment);
		if (override == NULL)
			continue;
		struct override_use *use = &uses[override - set->items];
		use->messages += used->messages;
		if (used->last_hour_s > use->last_hour_s)
			use->last_hour_s = used->last_hour_s;
	}
	return uses;
}

void override_use_show(struct show *show, const struct override_use *use)
{
	char time[CLOCK_TEXT];

	show_data(show, "used", value_number(use->messages));
	show_data(show, "last_used", value_time_given(use->last_hour_s));
	if (use->messages == 0)
		show_member(show, "used", "by no message of the last %d days",
			    OVERRIDE_USED_DAYS);
	else
		show_member(show, "used",
			    "by %" PRId64 " messages of the last %d days, on "
			    "all hosts; the last in the hour from %s",
			    use->messages, OVERRIDE_USED_DAYS,
			    clock_text(use->last_hour_s, time));
}
