/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_SETTINGS_H
#define AUTH_SPF_SETTINGS_H

/*
 * spf_settings - the section "spf" of alignd.conf
 */

#include "lib/base/settings.h"

struct spf_settings {
	long term_limit; /* RFC 7208 4.6.4: 10 */
	long void_limit; /* RFC 7208 4.6.4: 2 */
	int engine;	 /* enum engine_choice */
};

extern const struct setting spf_setting_rows[];

#endif
