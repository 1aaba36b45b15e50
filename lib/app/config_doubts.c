/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config_doubts.c - settings that are well written and cannot do what they say
 * Tested by test_config.
 */
#include "lib/app/config_doubts.h"

#include <string.h>

#include "lib/base/suffix.h"

/* One doubt more; its texts are below `mem`, or static. */
static void add_doubt(TALLOC_CTX *mem, struct config_doubts *doubts,
		      struct config_doubt doubt)
{
	doubts->items = mem_resize(mem, doubts->items, struct config_doubt,
				   doubts->count + 1);
	doubts->items[doubts->count++] = doubt;
}

/* --- rules about names, and no names --- */

static void doubt_rule(TALLOC_CTX *mem, const struct config *config,
		       const char *setting, struct config_doubts *doubts)
{
	add_doubt(mem, doubts,
		  (struct config_doubt){
		      .setting = setting,
		      .found = mem_printf(
			  mem,
			  "%s, and own.domains and protect.names are empty: "
			  "it holds for no mail",
			  settings_origin(config->origins, setting)->value),
		      .fix = "list your domains in own.domains, and names of "
			     "others to protect in protect.names",
		  });
}

static void doubt_rules(TALLOC_CTX *mem, const struct config *config,
			struct config_doubts *doubts)
{
	if (config->own.domains.count + config->protect.names.count > 0)
		return;
	if (config->policy.on_own != DISPOSITION_NONE)
		doubt_rule(mem, config, "policy.on_own", doubts);
	if (config->policy.on_lookalike != DISPOSITION_NONE)
		doubt_rule(mem, config, "policy.on_lookalike", doubts);
}

static void doubt_people(TALLOC_CTX *mem, const struct config *config,
			 struct config_doubts *doubts)
{
	const char *setting = "policy.on_person_name";

	if (config->policy.on_person_name == DISPOSITION_NONE ||
	    config->protect.people.count > 0)
		return;
	add_doubt(
	    mem, doubts,
	    (struct config_doubt){
		.setting = setting,
		.found = mem_printf(
		    mem, "%s, and protect.people is empty: it holds for no mail",
		    settings_origin(config->origins, setting)->value),
		.fix = "list in protect.people whose names strangers write "
		       "under",
	    });
}

/* --- names that are not what is asked for --- */

/* Below such a name strangers register theirs, and all would be held to. */
static void doubt_protected(TALLOC_CTX *mem, const struct config *config,
			    struct config_doubts *doubts)
{
	const struct text_list *names = &config->protect.names;

	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];
		if (!suffix_is_public(name))
			continue;
		add_doubt(
		    mem, doubts,
		    (struct config_doubt){
			.setting = "protect.names",
			.found = mem_printf(
			    mem,
			    "%s is a public suffix: all who registered below "
			    "it would have to prove to be it, and no "
			    "look-alike of it is found",
			    name),
			.fix = mem_printf(mem,
					  "write the registered names meant, "
					  "such as example.%s",
					  name),
		    });
	}
}

/* Whose mail it is, is asked of the name that was registered. */
static void doubt_known(TALLOC_CTX *mem, const struct config *config,
			struct config_doubts *doubts)
{
	const struct text_list *names = &config->protect.lookalikes_known;

	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];
		const char *registered = suffix_registrable(name);
		if (strcmp(name, registered) == 0)
			continue;
		add_doubt(mem, doubts,
			  (struct config_doubt){
			      .setting = "protect.lookalikes_known",
			      .found = mem_printf(
				  mem,
				  "%s is below the registered name, so it "
				  "makes nothing known",
				  name),
			      .fix = mem_printf(mem, "write %s", registered),
			  });
	}
}

/* --- mail with nobody to come from --- */

static void doubt_mail(TALLOC_CTX *mem, const struct config *config,
		       struct config_doubts *doubts)
{
	const struct {
		const char *setting;
		const char *mail;
	} rows[] = {
	    {"digest.mail", config->digest.to.mail},
	    {"alert.mail", config->alert.to.mail},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (*rows[i].mail == '\0' || *config->report.from != '\0')
			continue;
		add_doubt(mem, doubts,
			  (struct config_doubt){
			      .setting = rows[i].setting,
			      .found = mem_printf(
				  mem,
				  "%s, and report.from is empty: nothing is "
				  "mailed to it",
				  text_printable(mem, rows[i].mail)),
			      .fix = "set report.from to the address that "
				     "such mail comes from",
			  });
	}
}

struct config_doubts config_doubts_find(TALLOC_CTX *mem,
					const struct config *config)
{
	struct config_doubts doubts = {.count = 0};

	doubt_rules(mem, config, &doubts);
	doubt_people(mem, config, &doubts);
	doubt_protected(mem, config, &doubts);
	doubt_known(mem, config, &doubts);
	doubt_mail(mem, config, &doubts);
	return doubts;
}
