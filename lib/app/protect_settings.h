/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_PROTECT_SETTINGS_H
#define APP_PROTECT_SETTINGS_H

/*
 * protect_settings - the section "protect" of alignd.conf: names of others that
 * are held to as our own (policy.on_own), and what passes for them and for our
 * own (policy.on_lookalike), or for a person (policy.on_person_name), both of
 * lib/lookalike
 */

#include "lib/base/settings.h"

struct protect_settings {
	struct text_list names;	      /* domains, each with all below it */
	struct text_list short_names; /* of these and of own.domains */
	struct text_list lookalikes_known;
	bool lookalike_suffixes;
	struct text_list people;       /* entries that person_read() takes */
	struct text_list open_domains; /* where anybody gets an address */
};

extern const struct setting protect_setting_rows[];

#endif
