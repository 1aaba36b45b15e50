/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_INBOX_SETTINGS_H
#define APP_INBOX_SETTINGS_H

/*
 * inbox_settings - the settings of section inbox
 */

#include <stdint.h>

#include "lib/base/settings.h"

struct inbox_settings {
	int64_t keep_ms;
	const char *services;  /* a file, there or not; "": none */
	const char *reporters; /* likewise */
};

extern const struct setting inbox_setting_rows[];

#endif
