/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_decision.c - what was done, the line of the configuration that
 * decided it, and what today's configuration says there
 *
 * The lines are those of the moment of the decision, as they were recorded.
 */
#include <string.h>

#include "lib/explain/dossier.h"

/* --- settings --- */

/* "/etc/alignd/alignd.conf:12: on_reject = quarantine" */
static const char *place_text(TALLOC_CTX *mem, const char *file, int64_t line,
			      const char *text)
{
	if (file == NULL)
		return "the default; there is no configuration file";
	if (line == 0)
		return mem_printf(mem, "the default, not set in %s", file);
	return mem_printf(mem, "%s:%lld: %s", file, (long long)line,
			  text == NULL ? "" : text);
}

/* Has today's configuration another value for a setting of then? */
static void say_today(struct dossier *dossier, const char *name,
		      const char *value)
{
	const struct setting_origin *now =
	    settings_origin(dossier->today->origins, name);

	if (now == NULL || strcmp(now->value, value) == 0)
		return;
	say(dossier, "Today that is different: %s = %s (%s).", name, now->value,
	    place_text(dossier->mem, now->file, now->line, now->text));
}

static void say_setting(struct dossier *dossier, const struct json *setting,
			const char *what)
{
	const char *name = json_get_text(setting, "name");
	const char *value = json_get_text(setting, "value");

	if (name == NULL || value == NULL)
		return;
	say(dossier, "%s %s = %s (%s).", what, name, value,
	    place_text(dossier->mem, json_get_text(setting, "file"),
		       json_get_number(setting, "line", 0),
		       json_get_text(setting, "text")));
	say_today(dossier, name, value);
}

/* The recorded setting of that name, or NULL. */
static struct json *find_setting(const struct dossier *dossier,
				 const char *name)
{
	struct json *list =
	    dossier_list(dossier->mem, dossier->more, "settings");

	for (size_t i = 0; name != NULL && i < json_count(list); i++) {
		struct json *item = json_item(dossier->mem, list, i);
		if (item != NULL && dossier_is(item, "name", name))
			return item;
	}
	return NULL;
}

/* --- who decided --- */

static const struct override *find_today(const struct dossier *dossier,
					 const char *name)
{
	const struct override_set *set = dossier->today->overrides;

	for (size_t i = 0; set != NULL && name != NULL && i < set->count; i++) {
		if (strcmp(set->items[i].name, name) == 0)
			return &set->items[i];
	}
	return NULL;
}

static void say_override_today(struct dossier *dossier,
			       const struct json *override)
{
	const char *name = json_get_text(override, "name");
	const struct override *now = find_today(dossier, name);

	if (now == NULL)
		say(dossier, "Today there is no override of that name.");
	else if (override_is_expired(now, dossier->today->now_s))
		say(dossier, "Today it has ended and applies no more.");
	else if (!dossier_is(override, "action",
			     override_action_text(now->action)))
		say(dossier, "Today its action is %s (line %d).",
		    override_action_text(now->action), now->line);
}

static const char *or_dash(const char *text)
{
	return text == NULL ? "-" : text;
}

static void say_override(struct dossier *dossier, const char *what,
			 const struct json *override)
{
	say(dossier, "%s your override \"%s\" (%s:%lld), which says: %s.", what,
	    or_dash(json_get_text(override, "name")),
	    or_dash(json_get_text(override, "file")),
	    (long long)json_get_number(override, "line", 0),
	    or_dash(json_get_text(override, "action")));
	say(dossier, "  Owner: %s. Why: %s. Until: %s.",
	    or_dash(json_get_text(override, "owner")),
	    or_dash(json_get_text(override, "why")),
	    or_dash(json_get_text(override, "until")));
	say_override_today(dossier, override);
}

/* A result that asks for nothing, in words; NULL for a setting. */
static const char *result_words(const char *decided_by)
{
	static const struct phrase table[] = {
	    {"dmarc=pass", "Decided by the result: what passes is let in."},
	    {"forged fields",
	     "Decided by a bound: more fields claimed to be this host's "
	     "Authentication-Results than can be removed, and a message that "
	     "vouches for itself is let in in no mode."},
	    {"dmarc=none", "Decided by the result: without a policy nothing "
			   "is done."},
	    {"dmarc=fail", "Decided by the result: the policy asks for "
			   "nothing."},
	    {"dmarc=permerror", "Decided by the result: a policy record that "
				"cannot be used asks for nothing."},
	    {NULL, NULL},
	};

	return phrase(table, decided_by, NULL);
}

static void note_override(struct explanation_decider *decider, TALLOC_CTX *mem,
			  const struct json *override)
{
	const char *name = json_get_text(override, "name");

	decider->name = mem_printf(mem, "override %s", or_dash(name));
	decider->value = json_get_text(override, "action");
	decider->file = json_get_text(override, "file");
	decider->line = json_get_number(override, "line", 0);
}

