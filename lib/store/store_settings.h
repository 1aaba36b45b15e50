/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_SETTINGS_H
#define STORE_STORE_SETTINGS_H

/*
 * store_settings - the section "store" of alignd.conf
 */

#include <stdint.h>

#include "lib/base/settings.h"

enum store_durability { DURABILITY_COMMIT, DURABILITY_SYNC };

struct store_settings {
	const char *sqlite; /* path of the database; "" switches it off */
	int durability;	    /* enum store_durability */
	int64_t keep_incidents_ms;
	int64_t keep_results_ms;
	long max_size;		 /* MiB; 0: no bound, store_size.h */
	long incidents_per_pair; /* an hour, store_budget.h; 0: all are kept */
	/* The fleet's record: a connection string, which alignctl alone uses;
	 * "" or NULL: none. It may hold a password: secret_text.h. */
	const char *postgresql;
};

/* Does this host's record go to a fleet's? */
bool store_is_of_fleet(const struct store_settings *settings);

/* For rows: is it empty, or may it be a connection string? */
bool store_connection_check(const char *value, struct error *err);

extern const struct setting store_setting_rows[];

#endif
