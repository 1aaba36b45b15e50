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

/* "/etc/alignd/alignd.conf:12: on_reject = quarantine"; `by`: whose default it
 * is, where it is not alignd's. */
static const char *place_text(TALLOC_CTX *mem, const char *file, int64_t line,
			      const char *text, const char *by)
{
	const char *whose = by == NULL
				? "the default"
				: mem_printf(mem, "the default of %s", by);

	if (file == NULL)
		return mem_printf(mem, "%s; there is no configuration file",
				  whose);
	if (line == 0)
		return mem_printf(mem, "%s, not set in %s", whose, file);
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
	    place_text(dossier->mem, now->file, now->line, now->text, now->by));
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
		       json_get_text(setting, "text"),
		       json_get_text(setting, "by")));
	say_today(dossier, name, value);
}

/* --- who decided --- */

static void say_override_today(struct dossier *dossier,
			       const struct json *override)
{
	const struct override_set *set = dossier->today->overrides;
	const struct override *now = NULL;

	if (dossier->today->is_unknown)
		return;
	for (size_t i = 0; set != NULL && i < set->count && now == NULL; i++) {
		if (dossier_is(override, "name", set->items[i].name))
			now = &set->items[i];
	}
	if (now == NULL)
		say(dossier, "Today there is no override of that name.");
	else if (override_is_expired(now, dossier->today->now_s))
		say(dossier, "Today it has ended and applies no more.");
	else if (!dossier_is(override, "action",
			     override_action_text(now->action)))
		say(dossier, "Today its action is %s (line %d).",
		    override_action_text(now->action), now->line);
}

static void say_override(struct dossier *dossier, const char *what,
			 const struct json *override)
{
	say(dossier, "%s your override \"%s\" (%s:%lld), which says: %s.", what,
	    dossier_text_at(override, "name", "-"),
	    dossier_text_at(override, "file", "-"),
	    (long long)json_get_number(override, "line", 0),
	    dossier_text_at(override, "action", "-"));
	say(dossier, "  Owner: %s. Why: %s. Until: %s.",
	    dossier_text_at(override, "owner", "-"),
	    dossier_text_at(override, "why", "-"),
	    dossier_text_at(override, "until", "-"));
	say_override_today(dossier, override);
}

/* From what was recorded of an override or of a setting. */
static struct explanation_decider
read_decider(const char *name, const struct json *rule, const char *value_key)
{
	return (struct explanation_decider){
	    .name = name,
	    .value = json_get_text(rule, value_key),
	    .file = json_get_text(rule, "file"),
	    .line = json_get_number(rule, "line", 0),
	    .text = dossier_text(json_get_text(rule, "text")),
	    .by = json_get_text(rule, "by"),
	};
}

/* The setting, override or result that had the last word in enforce mode;
 * `what` introduces a setting. */
static struct explanation_decider say_rule(struct dossier *dossier,
					   const char *what)
{
	/* Results that ask for nothing. */
	static const char *const results[] = {
	    [REASON_DMARC_PASS] =
		"Decided by the result: what passes is let in.",
	    [REASON_FORGED_FIELDS] =
		"Decided by a bound: more fields claimed to be this host's "
		"Authentication-Results than can be removed, and a message "
		"that vouches for itself is let in in no mode.",
	    [REASON_DMARC_NONE] = "Decided by the result: without a policy "
				  "nothing is done.",
	    [REASON_DMARC_FAIL] =
		"Decided by the result: the policy asks for nothing.",
	    [REASON_DMARC_PERMERROR] =
		"Decided by the result: a policy record that cannot be used "
		"asks for nothing.",
	};
	const char *decided_by = json_get_text(dossier->more, "decided_by");
	enum decide_reason reason = decide_reason_of(decided_by);
	const struct json *override =
	    json_get(dossier->mem, dossier->more, "override");
	const struct json *setting = dossier_setting(dossier, decided_by);
	const char *words = PHRASE(results, (int)reason, NULL);

	if (decided_by == NULL) {
		say(dossier, "Which line of the configuration decided was not "
			     "recorded.");
	} else if (reason == REASON_OVERRIDE && override != NULL) {
		say_override(dossier, what, override);
		return read_decider(
		    mem_printf(dossier->mem, "override %s",
			       dossier_text_at(override, "name", "-")),
		    override, "action");
	} else if (setting != NULL) {
		say_setting(dossier, setting, what);
		return read_decider(decided_by, setting, "value");
	} else if (words != NULL) {
		say(dossier, "%s", words);
	} else {
		say(dossier, "%s %s.", what, decided_by);
	}
	return (struct explanation_decider){.name = decided_by};
}

