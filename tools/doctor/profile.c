/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * profile.c - what this host meets of a profile, row by row
 *
 * Settings are looked at as they are in force; what a resolver does is tried.
 * Rows about domains are alignctl posture's.
 * Tested by test_alignctl_profiles.
 */
#include "tools/doctor/doctor.h"

#include <string.h>

#include "lib/dns/dns.h"
#include "lib/profile/result.h"

static void leave(struct profile_results *results,
		  const struct profile_row *row, enum profile_state state,
		  const char *evidence, const char *todo)
{
	const struct profile_result result = {
	    .row = row, .state = state, .evidence = evidence, .todo = todo};

	profile_results_add(results, &result);
}

/* --- settings --- */

static const char *place_of(TALLOC_CTX *mem,
			    const struct setting_origin *origin)
{
	if (origin->line != 0)
		return mem_printf(mem, "%s:%d",
				  text_printable(mem, origin->file),
				  origin->line);
	return origin->by == NULL ? "the default" : origin->by;
}

static const char *value_of(struct doctor *doctor, const char *name)
{
	struct setting_place at;

	if (!setting_find(config_sections, name, &at))
		return "";
	return setting_text(doctor->mem, at.row,
			    (const char *)doctor->config + at.section->offset);
}

static bool is_given(struct doctor *doctor, const char *name)
{
	const char *value = value_of(doctor, name);

	return strcmp(value, "\"\"") != 0 && strcmp(value, "{}") != 0;
}

/* "policy.on_none = reject (profile ism-1799)" */
static const char *words_of(struct doctor *doctor, const char *name)
{
	const struct setting_origin *origin =
	    settings_origin(doctor->config->origins, name);

	return mem_printf(
	    doctor->mem, "%s = %s (%s)", name,
	    finding_shown(doctor->findings, value_of(doctor, name)),
	    place_of(doctor->mem, origin));
}

static void look_at_value(struct doctor *doctor, const struct profile_row *row,
			  struct profile_results *results)
{
	bool is_met = profile_is_met_by(row, value_of(doctor, row->subject));

	leave(results, row, is_met ? PROFILE_MET : PROFILE_NOT_MET,
	      words_of(doctor, row->subject), NULL);
}

/* One of two is enough. */
static void look_at_given(struct doctor *doctor, const struct profile_row *row,
			  struct profile_results *results)
{
	bool is_other = row->also != NULL && !is_given(doctor, row->subject) &&
			is_given(doctor, row->also);
	const char *name = is_other ? row->also : row->subject;

	leave(results, row,
	      is_given(doctor, name) ? PROFILE_MET : PROFILE_NOT_MET,
	      words_of(doctor, name), NULL);
}

/* --- the resolver --- */

static void judge_canary(const struct dns_answer *answer,
			 const struct profile_row *row,
			 struct profile_results *results)
{
	if (answer->status == DNS_BOGUS)
		leave(results, row, PROFILE_NOT_MET,
		      "the address of " DOCTOR_CANARY
		      ", which is signed, is bogus",
		      NULL);
	else if (answer->status == DNS_TEMPORARY)
		leave(results, row, PROFILE_NOT_CHECKABLE,
		      "no answer about " DOCTOR_CANARY, NULL);
	else if (answer->is_secure)
		leave(results, row, PROFILE_MET,
		      "the address of " DOCTOR_CANARY " is secure", NULL);
	else
		leave(results, row, PROFILE_NOT_MET,
		      "the address of " DOCTOR_CANARY
		      ", which is signed, is not secure",
		      NULL);
}

static void look_at_resolver(struct doctor *doctor,
			     const struct profile_row *row,
			     struct profile_results *results)
{
	struct dns *dns = NULL;
	struct error err;

	if (!doctor->config->dns.dnssec) {
		leave(results, row, PROFILE_NOT_MET,
		      "dns.dnssec = no: nothing is validated",
		      "Set dns.dnssec = yes");
		return;
	}
	if (!dns_new(&doctor->config->dns, &dns, &err)) {
		leave(results, row, PROFILE_NOT_CHECKABLE, err.words,
		      "See dns.servers");
		return;
	}
	struct dns_session *session =
	    dns_session_new(NULL, dns, doctor->config->dns.budget_ms);
	judge_canary(dns_session_ask(session, DOCTOR_CANARY, DNS_A), row,
		     results);
	mem_free(session);
	dns_free(dns);
}

/* --- all of them --- */

/* Returns the number of rows that are about domains. */
static size_t look_at_all(struct doctor *doctor,
			  struct profile_results *results)
{
	const struct profile_row *row = NULL;
	size_t others = 0;

	while ((row = profile_next(results->profile, row)) != NULL) {
		if (row->check == PROFILE_SETTING)
			look_at_value(doctor, row, results);
		else if (row->check == PROFILE_GIVEN)
			look_at_given(doctor, row, results);
		else if (row->check == PROFILE_VALIDATED)
			look_at_resolver(doctor, row, results);
		else if (row->check == PROFILE_DECLARED)
			leave(results, row, PROFILE_TO_DECLARE,
			      "no program can see that", NULL);
		else
			others++;
	}
	return others;
}

static int status_of(const struct profile_results *results)
{
	if (profile_results_count(results, PROFILE_NOT_MET) > 0)
		return TOOL_FINDINGS;
	return profile_results_count(results, PROFILE_NOT_CHECKABLE) > 0
		   ? TOOL_UNCHECKED
		   : TOOL_DONE;
}

int doctor_check_profile(struct doctor *doctor, const char *name)
{
	struct tool *tool = doctor->tool;
	struct config *config = NULL;
	struct error err;

	if (!tool_config(tool, &config, &err))
		return tool_fail(&err);
	enum profile_id profile = (enum profile_id)config->daemon.profile;
	if (name != NULL && !profile_find(name, &profile, &err))
		return tool_usage(tool, "--profile: %s", err.words);
	doctor->config = config;
	struct profile_results *results =
	    profile_results_new(doctor->mem, profile, NULL);
	size_t others = look_at_all(doctor, results);
	struct rows rows = profile_show_begin(stdout, tool_form(tool));
	profile_show(&rows, results);
	if (rows.form == SHOW_TEXT && others > 0)
		(void)printf("%zu more are about your domains: alignctl "
			     "posture --profile %s\n",
			     others, profiles[profile].name);
	return status_of(results);
}
