/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * allow.c - alignctl review allow: an override from an incident
 *
 * It names what authenticated, never From alone: only mail that shows the same
 * handle again is let in. It ends, somebody answers for it, and it says where
 * it comes from.
 */
#include "lib/policy/override_write.h"
#include "lib/review/evidence.h"
#include "tools/override/add.h"
#include "tools/review/review.h"
#include "tools/time.h"

#define DAY_S ((int64_t)86400)
#define DEFAULT_DAYS 90

/* What is to be written. */
struct allowance {
	const struct store_incident *incident;
	struct review_candidate *candidate;
	const struct review_handle *handle;
	const char *name;
	const char *owner;
	const char *why;
	const char *until;
	bool is_from_any;
	bool is_known; /* the handle has a past, or the operator knows it */
};

static bool read_until(struct tool *tool, struct allowance *allowance,
		       struct error *err)
{
	int64_t seconds = DEFAULT_DAYS * DAY_S;
	char *text = mem_zeroed(tool->mem, CLOCK_TEXT, 1, "until");

	if (tool_has(tool, "--until") && tool_has(tool, "--for"))
		return error_set(err, ERROR_USAGE,
				 "--until or --for, not both");
	allowance->until = tool_value(tool, "--until");
	if (allowance->until != NULL)
		return true;
	if (!tool_duration(tool, "--for", &seconds, err))
		return false;
	if (seconds < DAY_S)
		return error_set(err, ERROR_USAGE, "--for: at least 1d");
	allowance->until =
	    clock_day_text(clock_now_s(&tool->clock) + seconds, text);
	return true;
}

static bool read_words(struct tool *tool, struct allowance *allowance,
		       struct error *err)
{
	const char *reference = allowance->incident->reference;
	const char *name;
	const char *why;

	if (!review_read_note(tool, "--name", &name, err) ||
	    !review_read_note(tool, "--owner", &allowance->owner, err) ||
	    !review_read_note(tool, "--why", &why, err))
		return false;
	if (*allowance->owner == '\0')
		return error_set(err, ERROR_USAGE,
				 "--owner is missing: who answers for the "
				 "override");
	allowance->name =
	    *name != '\0' ? name : mem_printf(tool->mem, "allow %s", reference);
	allowance->why = mem_printf(tool->mem, "%s: %s", reference,
				    *why == '\0' ? "legitimate" : why);
	return true;
}

static bool refuse_handle(const char *by, const char *reference,
			  struct error *err)
{
	if (by != NULL)
		return error_set(err, ERROR_INPUT,
				 "%s: %.20s did not authenticate (handles: "
				 "dkim, spf, host, network); alignctl review "
				 "%s shows what did",
				 reference, by, reference);
	return error_set(err, ERROR_INPUT,
			 "%s: nothing authenticated: no signature and no SPF "
			 "passed, and the client has neither a confirmed name "
			 "nor an address; From alone would let anybody in, so "
			 "no override is written",
			 reference);
}

/* A spoofer's own domain and address pass for themselves. */
static bool refuse_unknown(const struct allowance *allowance, struct error *err)
{
	const struct store_incident *incident = allowance->incident;

	return error_set(
	    err, ERROR_INPUT,
	    "%s: the only record of %s %.60s is such incidents: no mail of "
	    "%.60s ever passed with it, and it is no forwarder; a spoofer's "
	    "own would look the same. --i-know allows it",
	    incident->reference, review_handle_text(allowance->handle->kind),
	    allowance->handle->value,
	    *incident->author_domain == '\0' ? "its author"
					     : incident->author_domain);
}

/* The handle asked for; else the strongest that has a past, or with --i-know
 * the strongest. */
static bool choose_handle(struct review *review, struct allowance *allowance,
			  const char *by, struct error *err)
{
	struct review_handles *handles = &allowance->candidate->handles;
	struct store_reader *reader = review->reading.reader;

	allowance->is_known = tool_has(review->tool, "--i-know");
	if (allowance->is_known)
		return true;
	if (!review_find_passes(reader, &allowance->candidate, 1, err) ||
	    !review_handles_forwards(review->tool->mem, reader, &handles, 1,
				     err))
		return false;
	const struct review_handle *known = review_handles_known(handles);
	if (by == NULL && known != NULL)
		allowance->handle = known;
	allowance->is_known =
	    review_handle_is_known(handles, allowance->handle);
	return true;
}

static bool read_scope(struct review *review, struct allowance *allowance,
		       struct error *err)
{
	struct tool *tool = review->tool;
	const struct store_incident *incident = allowance->incident;
	const char *by = tool_value(tool, "--by");

	allowance->candidate = review_candidate_new(tool->mem, incident);
	allowance->handle =
	    review_handles_find(&allowance->candidate->handles, by);
	if (allowance->handle == NULL)
		return refuse_handle(by, incident->reference, err);
	allowance->is_from_any = tool_has(tool, "--from-any");
	if (*incident->author_domain == '\0' && !allowance->is_from_any)
		return error_set(err, ERROR_INPUT,
				 "%s has no single author domain (%s); with "
				 "--from-any the override holds for every From "
				 "behind %s %s",
				 incident->reference, incident->author_error,
				 review_handle_text(allowance->handle->kind),
				 allowance->handle->value);
	return choose_handle(review, allowance, by, err);
}

static bool fill_draft(struct override_draft *draft,
		       const struct allowance *allowance, struct error *err)
{
	/* As lists leave it: a footer in the body, or their own header field.
	 */
	bool is_list =
	    allowance->candidate->indirect == INDIRECT_BODY_CHANGED ||
	    *allowance->incident->list_id != '\0';
	const char *settings[][2] = {
	    {review_handle_text(allowance->handle->kind),
	     allowance->handle->value},
	    {"reason", override_type_text(is_list ? OVERRIDE_MAILING_LIST
						  : OVERRIDE_LOCAL_POLICY)},
	    {"owner", allowance->owner},
	    {"why", allowance->why},
	    {"until", allowance->until},
	    {"from", allowance->is_from_any
			 ? NULL
			 : allowance->incident->author_domain},
	};

	for (size_t i = 0; i < COUNT_OF(settings); i++) {
		if (settings[i][1] != NULL &&
		    !override_draft_set(draft, settings[i][0], settings[i][1],
					err))
			return false;
	}
	return true;
}

bool review_allow(struct review *review, struct error *err)
{
	struct tool *tool = review->tool;
	struct review_act act;
	struct allowance allowance = {.incident = &act.incident};

	if (!review_begin_act(review, &act, err) ||
	    !read_until(tool, &allowance, err) ||
	    !read_words(tool, &allowance, err) ||
	    !read_scope(review, &allowance, err))
		return false;
	struct override_draft *draft =
	    override_draft_new(tool->mem, allowance.name);
	const char *note = mem_printf(
	    tool->mem, "override \"%s\" by %s %s until %s", allowance.name,
	    review_handle_text(allowance.handle->kind), allowance.handle->value,
	    allowance.until);
	return fill_draft(draft, &allowance, err) &&
	       (allowance.is_known || refuse_unknown(&allowance, err)) &&
	       tool_override_add(tool, review->config, draft, err) &&
	       review_end_act(review, &act, ACT_ALLOW, note, err);
}
