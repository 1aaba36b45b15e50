/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scorecard_settings.c - the settings of section scorecard
 * Tested by test_alignctl_scorecard.
 */
#include "lib/app/scorecard_settings.h"

const struct setting scorecard_setting_rows[] = {
    {.name = "public_sector",
     .type = SETTING_TEXT,
     .offset = offsetof(struct scorecard_settings, public_sector),
     .initial = "public-sector-suffixes.conf",
     .is_reloadable = true,
     .summary = "A file of domains, one a line: mail of these and of those "
		"below them is the public sector's. A relative path starts "
		"from the folder of this file. It need not exist."},
    {.name = "partners",
     .type = SETTING_TEXT,
     .offset = offsetof(struct scorecard_settings, partners),
     .initial = "partners.conf",
     .is_reloadable = true,
     .summary = "Likewise the domains of your partners: suppliers, and whom "
		"else you want to see apart. It need not exist."},
    {.name = NULL},
};
