/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_OVERRIDE_ROWS_H
#define POLICY_OVERRIDE_ROWS_H

/*
 * override_rows - the settings of one override; shared by override*.c only
 */

#include "lib/policy/override.h"

/* A section as the file gives it. */
struct override_values {
	struct text_list scope[OVERRIDE_KINDS];
	int action; /* enum disposition */
	int reason; /* enum override_type */
	const char *owner;
	const char *why;
	const char *until;
	bool is_permanent;
	bool is_unsafe;
	bool is_unless_indirect;
};

extern const struct setting override_setting_rows[];

/* The first second of a day such as "2026-12-31"; false when it is none. */
bool override_read_day(const char *value, int64_t *start_s);

/* A network as keys spell it, "192.0.2.7/32"; NULL, with words, when it is
 * none. */
const char *override_network_key(TALLOC_CTX *mem, const char *value,
				 struct error *err);

/* What has an "@", as recipients are compared, in lower case; NULL where it is
 * no address. */
char *override_rcpt_key(TALLOC_CTX *mem, const char *value);

#endif
