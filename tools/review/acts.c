/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acts.c - alignctl review release and confirm; the way that all acts take
 *
 * Each act is recorded with the incident. The store is opened for writing
 * before anything is done, so that nothing is done that cannot be recorded.
 * One that fails is told, and does not stop the others.
 * Tested by test_alignctl_desk, test_alignctl_acts.
 */
#include "tools/review/review.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/policy/decide.h"
#include "lib/review/incident.h"
#include "tools/program.h"
#include "tools/review/choice.h"
#include "tools/store.h"

/* "ALL" is a word to postsuper(1), and no queue id is that short. */
#define QUEUE_ID_MIN 5
#define QUEUE_ID_MAX 40
#define QUEUE_ID_LETTERS                                                       \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* A person answers for it, and reads what became of each. */
#define ACTS_MAX 10000

/* --- what all acts share --- */

struct found {
	struct review_act *act;
	bool is_found;
};

static bool take_incident(void *context, const struct store_incident *incident)
{
	struct found *found = context;
	TALLOC_CTX *mem = found->act->mem;
	struct store_incident *copy = mem_new(mem, struct store_incident);

	*copy = review_copy(mem, incident);
	found->act->incident = copy;
	found->is_found = true;
	return true;
}

static bool act_on_one(struct review_act *act, const struct review_deed *deed,
		       int64_t id, struct error *err)
{
	const struct store_filter filter = {.id = id};
	struct found found = {.act = act};

	if (!store_incidents(act->review->reading.reader, &filter,
			     take_incident, &found, err))
		return false;
	if (!found.is_found)
		return error_set(err, ERROR_STORE,
				 "one of them was purged meanwhile");
	return deed->run(act, err);
}

/* Each by itself: the daemon's writer waits for one row at most. */
static size_t act_on_each(struct review_act *act,
			  const struct review_deed *deed,
			  const struct review_choice *choice, int *status)
{
	size_t done = 0;

	for (size_t i = 0; i < choice->count; i++) {
		struct error err;
		act->mem = mem_context(act->review->tool->mem);
		if (act_on_one(act, deed, choice->ids[i], &err))
			done++;
		else
			*status = tool_fail(&err);
		mem_free(act->mem);
		(void)fflush(stdout);
	}
	return done;
}

int review_act_on(struct review *review, const struct review_deed *deed,
		  const struct text_list *references)
{
	struct review_act act = {.review = review,
				 .is_only = references->count == 1};
	struct review_choice choice;
	struct error err;

	if (!deed->prepare(&act, &err) ||
	    !review_choose(review, references, deed->verb, deed->max, &choice,
			   &err))
		return tool_fail(&err);
	if (references->count == 0 && choice.count == 0) {
		review_list_nothing(&review->reading);
		return TOOL_DONE;
	}
	if (choice.count > 0 &&
	    !tool_record_acts(review->tool, review->fleet, review->path,
			      &act.writer, &err))
		return tool_fail(&err);
	size_t done = act_on_each(&act, deed, &choice, &choice.status);
	size_t all = choice.count + choice.missing;
	if (all > 1)
		(void)printf("%s: %zu of %zu done\n", deed->verb, done, all);
	return choice.status;
}

bool review_record(struct review_act *act, enum store_act_kind kind,
		   const char *note, struct error *err)
{
	struct store_act row = {.time_s =
				    clock_now_s(&act->review->tool->clock),
				.kind = kind,
				.note = note};

	row.who = tool_operator(act->mem);
	return store_acts_add(act->writer, act->incident->id, &row, err);
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

static bool read_note(struct review_act *act, struct error *err)
{
	return review_read_note(act->review->tool, "--note", &act->note, err);
}

/* --- confirm --- */

static bool confirm(struct review_act *act, struct error *err)
{
	if (!review_record(act, ACT_CONFIRM, act->note, err))
		return false;
	(void)printf("%s is marked as a spoof\n", act->incident->reference);
	return true;
}

const struct review_deed review_confirm = {
    .verb = "confirm",
    .max = ACTS_MAX,
    .prepare = read_note,
    .run = confirm,
};

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
		    "%s: postsuper is not installed here. With Sendmail run: "
		    "sendmail -qQ -Q -qI%s; with Postfix run on %.60s: "
		    "postsuper -H %s",
		    incident->reference, id, incident->host, id);
	if (!tool_program(mem, argv, &ran, err))
		return false;
	if (ran.status != 0)
		return error_set(err, ERROR_INPUT,
				 "%s: postsuper failed (exit status %d): %s",
				 incident->reference, ran.status,
				 text_escape(mem, span_trim(span_of(ran.text)),
					     ERROR_WORDS_MAX / 2, true));
	if (strstr(ran.text, mem_printf(mem, "%s: released from hold", id)) ==
	    NULL)
		return error_set(err, ERROR_INPUT,
				 "%s: %s is not on hold here: released, "
				 "deleted or tagged instead of held; or it "
				 "waits on %.60s. The queue: postqueue -p",
				 incident->reference, id, incident->host);
	return true;
}

/* A queue is its host's: whoever may act there does, and it is recorded there.
 */
static bool tell_host(const struct store_incident *incident)
{
	(void)printf(
	    "%s: message %s is held on %s; run there: alignctl --local "
	    "review release %s\n",
	    incident->reference, incident->queue_id, incident->host,
	    incident->reference);
	return true;
}

static bool release(struct review_act *act, struct error *err)
{
	const struct store_incident *incident = act->incident;

	if (!check_held(incident, err))
		return false;
	if (act->review->fleet != NULL)
		return tell_host(incident);
	if (!run_postsuper(act->mem, incident, err))
		return false;
	(void)printf("%s: message %s is released from hold; Postfix delivers "
		     "it, it is not judged again\n",
		     incident->reference, incident->queue_id);
	const char *words =
	    mem_printf(act->mem, "message %s%s%s", incident->queue_id,
		       *act->note == '\0' ? "" : ": ", act->note);
	return review_record(act, ACT_RELEASE, words, err);
}

const struct review_deed review_release = {
    .verb = "release",
    .max = ACTS_MAX,
    .prepare = read_note,
    .run = release,
};
