/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acts.c - alignctl review release and confirm; what all acts share
 *
 * Each act is recorded with the incident. The store is opened for writing
 * before anything is done, so that nothing is done that cannot be recorded.
 */
#include "tools/review/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/policy/decide.h"
#include "lib/review/incident.h"
#include "tools/program.h"
#include "tools/reference.h"

#define WHO_MAX 64
/* "ALL" is a word to postsuper(1), and no queue id is that short. */
#define QUEUE_ID_MIN 5
#define QUEUE_ID_MAX 40
#define QUEUE_ID_LETTERS                                                       \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* --- what all acts share --- */

struct search {
	TALLOC_CTX *mem;
	struct store_incident incident;
	size_t count;
};

static bool on_incident(void *context, const struct store_incident *incident)
{
	struct search *search = context;

	if (search->count++ == 0)
		search->incident = review_copy(search->mem, incident);
	return true;
}

bool review_begin_act(struct review *review, struct review_act *act,
		      struct error *err)
{
	TALLOC_CTX *mem = review->tool->mem;
	const char *path = review->config->store.sqlite;
	const struct review_reading *reading = &review->reading;
	struct search search = {.mem = mem};

	if (!store_incidents(reading->reader, &reading->filter, on_incident,
			     &search, err))
		return false;
	if (search.count == 0)
		return tool_reference_missing(mem, reading->reader, path,
					      reading->filter.reference, err);
	if (search.count > 1)
		return error_set(err, ERROR_INPUT,
				 "%zu incidents have the reference %s; narrow "
				 "it with --since, --from or --ip",
				 search.count, reading->filter.reference);
	if (!store_acts_open(mem, path, &act->writer, err))
		return false;
	act->incident = search.incident;
	return true;
}

bool review_end_act(struct review *review, struct review_act *act,
		    enum store_act_kind kind, const char *note,
		    struct error *err)
{
	TALLOC_CTX *mem = review->tool->mem;
	/* Under sudo the person who acts, not root. */
	const char *name = getenv("SUDO_USER");
	struct store_act row = {.time_s = clock_now_s(&review->tool->clock),
				.kind = kind,
				.note = note};

	if (name == NULL || *name == '\0')
		name = getenv("USER");
	row.who = name == NULL || *name == '\0'
		      ? mem_printf(mem, "uid %ld", (long)getuid())
		      : text_escape(mem, span_of(name), WHO_MAX, true);
	return store_acts_add(act->writer, act->incident.id, &row, err);
}

bool review_read_note(const struct tool *tool, const char *option,
		      const char **note, struct error *err)
{
	const char *text = tool_value(tool, option);

	*note = "";
	if (text == NULL)
		return true;
	if (!text_is_line(span_of(text)) || strlen(text) > LIMIT_OVERRIDE_TEXT)
		return error_set(err, ERROR_USAGE,
				 "%s: must be one line of UTF-8 text, at most "
				 "%d bytes",
				 option, LIMIT_OVERRIDE_TEXT);
	*note = text;
	return true;
}

/* --- confirm --- */

bool review_confirm(struct review *review, struct error *err)
{
	struct review_act act;
	const char *note;

	if (!review_read_note(review->tool, "--note", &note, err) ||
	    !review_begin_act(review, &act, err) ||
	    !review_end_act(review, &act, ACT_CONFIRM, note, err))
		return false;
	(void)printf("%s is marked as a spoof\n", act.incident.reference);
	return true;
}

/* --- release --- */

static bool check_held(const struct store_incident *incident, struct error *err)
{
	size_t length = strlen(incident->queue_id);

	if (disposition_find(incident->applied) != DISPOSITION_QUARANTINE)
		return error_set(err, ERROR_INPUT,
				 "%s was not held (applied: %s); there is "
				 "nothing to release",
				 incident->reference, incident->applied);
	if (length < QUEUE_ID_MIN || length > QUEUE_ID_MAX ||
	    strspn(incident->queue_id, QUEUE_ID_LETTERS) != length)
		return error_set(err, ERROR_INPUT,
				 "%s has no queue id that an MTA could know; "
				 "look for it in the queue by hand (mailq)",
				 incident->reference);
	return true;
}

/* postsuper(1) is content with a message that it does not find: it says
 * "Released from hold: 0 messages". Of others it says "ID: released from
 * hold". */
static bool run_postsuper(TALLOC_CTX *mem,
			  const struct store_incident *incident,
			  struct error *err)
{
	const char *id = incident->queue_id;
	const char *const argv[] = {"postsuper", "-H", id, NULL};
	struct tool_output ran;

	if (tool_program_path(mem, argv[0]) == NULL)
		return error_set(
		    err, ERROR_INPUT,
		    "postsuper is not installed here. With Sendmail run: "
		    "sendmail -qQ -Q -qI%s; with Postfix run on %.60s: "
		    "postsuper -H %s",
		    id, incident->host, id);
	if (!tool_program(mem, argv, &ran, err))
		return false;
	if (ran.status != 0)
		return error_set(err, ERROR_INPUT,
				 "postsuper failed (exit status %d): %s",
				 ran.status,
				 text_escape(mem, span_trim(span_of(ran.text)),
					     ERROR_WORDS_MAX / 2, true));
	if (strstr(ran.text, mem_printf(mem, "%s: released from hold", id)) ==
	    NULL)
		return error_set(err, ERROR_INPUT,
				 "%s is not on hold here: released, deleted or "
				 "tagged instead of held; or it waits on "
				 "%.60s. The queue: postqueue -p",
				 id, incident->host);
	return true;
}

bool review_release(struct review *review, struct error *err)
{
	TALLOC_CTX *mem = review->tool->mem;
	struct review_act act;
	const char *note;

	if (!review_read_note(review->tool, "--note", &note, err) ||
	    !review_begin_act(review, &act, err) ||
	    !check_held(&act.incident, err) ||
	    !run_postsuper(mem, &act.incident, err))
		return false;
	(void)printf("%s: message %s is released from hold; Postfix delivers "
		     "it, it is not judged again\n",
		     act.incident.reference, act.incident.queue_id);
	const char *words =
	    mem_printf(mem, "message %s%s%s", act.incident.queue_id,
		       *note == '\0' ? "" : ": ", note);
	return review_end_act(review, &act, ACT_RELEASE, words, err);
}
