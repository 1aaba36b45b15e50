/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_SCORECARD_SETTINGS_H
#define APP_SCORECARD_SETTINGS_H

/*
 * scorecard_settings - the section "scorecard" of alignd.conf: whose mail is
 * told apart
 */

#include "lib/base/settings.h"

struct scorecard_settings {
	/* Files of names, there or not; "": none. */
	const char *public_sector;
	const char *partners;
};

extern const struct setting scorecard_setting_rows[];

#endif
