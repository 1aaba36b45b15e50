/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_settings.c - the settings of section "spf"
 *
 * RFC 7208 4.6.4 fixes the term limit; a lower one is for tests only.
 * Tested by test_alignctl_doctor.
 */
#include "lib/auth/spf_settings.h"

#include "lib/auth/engine_choice.h"

static const struct setting_choice engines[] = {
    {"alignd", ENGINE_ALIGND},
    {"libspf2", ENGINE_LIBRARY},
    {NULL, 0},
};

const char *engine_spf_text(int choice)
{
	return engines[choice].name;
}

const struct setting spf_setting_rows[] = {
    {.name = "engine",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct spf_settings, engine),
     .initial = "alignd",
     .choices = engines,
     .is_reloadable = true,
     .summary = "Who evaluates records: alignd, or the library, whose known "
		"limits alignd.conf(5) lists."},
    {.name = "term_limit",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct spf_settings, term_limit),
     .initial = "10",
     .min = 1,
     .max = 10,
     .is_reloadable = true,
     .summary = "Terms of an SPF record that may cause a DNS lookup, includes "
		"counted in; more are a permerror."},
    {.name = "void_limit",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct spf_settings, void_limit),
     .initial = "2",
     .min = 0,
     .max = 10,
     .is_reloadable = true,
     .summary = "Terms whose lookup may find no name or no data; more are a "
		"permerror."},
    {.name = NULL},
};
