/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * allow.c - alignctl review allow: an override from an incident, one for all
 * incidents of a run that it lets in
 *
 * It names what authenticated, never From alone: only mail that shows the same
 * handle again is let in. It ends, somebody answers for it, and it says where
 * it comes from.
 */
#include <stdio.h>
#include <string.h>

#include "lib/policy/override_write.h"
#include "lib/review/evidence.h"
#include "tools/override/add.h"
#include "tools/review/review.h"
#include "tools/time.h"

#define DAY_S ((int64_t)86400)
#define DEFAULT_DAYS 90

/* An override costs a search through what passed, and stands in a file that
 * people read. */
#define ALLOWS_MAX 100

/* An override that this run wrote. */
struct allowed {
	const char *name;
	enum review_handle_kind kind;
	const char *value;
	const char *from; /* NULL: of any author */
	const struct allowed *before;
};

/* What was typed, for each incident. */
struct allow {
	const char *name; /* "": by the reference */
	const char *owner;
	const char *why;
	const char *until;
	const char *by; /* NULL: the strongest */
	bool is_from_any;
	bool is_known; /* --i-know */
	const struct allowed *allowed;
	struct store_path_list *paths; /* read with the first; NULL: not yet */
};

/* What is to be written for one of them. */
struct allowance {
	const struct allow *allow;
	const struct store_incident *incident;
	struct review_candidate *candidate;
	const struct review_handle *handle;
	const char *name;
	const char *why;
	const char *from; /* NULL: of any author */
	bool is_known;	  /* the handle has a past, or the operator knows it */
};

/* --- what was typed --- */

static bool read_until(struct tool *tool, struct allow *allow,
		       struct error *err)
{
	int64_t seconds = DEFAULT_DAYS * DAY_S;
	char *text = mem_zeroed(tool->mem, CLOCK_TEXT, 1, "until");

	if (tool_has(tool, "--until") && tool_has(tool, "--for"))
		return error_set(err, ERROR_USAGE,
				 "--until or --for, not both");
	allow->until = tool_value(tool, "--until");
	if (allow->until != NULL)
		return true;
	if (!tool_duration(tool, "--for", &seconds, err))
		return false;
	if (seconds < DAY_S)
		return error_set(err, ERROR_USAGE, "--for: at least 1d");
	allow->until =
	    clock_day_text(clock_now_s(&tool->clock) + seconds, text);
	return true;
}

static bool read_words(struct review_act *act, struct allow *allow,
		       struct error *err)
{
	struct tool *tool = act->review->tool;

	if (!review_read_note(tool, "--name", &allow->name, err) ||
	    !review_read_note(tool, "--owner", &allow->owner, err) ||
	    !review_read_note(tool, "--why", &allow->why, err))
		return false;
	if (*allow->owner == '\0')
		return error_set(err, ERROR_USAGE,
				 "--owner is missing: who answers for the "
				 "override");
	if (*allow->name != '\0' && !act->is_only)
		return error_set(err, ERROR_USAGE,
				 "--name is for one REF: each override needs "
				 "a name of its own");
	return true;
}

/* An end that is no date is no better at the last incident. */
static bool check_until(TALLOC_CTX *mem, const struct allow *allow,
			struct error *err)
{
	struct override_draft *draft = override_draft_new(mem, "until");

	return override_draft_set(draft, "until", allow->until, err);
}

static bool prepare(struct review_act *act, struct error *err)
{
	struct tool *tool = act->review->tool;
	struct allow *allow = mem_new(tool->mem, struct allow);

	*allow = (struct allow){
	    .by = tool_value(tool, "--by"),
	    .is_from_any = tool_has(tool, "--from-any"),
	    .is_known = tool_has(tool, "--i-know"),
	};
	act->allow = allow;
	return read_until(tool, allow, err) && read_words(act, allow, err) &&
	       check_until(tool->mem, allow, err);
}

/* --- by what, and for whom --- */

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

/* Once a run: one incident costs no more than a hundred. */
static bool read_paths(struct review_act *act, struct error *err)
{
	const struct review_reading *reading = &act->review->reading;
	TALLOC_CTX *mem = act->review->tool->mem;
	struct allow *allow = act->allow;

	if (allow->paths != NULL)
		return true;
	allow->paths = mem_new(mem, struct store_path_list);
	return store_path_list_read(mem, reading->reader, reading->now_s,
				    allow->paths, err);
}

/* The handle asked for; else the strongest that has a past, or with --i-know
 * the strongest. */
static bool choose_handle(struct review_act *act, struct allowance *allowance,
			  struct error *err)
{
	struct review_handles *handles = &allowance->candidate->handles;
	struct store_reader *reader = act->review->reading.reader;

