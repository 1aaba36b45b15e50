/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - may a command settle or delete on the clock's word?
 * Tested by test_clock.
 */
#include "tools/clock.h"

#include "lib/store/store_clock.h"

bool tool_clock_doubt(struct tool *tool, struct store_reports *reports,
		      const char **why, struct error *err)
{
	struct clock_facts facts;

	*why = NULL;
	if (clock_is_fixed(&tool->clock))
		return true;
	if (!store_clock_facts(store_reports_db(reports), &tool->clock, &facts,
			       err))
		return false;
	if (clock_trust(&facts) != CLOCK_AGREES)
		*why = clock_trust_words(tool->mem, &facts);
	return true;
}

static bool refuse_given(struct tool *tool, struct store_reports *reports,
			 struct error *err)
{
	struct clock_facts facts;
	char newest[CLOCK_TEXT];

	if (!store_clock_facts(store_reports_db(reports), &tool->clock, &facts,
			       err))
		return false;
	if (facts.newest_s <= facts.now_s &&
	    clock_trust(&facts) == CLOCK_AGREES)
		return true;
	return error_set(
	    err, ERROR_USAGE,
	    "--now: it is for reading; the store has records of "
	    "%s, and nothing is settled by another time than theirs",
	    clock_text(facts.newest_s, newest));
}

bool tool_clock_settles(struct tool *tool, struct store_reports *reports,
			struct error *err)
{
	const char *why;

	if (clock_is_fixed(&tool->clock))
		return tool_clock_given_settles() ||
		       refuse_given(tool, reports, err);
	if (!tool_clock_doubt(tool, reports, &why, err))
		return false;
	if (why == NULL)
		return tool_clock_believe(tool, reports, err);
	return error_set(err, ERROR_CONFIG,
			 "%s. Nothing is collected, sent or given up: set the "
			 "clock, or vouch for it: alignctl doctor "
			 "--believe-clock",
			 why);
}

bool tool_clock_believe(struct tool *tool, struct store_reports *reports,
			struct error *err)
{
	return store_clock_believe(store_reports_db(reports),
				   clock_now_s(&tool->clock), err);
}
