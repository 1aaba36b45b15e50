/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * old_settings.c - finding a row of the three tables
 * Tested by test_old_conf.
 */
#include "lib/import/old_settings.h"

#include <string.h>

#include "lib/base/text.h"

static const struct {
	const char *name;
	const struct old_setting *settings;
} kinds[OLD_KINDS] = {
    [OLD_OPENDMARC] = {"opendmarc", old_opendmarc_settings},
    [OLD_OPENDKIM] = {"opendkim", old_opendkim_settings},
    [OLD_POLICYD_SPF] = {"policyd-spf", old_policyd_spf_settings},
};

const char *old_kind_text(enum old_kind kind)
{
	return kinds[kind].name;
}

bool old_kind_named(const char *text, enum old_kind *kind)
{
	for (int i = 0; i < OLD_KINDS; i++) {
		if (strcmp(kinds[i].name, text) != 0)
			continue;
		*kind = (enum old_kind)i;
		return true;
	}
	return false;
}

const char *old_fate_text(enum old_fate fate)
{
	static const char *const words[OLD_FATES] = {
	    [OLD_TAKEN] = "taken",	     [OLD_QUESTION] = "question",
	    [OLD_REFUSED] = "refused there", [OLD_NO_EQUAL] = "no equal",
	    [OLD_STAYS] = "stays",	     [OLD_NOT_NEEDED] = "not needed",
	};

	return words[fate];
}

const struct old_setting *old_settings_of(enum old_kind kind)
{
	return kinds[kind].settings;
}

const struct old_setting *old_setting_named(enum old_kind kind,
					    const char *name)
{
	const struct old_setting *row = kinds[kind].settings;

	for (; row->name != NULL; row++) {
		if (kind == OLD_POLICYD_SPF
			? strcmp(row->name, name) == 0
			: text_equals_nocase(row->name, name))
			return row;
	}
	return NULL;
}
