/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_OWN_SETTINGS_H
#define APP_OWN_SETTINGS_H

/*
 * own_settings - the section "own" of alignd.conf: the domains we answer for
 */

#include "lib/base/settings.h"

struct own_settings {
	struct text_list domains;
	struct text_list hosts;		 /* addresses our mail leaves from */
	struct text_list addresses_gone; /* of report services */
};

extern const struct setting own_setting_rows[];

#endif
