/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_PROTECT_SETTINGS_H
#define APP_PROTECT_SETTINGS_H

/*
 * protect_settings - the section "protect" of alignd.conf: names of others that
 * are held to as our own (policy.on_own)
 */

#include "lib/base/settings.h"

struct protect_settings {
	struct text_list names; /* domains, each with all below it */
};

extern const struct setting protect_setting_rows[];

#endif
