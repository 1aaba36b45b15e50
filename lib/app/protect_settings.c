/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protect_settings.c - the settings of section protect
 * Tested by test_config, test_alignctl_whatif.
 */
#include "lib/app/protect_settings.h"

#include "lib/base/domain.h"
#include "lib/lookalike/people.h"

static bool check_domain(const char *value, struct error *err)
{
	return domain_is_valid(value) ||
	       setting_refuse(
		   err, value,
		   "is no domain (allowed: a name in lower-case A-labels)");
}

static bool check_person(const char *value, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct person person;
	bool is_good = person_read(mem, value, &person, err);

	mem_free(mem);
	return is_good;
}

const struct setting protect_setting_rows[] = {
    {.name = "names",
     .type = SETTING_LIST,
     .offset = offsetof(struct protect_settings, names),
     .initial = "",
     .check = check_domain,
     .is_reloadable = true,
     .summary = "Domains of others that policy.on_own holds to as your own, "
		"such as your bank's; each with all names below it."},
    {.name = "short_names",
     .type = SETTING_LIST,
     .offset = offsetof(struct protect_settings, short_names),
     .initial = "",
     .check = check_domain,
     .is_reloadable = true,
     .summary = "Those of own.domains and protect.names whose look-alikes are "
		"told although they are short: of fewer than 6 letters (12, "
		"for one letter more or fewer)."},
    {.name = "lookalikes_known",
     .type = SETTING_LIST,
     .offset = offsetof(struct protect_settings, lookalikes_known),
     .initial = "",
     .check = check_domain,
     .is_reloadable = true,
     .summary = "Domains of others that look like one of yours and are fine: "
		"the registered name, without what stands below it."},
    {.name = "lookalike_suffixes",
     .type = SETTING_FLAG,
     .offset = offsetof(struct protect_settings, lookalike_suffixes),
     .initial = "no",
     .is_reloadable = true,
     .summary = "Does your name below another public suffix (example.net "
		"beside example.com) count as a look-alike?"},
    {.name = "people",
     .type = SETTING_LIST,
     .offset = offsetof(struct protect_settings, people),
     .initial = "",
     .check = check_person,
     .is_reloadable = true,
     .summary = "People whose name strangers may write under, each with the "
		"address by which it is told, and others that they write "
		"from: \"Ann Example <ann@example.org> <ann@home.test>\"."},
    {.name = "open_domains",
     .type = SETTING_LIST,
     .offset = offsetof(struct protect_settings, open_domains),
     .initial = "",
     .check = check_domain,
     .is_reloadable = true,
     .summary = "Domains at which anybody gets an address, such as a free "
		"mailer's: that their mail has passed here spares nobody who "
		"bears a name of protect.people."},
    {.name = NULL},
};