	allowance->is_known = allowance->allow->is_known;
	if (allowance->is_known)
		return true;
	if (!review_find_passes(reader, &allowance->candidate, 1, err) ||
	    !read_paths(act, err))
		return false;
	review_find_paths(act->allow->paths, &allowance->candidate, 1);
	const struct review_handle *known = review_handles_known(handles);
	if (allowance->allow->by == NULL && known != NULL)
		allowance->handle = known;
	allowance->is_known = review_handle_is_known(allowance->handle);
	return true;
}

static bool find_scope(struct review_act *act, struct allowance *allowance,
		       struct error *err)
{
	const struct store_incident *incident = allowance->incident;
	const struct allow *allow = allowance->allow;

	allowance->candidate = review_candidate_new(act->mem, incident);
	allowance->handle =
	    review_handles_find(&allowance->candidate->handles, allow->by);
	if (allowance->handle == NULL)
		return refuse_handle(allow->by, incident->reference, err);
	if (*incident->author_domain == '\0' && !allow->is_from_any)
		return error_set(err, ERROR_INPUT,
				 "%s has no single author domain (%s); with "
				 "--from-any the override holds for every From "
				 "behind %s %s",
				 incident->reference, incident->author_error,
				 review_handle_text(allowance->handle->kind),
				 allowance->handle->value);
	return choose_handle(act, allowance, err) &&
	       (allowance->is_known || refuse_unknown(allowance, err));
}

/* --- writing it --- */

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
	    {"owner", allowance->allow->owner},
	    {"why", allowance->why},
	    {"until", allowance->allow->until},
	    {"from", allowance->from},
	};

	for (size_t i = 0; i < COUNT_OF(settings); i++) {
		if (settings[i][1] != NULL &&
		    !override_draft_set(draft, settings[i][0], settings[i][1],
					err))
			return false;
	}
	return true;
}

static struct allowance allowance_of(const struct review_act *act)
{
	const struct store_incident *incident = act->incident;
	const struct allow *allow = act->allow;

	return (struct allowance){
	    .allow = allow,
	    .incident = incident,
	    .name = *allow->name != '\0'
			? allow->name
			: mem_printf(act->mem, "allow %s", incident->reference),
	    .why = mem_printf(act->mem, "%s: %s", incident->reference,
			      *allow->why == '\0' ? "legitimate" : allow->why),
	    .from = allow->is_from_any ? NULL : incident->author_domain,
	};
}

/* --- what this run wrote already --- */

/* The override that lets such mail in; NULL: none yet. */
static const struct allowed *find_allowed(const struct allowance *allowance)
{
	const struct review_handle *handle = allowance->handle;
	const struct allowed *allowed = allowance->allow->allowed;

	for (; allowed != NULL; allowed = allowed->before) {
		if (allowed->kind == handle->kind &&
		    strcmp(allowed->value, handle->value) == 0 &&
		    (allowed->from == NULL ||
		     strcmp(allowed->from, allowance->from) == 0))
			break;
	}
	return allowed;
}

static void keep_allowed(struct review_act *act,
			 const struct allowance *allowance)
{
	TALLOC_CTX *mem = act->review->tool->mem;
	struct allowed *made = mem_new(mem, struct allowed);

	*made = (struct allowed){
	    .name = mem_strdup(mem, allowance->name),
	    .kind = allowance->handle->kind,
	    .value = mem_strdup(mem, allowance->handle->value),
	    .from = allowance->from == NULL ? NULL
					    : mem_strdup(mem, allowance->from),
	    .before = act->allow->allowed,
	};
	act->allow->allowed = made;
}

static bool write_override(struct review_act *act,
			   const struct allowance *allowance, struct error *err)
{
	struct override_draft *draft =
	    override_draft_new(act->mem, allowance->name);

	/* What was found in the fleet's record is allowed on all its hosts. */
	if (!fill_draft(draft, allowance, err) ||
	    !(act->review->fleet != NULL
		  ? tool_override_add_fleet(act->review->tool,
					    act->review->config, draft, err)
		  : tool_override_add(act->review->tool, act->review->config,
				      draft, err)))
		return false;
	keep_allowed(act, allowance);
	return true;
}

static bool allow(struct review_act *act, struct error *err)
{
	struct allowance allowance = allowance_of(act);

	if (!find_scope(act, &allowance, err))
		return false;
	const struct allowed *allowed = find_allowed(&allowance);
	if (allowed != NULL)
		(void)printf("%s: override \"%s\" lets such mail in\n",
			     act->incident->reference, allowed->name);
	else if (!write_override(act, &allowance, err))
		return false;
	const char *note =
	    mem_printf(act->mem, "override \"%s\" by %s %s until %s",
		       allowed != NULL ? allowed->name : allowance.name,
		       review_handle_text(allowance.handle->kind),
		       allowance.handle->value, act->allow->until);
	return review_record(act, ACT_ALLOW, note, err);
}

const struct review_deed review_allow = {
    .verb = "allow",
    .max = ALLOWS_MAX,
    .prepare = prepare,
    .run = allow,
};
