/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_NOTICE_SETTINGS_H
#define APP_NOTICE_SETTINGS_H

/*
 * notice_settings - the settings of the sections alert and digest
 *
 * The snapshot carries the values; the daemon links nothing that tells anybody.
 */

#include "lib/base/settings.h"

/* Where something goes; "": not by that way. */
struct notice_settings {
	const char *mail;		 /* an address */
	const char *webhook;		 /* "https://..." */
	const char *webhook_header_file; /* its first line is a header */
};

struct alert_settings {
	struct notice_settings to;
	long pace; /* alarms of an hour, to one place */
};

struct digest_settings {
	struct notice_settings to;
	bool quiet; /* sent when there is nothing to tell, too */
};

extern const struct setting alert_setting_rows[];
extern const struct setting digest_setting_rows[];

/* Is anybody told? */
bool notice_is_set(const struct notice_settings *to);

/* Can something be told there? False: words in err, which name no secret. */
bool notice_mail_check(const char *value, struct error *err);
bool notice_webhook_check(const char *value, struct error *err);

#endif
