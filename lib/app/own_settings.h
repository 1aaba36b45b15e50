/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_OWN_SETTINGS_H
#define APP_OWN_SETTINGS_H

/*
 * own_settings - the sections "own" and "protect" of alignd.conf: the domains
 * we answer for, and names of others that we hold to the same
 */

#include "lib/base/settings.h"

struct own_settings {
	struct text_list domains;
	struct text_list hosts;		 /* addresses our mail leaves from */
	struct text_list addresses_gone; /* of report services */
};

struct protect_settings {
	struct text_list names; /* domains, each with all below it */
};

extern const struct setting own_setting_rows[];
extern const struct setting protect_setting_rows[];

#endif
