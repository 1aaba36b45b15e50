/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suffix.c - is the public suffix list of this age?
 *
 * What the public registers below grows every week. A list that is old takes
 * strangers who register below a new suffix for one organization: bounds are
 * shared, and with dmarc.org_domain_method = psl alignment is wrong.
 */
#include "tools/doctor/doctor.h"

#include "lib/base/clock.h"
#include "lib/base/suffix.h"

#define YEAR_S ((int64_t)365 * 24 * 3600)

void doctor_check_suffixes(struct doctor *doctor)
{
	const char *file;
	int64_t time_s = suffix_list_time(&file);
	char day[CLOCK_TEXT];

	if (file == NULL)
		file = "libpsl, compiled in";
	if (time_s == 0)
		finding_note(doctor->findings, "suffixes",
			     "the age of the public suffix list is not known "
			     "(%s)",
			     file);
	else if (doctor->now_s - time_s > YEAR_S)
		finding_warn(doctor->findings, "suffixes",
			     "bring the package publicsuffix up to date, or "
			     "put a newer list in its place, and restart "
			     "alignd, which reads it once",
			     "the public suffix list is of %s, more than a "
			     "year old (%s): those who register below newer "
			     "suffixes are taken for one organization",
			     clock_day_text(time_s, day), file);
	else
		finding_ok(doctor->findings, "suffixes",
			   "the public suffix list is of %s (%s)",
			   clock_day_text(time_s, day), file);
}