static void note_setting(struct explanation_decider *decider,
			 const struct json *setting)
{
	decider->value = json_get_text(setting, "value");
	decider->file = json_get_text(setting, "file");
	decider->line = json_get_number(setting, "line", 0);
	decider->text = dossier_text(json_get_text(setting, "text"));
}

/* The setting, override or result that had the last word in enforce mode;
 * `what` introduces a setting. */
static void say_rule(struct dossier *dossier, const char *what,
		     struct explanation_decider *decider)
{
	const char *decided_by = json_get_text(dossier->more, "decided_by");
	struct json *override =
	    json_get(dossier->mem, dossier->more, "override");
	struct json *setting = find_setting(dossier, decided_by);

	decider->name = decided_by;
	if (decided_by == NULL) {
		say(dossier, "Which line of the configuration decided was not "
			     "recorded.");
	} else if (strcmp(decided_by, "override") == 0 && override != NULL) {
		note_override(decider, dossier->mem, override);
		say_override(dossier, what, override);
	} else if (setting != NULL) {
		note_setting(decider, setting);
		say_setting(dossier, setting, what);
	} else if (result_words(decided_by) != NULL) {
		say(dossier, "%s", result_words(decided_by));
	} else {
		say(dossier, "%s %s.", what, decided_by);
	}
}

/* In monitor mode it is the mode that decides, and the rule would. */
static void say_decider(struct dossier *dossier)
{
	struct explanation_decider *decider = &dossier->explanation->decider;
	const char *enforced = json_get_text(dossier->more, "enforced");
	struct json *mode = find_setting(dossier, "mode");
	struct explanation_decider unused;

	if (mode == NULL || enforced == NULL ||
	    strcmp(enforced, dossier->incident->applied) == 0) {
		say_rule(dossier, "Decided by", decider);
		return;
	}
	decider->name = "mode";
	note_setting(decider, mode);
	say_setting(dossier, mode, "Decided by");
	say_rule(dossier, "In enforce mode decided by", &unused);
}

/* The settings that had a say besides. */
static void say_other_settings(struct dossier *dossier)
{
	struct json *pct = find_setting(dossier, "dmarc.honor_pct");
	struct json *action = find_setting(dossier, "policy.quarantine_action");
	struct json *mode = find_setting(dossier, "mode");

	if (pct != NULL)
		say_setting(dossier, pct, "What pct did:");
	if (action != NULL)
		say_setting(dossier, action, "What quarantine means here:");
	if (mode != NULL && !dossier_is(mode, "value", "monitor"))
		say_today(dossier, "mode",
			  or_dash(json_get_text(mode, "value")));
}

/* --- what was done --- */

static const char *applied_words(const char *applied)
{
	static const struct phrase table[] = {
	    {"none", "let in"},
	    {"tag", "let in, with a header field that marks it"},
	    {"quarantine", "quarantined"},
	    {"reject", "refused"},
	    {"tempfail", "put off; the sender was told to try again later"},
	    {NULL, NULL},
	};

	return phrase(table, applied, applied);
}

/* What an override type of RFC 9990 means here. */
static const char *override_words(const char *type)
{
	static const struct phrase table[] = {
	    {"local_policy", "a rule of this host"},
	    {"mailing_list", "a mailing list that is known here"},
	    {"other", "another reason"},
	    {"policy_test_mode", "the owner's own test mode"},
	    {"trusted_forwarder", "a forwarder that is trusted here"},
	    {NULL, NULL},
	};

	return phrase(table, type, "a reason");
}

static void say_done(struct dossier *dossier)
{
	const struct store_incident *incident = dossier->incident;
	const char *enforced = json_get_text(dossier->more, "enforced");
	const char *comment = dossier_text(incident->override_comment);

	say(dossier, "Asked: %s. Applied: %s, that is, the message was %s.",
	    dossier_text(incident->asked) == NULL ? "nothing" : incident->asked,
	    incident->applied, applied_words(incident->applied));
	if (enforced != NULL && strcmp(enforced, incident->applied) != 0)
		say(dossier,
		    "In enforce mode it would have been %s, that is, %s.",
		    enforced, applied_words(enforced));
	if (dossier_text(incident->override_type) != NULL)
		say(dossier,
		    "What was applied is not what the published policy says, "
		    "and is recorded and reported as %s, %s%s%s.",
		    incident->override_type,
		    override_words(incident->override_type),
		    comment == NULL ? "" : ": ",
		    comment == NULL ? "" : comment);
}

void explain_decision(struct dossier *dossier)
{
	dossier_step(dossier, "decision", "What was decided, and by what");
	say_done(dossier);
	say_decider(dossier);
	say_other_settings(dossier);
}

void explain_reply(struct dossier *dossier)
{
	const char *reply = dossier_text(dossier->incident->reply);

	dossier_step(dossier, "reply", "What the client was told");
	if (reply == NULL)
		say(dossier, "The message was accepted; the client got the "
			     "MTA's own 250.");
	else
		say(dossier, "%s", reply);
}
