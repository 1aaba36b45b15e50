/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inbox_settings.c - the settings of section inbox
 * Tested by test_alignctl_inbox.
 */
#include "lib/app/inbox_settings.h"

#define DAY_MS ((int64_t)86400000)

const struct setting inbox_setting_rows[] = {
    {.name = "keep",
     .type = SETTING_DURATION,
     .offset = offsetof(struct inbox_settings, keep_ms),
     .initial = "400d",
     .is_reloadable = true,
     .min = DAY_MS,
     .max = 3650 * DAY_MS,
     .summary = "How long received reports are kept, from the day they came."},
    {.name = "services",
     .type = SETTING_TEXT,
     .offset = offsetof(struct inbox_settings, services),
     .initial = "services.conf",
     .is_reloadable = true,
     .summary = "A file that names services by network, host name or domain; "
		"a relative path starts from the folder of this file. It need "
		"not exist."},
    {.name = "reporters",
     .type = SETTING_TEXT,
     .offset = offsetof(struct inbox_settings, reporters),
     .initial = "reporters.conf",
     .is_reloadable = true,
     .summary = "A file that names the domains of each reporter who sends from "
		"another domain of his own; a relative path starts from the "
		"folder of this file. It need not exist."},
    {.name = NULL},
};