/* "ann, bob", or nothing. */
static const char *rule_names(TALLOC_CTX *mem, const struct json *names)
{
	const char *text = "";

	for (size_t i = 0; names != NULL && i < json_count(names); i++) {
		const char *name = json_item_text(names, i);
		if (name != NULL)
			text = mem_printf(mem, "%s%s\"%s\"", text,
					  i == 0 ? "" : ", ", name);
	}
	return text;
}

/* Recipients are told by the overrides that name them: their addresses were not
 * kept. */
static void say_recipients(struct dossier *dossier)
{
	const struct json *groups =
	    json_get(dossier->mem, dossier->more, "rcpt_rules");
	size_t count = groups == NULL ? 0 : json_count(groups);

	if (count > 0)
		say(dossier, "Overrides name recipients of it (rcpt); what is "
			     "done is the strictest of what each recipient "
			     "would have:");
	for (size_t i = 0; i < count; i++) {
		const struct json *group = json_item(dossier->mem, groups, i);
		const char *names = rule_names(
		    dossier->mem, json_get(dossier->mem, group, "rules"));
		if (json_get_flag(group, "more"))
			say(dossier, "  more kinds of recipients than are told "
				     "apart; only what is stricter counts.");
		else if (*names == '\0')
			say(dossier, "  recipients that no override names.");
		else
			say(dossier, "  recipients in the scope of %s.", names);
	}
}

/* Rules that look at more than the policy: at what. */
static void say_grounds(struct dossier *dossier)
{
	static const char *const grounds[] = {
	    [REASON_ON_OWN] =
		"The author domain is one of own.domains or protect.names, or "
		"below one, and nothing that passed is of that name.",
	    [REASON_ON_LOOKALIKE] =
		"The author domain passes for one of own.domains or "
		"protect.names; where it is fine, put its registered name into "
		"protect.lookalikes_known.",
	    [REASON_ON_PERSON_NAME] =
		"Its From bears the name of one of protect.people, and neither "
		"the address nor its domain is one of theirs; where it is, add "
		"it to their entry.",
	    [REASON_ON_UNAUTHENTICATED] =
		"The author domain has no policy that can be applied, and "
		"neither SPF nor a signature passed.",
	    [REASON_POSTMASTER_EXEMPT] =
		"All its recipients are postmaster or abuse of own.domains, "
		"and its author is no name of ours: who is refused may ask.",
	    [REASON_ON_KNOWN_PATH] =
		"Mail of this author that came the same way used to pass, so "
		"it is kept for a person to look at.",
	};
	const char *decided_by = json_get_text(dossier->more, "decided_by");
	const char *words =
	    decided_by == NULL
		? NULL
		: PHRASE(grounds, (int)decide_reason_of(decided_by), NULL);

	if (words != NULL)
		say(dossier, "%s", words);
}

/* In monitor mode it is the mode that decides, and the rule would. */
static void say_decider(struct dossier *dossier)
{
	struct explanation_decider *decider = &dossier->explanation->decider;
	const struct json *mode = dossier_setting(dossier, "mode");

	if (mode == NULL || dossier->enforced < 0 ||
	    dossier->enforced == dossier->applied) {
		*decider = say_rule(dossier, "Decided by");
		return;
	}
	*decider = read_decider("mode", mode, "value");
	say_setting(dossier, mode, "Decided by");
	(void)say_rule(dossier, "In enforce mode decided by");
}

