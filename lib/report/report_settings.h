/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_REPORT_SETTINGS_H
#define REPORT_REPORT_SETTINGS_H

/*
 * report_settings - the settings of section "report"
 *
 * The one header of this folder that lib/app includes: the snapshot carries
 * the values, the daemon links nothing that renders or sends.
 */

#include "lib/base/settings.h"

enum report_schema { REPORT_SCHEMA_RFC9990, REPORT_SCHEMA_RFC7489 };

struct report_settings {
	const char *org_name; /* "": the domain of `from` */
	const char *from;     /* an address; "": none, nothing can be sent */
	const char *contact;  /* extra_contact_info; "": none */
	int schema;	      /* enum report_schema */
	long max_size_mib;    /* of XML in one part */
};

extern const struct setting report_setting_rows[];

/* org_name, or what stands for it; never "". */
const char *report_org_name(const struct report_settings *settings);

#endif
