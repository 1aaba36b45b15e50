/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * candidate_show.c - what speaks for one that was refused or held, for people
 * Tested by test_alignctl_evidence.
 */
#include "lib/review/candidate_show.h"

#include <string.h>

#include "lib/base/clock.h"
#include "lib/show/people.h"

/* "reject"; "none (would: reject)" where monitor mode let it in. */
static const char *deed_words(TALLOC_CTX *mem,
			      const struct review_candidate *candidate)
{
	const char *applied = candidate->incident.applied;
	const char *would = candidate->would;

	if (would == NULL || strcmp(would, applied) == 0)
		return applied;
	return mem_printf(mem, "%s (would: %s)", applied, would);
}

/* "  on mx1.example.org", where there are several it may be. */
static const char *host_words(TALLOC_CTX *mem,
			      const struct review_candidate *candidate)
{
	if (!candidate->is_of_fleet)
		return "";
	return mem_printf(mem, "  on %s",
			  people_or_dash(candidate->incident.host));
}

struct show *review_candidate_show(TALLOC_CTX *mem,
				   const struct review_candidate *candidate)
{
	const struct store_incident *incident = &candidate->incident;
	const struct review_handle *known =
	    review_handles_known(&candidate->handles);
	struct show *show = show_new(mem);
	char time[CLOCK_TEXT];

	show_line(show, "%s  score %d  %s  %s%s  client %s  from %s",
		  incident->reference, candidate->score,
		  clock_text(incident->time_s, time),
		  deed_words(show, candidate), host_words(show, candidate),
		  incident->client_ip, people_or_dash(incident->author_domain));
	for (size_t i = 0; i < candidate->count; i++)
		show_line(show, "  %+4d  %s", candidate->evidence[i].points,
			  candidate->evidence[i].words);
	if (known == NULL)
		show_line(show, "  next  nothing of it has a past to be known "
				"by: no override is proposed");
	else
		show_line(show, "  next  %s   (known by %s %s)",
			  review_candidate_command(show, candidate),
			  review_handle_text(known->kind), known->value);
	return show;
}
