/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * profile.c - the names of profiles, and their defaults put in force
 *
 * Tested by test_profile.
 */
#include "lib/profile/profile.h"

#include <string.h>

#define SHOWN_MAX 40 /* bytes of an unknown name */

const struct profile profiles[PROFILES] = {
    [PROFILE_RFC9989] = {"rfc9989", "RFC 9989 to 9991, as alignd reads them",
			 "RFC 9989, 9990 and 9991, May 2026"},
    [PROFILE_UK_GOV] = {"uk-gov", "United Kingdom, public bodies",
			"Securing government email, March 2024, and Set up "
			"government email services securely, April 2020"},
    [PROFILE_ISM_1799] = {"ism-1799", "Australia, Information Security Manual",
			  "ISM, Guidelines for email, September 2025"},
    [PROFILE_BSI_TR_03182] = {"bsi-tr-03182",
			      "Germany, BSI: Email Authentication",
			      "BSI TR-03182 version 1.0, July 2023, and its "
			      "test specification TR-03182-P, January 2024"},
    [PROFILE_CISA_BOD_18_01] = {"cisa-bod-18-01",
				"United States, federal agencies",
				"Binding Operational Directive 18-01, October "
				"2017"},
};

const struct setting_choice profile_choices[] = {
    {"rfc9989", PROFILE_RFC9989},
    {"uk-gov", PROFILE_UK_GOV},
    {"ism-1799", PROFILE_ISM_1799},
    {"bsi-tr-03182", PROFILE_BSI_TR_03182},
    {"cisa-bod-18-01", PROFILE_CISA_BOD_18_01},
    {NULL, 0},
};

bool profile_find(const char *name, enum profile_id *profile, struct error *err)
{
	static const struct setting row = {.type = SETTING_CHOICE,
					   .choices = profile_choices};

	for (int i = 0; i < PROFILES; i++) {
		if (strcmp(profiles[i].name, name) == 0) {
			*profile = (enum profile_id)i;
			return true;
		}
	}
	TALLOC_CTX *mem = mem_context(NULL);
	(void)error_set(err, ERROR_USAGE, "\"%s\" is no profile (allowed: %s)",
			text_escape(mem, span_of(name), SHOWN_MAX, true),
			setting_allowed(mem, &row));
	mem_free(mem);
	return false;
}

const struct profile_row *profile_next(enum profile_id profile,
				       const struct profile_row *row)
{
	row = row == NULL ? profile_rows : row + 1;
	while (row->rule != NULL && row->profile != profile)
		row++;
	return row->rule == NULL ? NULL : row;
}

bool profile_is_about_host(const struct profile_row *row)
{
	return row->check <= PROFILE_VALIDATED;
}

const struct profile_row *profile_default_of(enum profile_id profile,
					     const char *setting)
{
	const struct profile_row *row = NULL;

	while ((row = profile_next(profile, row)) != NULL) {
		if (row->check == PROFILE_SETTING &&
		    strcmp(row->subject, setting) == 0)
			return row;
	}
	return NULL;
}

bool profile_has_word(const char *words, const char *word)
{
	struct span rest = span_of(words == NULL ? "" : words);
	struct span next;

	while (rest.length > 0) {
		(void)span_cut(rest, ' ', &next, &rest);
		if (span_equals(next, word))
			return true;
	}
	return false;
}

bool profile_is_met_by(const struct profile_row *row, const char *value)
{
	return strcmp(row->wanted, value) == 0 ||
	       profile_has_word(row->also, value);
}

const struct settings_origins *
profile_apply(TALLOC_CTX *mem, enum profile_id profile,
	      const struct setting_section *sections,
	      const struct settings_origins *origins, void *values)
{
	const struct profile_row *row = NULL;
	struct settings_base base = {.by = NULL};

	/* Its defaults are alignd's own. */
	if (profile != PROFILE_RFC9989)
		base.by = mem_printf(mem, "profile %s", profiles[profile].name);

	while ((row = profile_next(profile, row)) != NULL) {
		if (row->check != PROFILE_SETTING)
			continue;
		base.rows = mem_resize(mem, base.rows, struct settings_default,
				       base.count + 1);
		base.rows[base.count++] =
		    (struct settings_default){row->subject, row->wanted};
	}
	return settings_put_defaults(mem, sections, origins, &base, values);
}