/* The settings that had a say besides. */
static void say_other_settings(struct dossier *dossier)
{
	const struct json *pct = dossier_setting(dossier, "dmarc.honor_pct");
	const struct json *action =
	    dossier_setting(dossier, "policy.quarantine_action");
	const struct json *mode = dossier_setting(dossier, "mode");

	if (pct != NULL)
		say_setting(dossier, pct, "What pct did:");
	if (action != NULL)
		say_setting(dossier, action, "What quarantine means here:");
	if (mode != NULL && !dossier_is(mode, "value", "monitor"))
		say_today(dossier, "mode", dossier_text_at(mode, "value", "-"));
}

/* --- what was done --- */

static void say_done(struct dossier *dossier)
{
	static const char *const deeds[] = {
	    [DISPOSITION_NONE] = "let in",
	    [DISPOSITION_TAG] = "let in, with a header field that marks it",
	    [DISPOSITION_QUARANTINE] = "quarantined",
	    [DISPOSITION_REJECT] = "refused",
	    [DISPOSITION_TEMPFAIL] = ("put off; the sender was told to "
				      "try again later"),
	};
	/* What an override type of RFC 9990 means here. */
	static const char *const types[] = {
	    [OVERRIDE_LOCAL_POLICY] = "a rule of this host",
	    [OVERRIDE_MAILING_LIST] = "a mailing list that is known here",
	    [OVERRIDE_OTHER] = "another reason",
	    [OVERRIDE_POLICY_TEST_MODE] = "the owner's own test mode",
	    [OVERRIDE_TRUSTED_FORWARDER] = "a forwarder that is trusted here",
	};
	const struct store_incident *incident = dossier->incident;
	const char *comment = dossier_text(incident->override_comment);

	say(dossier, "Asked: %s. Applied: %s, that is, the message was %s.",
	    dossier_text(incident->asked) == NULL ? "nothing" : incident->asked,
	    incident->applied,
	    PHRASE(deeds, dossier->applied, incident->applied));
	if (dossier->enforced >= 0 && dossier->enforced != dossier->applied)
		say(dossier,
		    "In enforce mode it would have been %s, that is, %s.",
		    disposition_text((enum disposition)dossier->enforced),
		    deeds[dossier->enforced]);
	if (dossier_text(incident->override_type) != NULL)
		say(dossier,
		    "What was applied is not what the published policy says, "
		    "and is recorded and reported as %s, %s%s%s.",
		    incident->override_type,
		    PHRASE(types, override_type_find(incident->override_type),
			   "a reason"),
		    comment == NULL ? "" : ": ",
		    comment == NULL ? "" : comment);
}

/* DNS said nothing then. */
static void say_basis(struct dossier *dossier)
{
	static const char *const words[] = {
	    [BASIS_STALE] = "past their time to live",
	    [BASIS_REMEMBERED] = "remembered of a message that passed",
	};
	const char *text = json_get_text(dossier->dmarc, "basis");
	int basis = text == NULL ? -1 : basis_text_find(text);

	if (basis <= BASIS_ANSWERED)
		return;
	say(dossier,
	    "DNS did not answer, so earlier answers decided (%s); the "
	    "questions "
	    "below say which. Such answers let in what passes by them, and "
	    "refuse nothing: what fails is to come again "
	    "(dns.serve_stale).",
	    PHRASE(words, basis, text));
}

void explain_decision(struct dossier *dossier)
{
	dossier_step(dossier, "decision", "What was decided, and by what");
	say_done(dossier);
	say_basis(dossier);
	say_decider(dossier);
	say_grounds(dossier);
	say_recipients(dossier);
	say_other_settings(dossier);
	if (dossier->today->is_unknown)
		say(dossier, "What is set today is not known: no "
			     "configuration is at hand, or it is refused.");
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
