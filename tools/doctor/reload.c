/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload.c - does the alignd that runs know the file as it is now?
 *
 * It leaves word beside the store (lib/app/daemon_status.h). Whoever comes
 * here has read the file without a fault.
 */
#include "tools/doctor/doctor.h"

#include <sys/stat.h>

#include "lib/app/daemon_status.h"
#include "lib/base/clock.h"

#define CHECK "reload"

static bool is_changed_since(const char *path, int64_t time_s)
{
	struct stat found;

	return path != NULL && stat(path, &found) == 0 &&
	       (int64_t)found.st_mtime > time_s;
}

/* Of all files, and the folder of some, one that was changed; or NULL. */
static const char *changed_file(const struct doctor *doctor, int64_t time_s)
{
	const struct settings_origins *origins = doctor->config->origins;
	const char *folder =
	    mem_printf(doctor->mem, "%s.d", doctor->config_path);

	for (size_t i = 0; i < origins->file_count; i++) {
		if (is_changed_since(origins->files[i].path, time_s))
			return origins->files[i].path;
	}
	if (is_changed_since(folder, time_s))
		return folder;
	if (is_changed_since(doctor->config->overrides_path, time_s))
		return doctor->config->overrides_path;
	if (is_changed_since(doctor->config->fleet_overrides_path, time_s))
		return doctor->config->fleet_overrides_path;
	return NULL;
}

static void judge_status(struct doctor *doctor,
			 const struct daemon_status *status)
{
	const char *changed = changed_file(doctor, status->tried_s);
	char taken[CLOCK_TEXT];
	char tried[CLOCK_TEXT];

	(void)clock_text(status->taken_s, taken);
	if (status->refusal != NULL)
		finding_warn(
		    doctor->findings, CHECK,
		    "the file is good now: reload, and look here again",
		    "at %s alignd refused what it was to read, and "
		    "goes on with what it read at %s: %s",
		    clock_text(status->tried_s, tried), taken,
		    finding_shown(doctor->findings, status->refusal));
	else if (changed != NULL)
		finding_warn(doctor->findings, CHECK,
			     "reload; restart where a setting needs it",
			     "%s has changed since alignd read it at %s",
			     finding_shown(doctor->findings, changed), taken);
	else
		finding_ok(doctor->findings, CHECK,
			   "alignd read the file as it is, at %s", taken);
}

void doctor_check_reload(struct doctor *doctor)
{
	const char *path =
	    daemon_status_path(doctor->mem, &doctor->config->store);
	struct daemon_status status;

	if (path != NULL)
		doctor->findings->where = path;
	if (!daemon_status_find(doctor->mem, &doctor->config->store, &status))
		finding_note(doctor->findings, CHECK,
			     "not known: an alignd with a store leaves word "
			     "beside it of what it read");
	else if (!daemon_status_is_running(&status))
		finding_note(doctor->findings, CHECK,
			     "the alignd that left word (pid %lld) has ended",
			     (long long)status.pid);
	else
		judge_status(doctor, &status);
}
