/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * allow.c - alignctl review allow: an override from an incident
 *
 * It names what authenticated, never From alone: only mail that shows the same
 * handle again is let in. It ends, somebody answers for it, and it says where
 * it comes from.
 */
#include <stdio.h>
#include <string.h>

#include "lib/policy/override_write.h"
#include "tools/override/add.h"
#include "tools/review/acts.h"
#include "tools/review/evidence.h"
#include "tools/time.h"

#define DAY_S ((int64_t)86400)
#define DEFAULT_DAYS 90

/* What is to be written. */
struct allowance {
	const struct store_incident *incident;
	struct review_handle handle;
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
	(void)clock_text(clock_now_s(&tool->clock) + seconds, text);
	*strchr(text, 'T') = '\0';
	allowance->until = text;
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
	    incident->reference, allowance->handle.setting,
	    allowance->handle.value,
	    *incident->author_domain == '\0' ? "its author"
					     : incident->author_domain);
}

/* The handle asked for; else the strongest that has a past, or with --i-know
 * the strongest. */
static bool choose_handle(struct review *review, struct allowance *allowance,
			  const char *by, struct error *err)
{
	TALLOC_CTX *mem = review->tool->mem;
	struct review_candidate *candidate =
	    review_candidate_new(mem, allowance->incident);
	struct review_handles *handles = &candidate->handles;

	allowance->is_known = tool_has(review->tool, "--i-know");
	if (allowance->is_known)
		return true;
	if (!review_find_passes(review->reader, &candidate, 1, err) ||
	    !review_handles_forwards(mem, review->reader, &handles, 1, err))
		return false;
	const struct review_record *known = review_handles_known(handles);
	if (by != NULL) {
		known = review_handles_record(handles, &allowance->handle);
		if (known->passes == 0 &&
		    !review_record_is_forwarder(handles, known))
			known = NULL;
	}
	allowance->is_known = known != NULL;
	if (known != NULL)
		allowance->handle = known->handle;
	return true;
}

static bool read_scope(struct review *review, struct allowance *allowance,
		       struct error *err)
{
	struct tool *tool = review->tool;
	const struct store_incident *incident = allowance->incident;
	const char *by = tool_value(tool, "--by");

	if (!review_find_handle(tool->mem, incident, by, &allowance->handle))
		return refuse_handle(by, incident->reference, err);
	allowance->is_from_any = tool_has(tool, "--from-any");
	if (*incident->author_domain == '\0' && !allowance->is_from_any)
		return error_set(err, ERROR_INPUT,
				 "%s has no single author domain (%s); with "
				 "--from-any the override holds for every From "
				 "behind %s %s",
				 incident->reference, incident->author_error,
				 allowance->handle.setting,
				 allowance->handle.value);
	return choose_handle(review, allowance, by, err);
}

/* As lists leave it: a footer in the body, or their own header field. */
static const char *reason(const struct store_incident *incident)
{
	return strcmp(incident->indirect, "body_changed") == 0 ||
		       *incident->list_id != '\0'
		   ? "mailing_list"
		   : "local_policy";
}

static bool fill(struct override_draft *draft,
		 const struct allowance *allowance, struct error *err)
{
	const struct store_incident *incident = allowance->incident;
	const char *settings[][2] = {
	    {allowance->handle.setting, allowance->handle.value},
	    {"reason", reason(incident)},
	    {"owner", allowance->owner},
	    {"why", allowance->why},
	    {"until", allowance->until},
	};

	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
		if (!override_draft_set(draft, settings[i][0], settings[i][1],
					err))
			return false;
	}
	return allowance->is_from_any ||
	       override_draft_set(draft, "from", incident->author_domain, err);
}

static const char *note_of(TALLOC_CTX *mem, const struct allowance *allowance)
{
	return mem_printf(mem, "override \"%s\" by %s %s until %s",
			  allowance->name, allowance->handle.setting,
			  allowance->handle.value, allowance->until);
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
	return fill(draft, &allowance, err) &&
	       (allowance.is_known || refuse_unknown(&allowance, err)) &&
	       tool_override_add(tool, review->config, draft, err) &&
	       review_end_act(review, &act, ACT_ALLOW,
			      note_of(tool->mem, &allowance), err);
}
