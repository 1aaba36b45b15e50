/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine.c - what the alignd that runs has given up
 *
 * By its own word (lib/app/daemon_status.h): landlock can be asked about by the
 * process itself only.
 */
#include "tools/doctor/doctor.h"

#include <string.h>

#include "lib/app/daemon_status.h"

#define CHECK "confinement"

/* "no landlock," and "no seccomp;" are said where the kernel has them. */
static bool is_wanting(const char *words)
{
	return strstr(words, "no landlock,") != NULL ||
	       strstr(words, "no seccomp;") != NULL;
}

static void judge_confinement(struct doctor *doctor, const char *words)
{
	const char *shown = finding_shown(doctor->findings, words);

	if (is_wanting(words))
		finding_warn(
		    doctor->findings, CHECK,
		    "set confine = yes and restart; what failed stands "
		    "in the log of the start",
		    "alignd is not confined by all that the kernel "
		    "has: %s",
		    shown);
	else if (strstr(words, "in this kernel") != NULL)
		finding_note(doctor->findings, CHECK,
			     "alignd is confined by %s", shown);
	else
		finding_ok(doctor->findings, CHECK, "alignd is confined by %s",
			   shown);
}

void doctor_check_confinement(struct doctor *doctor)
{
	const char *path =
	    daemon_status_path(doctor->mem, &doctor->config->store);
	struct daemon_status status;

	if (path != NULL)
		doctor->findings->where = path;
	if (!daemon_status_find(doctor->mem, &doctor->config->store, &status) ||
	    *status.confinement == '\0')
		finding_note(doctor->findings, CHECK,
			     "not known: an alignd with a store leaves word "
			     "beside it of what it gave up");
	else
		judge_confinement(doctor, status.confinement);
}
