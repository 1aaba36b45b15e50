/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.c - can alignd write its record, and has it room? And the
 * clock, which the record and every signature's end depend on.
 */
#include "tools/doctor/doctor.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/base/clock_trust.h"
#include "lib/base/text.h"
#include "lib/store/store.h"
#include "lib/store/store_trial.h"
#include "tools/access.h"
#include "tools/clock.h"
#include "tools/store.h"

#define CHECK_NAME "store"
#define MIB (1024 * 1024)
#define FULL_MIB 100 /* hours of a busy host */
#define LOW_MIB 1024
#define CLOCK_SLACK_S 300
#define LOOKED_AT 1000 /* of the newest incidents */

/* --- the store --- */

/* Of the store's own folder and files alone: what lies above is others'. */
static const char *owner_fix(TALLOC_CTX *mem, const char *user,
			     const char *path, const char *culprit)
{
	const char *folder = text_folder(mem, path);

	if (strcmp(culprit, folder) == 0)
		return mem_printf(mem, "chown %s %s %s*", user, folder, path);
	if (strncmp(culprit, path, strlen(path)) == 0)
		return mem_printf(mem, "chown %s %s*", user, path);
	return mem_printf(mem, "let %s into %s", user, culprit);
}

static void check_owner(struct doctor *doctor, const char *path)
{
	const char *user = doctor->config->daemon.user;
	const char *culprit = "";

	switch (tool_access(doctor->mem, user, path, &culprit)) {
	case TOOL_ACCESS_NO:
		finding_problem(
		    doctor->findings, ERROR_STORE, CHECK_NAME,
		    owner_fix(doctor->mem, user, path, culprit),
		    "the user %s, as whom alignd runs, may not write %s", user,
		    culprit);
		break;
	case TOOL_ACCESS_NO_USER:
		finding_note(doctor->findings, CHECK_NAME,
			     "there is no user %s on this host; started by "
			     "root, alignd would not run",
			     user);
		break;
	case TOOL_ACCESS_YES:
	case TOOL_ACCESS_NO_FILE: /* store_reader_open() says it better */
		break;
	}
}

static void check_room(struct doctor *doctor, const char *path)
{
	struct statvfs found;

	if (statvfs(path, &found) != 0)
		return;
	uint64_t room = (uint64_t)found.f_bavail * found.f_frsize / MIB;
	if ((found.f_flag & ST_RDONLY) != 0)
		finding_problem(doctor->findings, ERROR_STORE, CHECK_NAME,
				"mount it for writing, or name another file in "
				"store.sqlite",
				"%s lies on a file system that is read-only",
				path);
	else if (room < FULL_MIB)
		finding_problem(doctor->findings, ERROR_STORE, CHECK_NAME,
				"make room, or shorten store.keep_incidents",
				"%llu MiB are free where %s lies: records will "
				"be lost (mail flows on)",
				(unsigned long long)room, path);
	else if (room < LOW_MIB)
		finding_warn(doctor->findings, CHECK_NAME,
			     "make room, or shorten store.keep_incidents",
			     "%llu MiB are free where %s lies",
			     (unsigned long long)room, path);
}

static bool note_time(void *context, const struct store_incident *incident)
{
	int64_t *time_s = context;

	if (*time_s < incident->time_s)
		*time_s = incident->time_s;
	return true;
}

/* Rows of the future: the clock went back, or was ahead. Enough are read to
 * find out, too, when somebody else writes here. */
static void check_newest(struct doctor *doctor, struct store_reader *reader)
{
	const struct store_filter newest = {.limit = LOOKED_AT};
	char now[CLOCK_TEXT];
	char text[CLOCK_TEXT];
	int64_t time_s = 0;
	struct error err;

	if (!store_incidents(reader, &newest, note_time, &time_s, &err)) {
		finding_problem(doctor->findings, ERROR_STORE, CHECK_NAME,
				"restore it from a backup, or move it away: "
				"alignd makes a new one",
				"cannot be read: %s", err.words);
		return;
	}
	if (time_s > doctor->now_s + CLOCK_SLACK_S)
		finding_problem(doctor->findings, ERROR_CONFIG, "clock",
				"set the clock and let chrony or "
				"systemd-timesyncd keep it",
				"it says %s, but the record already holds mail "
				"of %s",
				clock_text(doctor->now_s, now),
				clock_text(time_s, text));
}

/* Only a write tells that one can be written. It is root's or alignd's to
 * make: as somebody else it would say nothing about the daemon. */
static void try_to_write(struct doctor *doctor, const char *path, bool is_well)
{
	struct error err;

	if (access(path, W_OK) != 0)
		finding_note(doctor->findings, CHECK_NAME,
			     "%s can be read; whether alignd can write it was "
			     "not tried (run the doctor as root)",
			     path);
	else if (!store_trial_write(path, &err))
		finding_problem(doctor->findings, ERROR_STORE, CHECK_NAME,
				"look at the disk and at alignd's log: records "
				"are lost while it lasts",
				"%s cannot be written: %s", path, err.words);
	else if (is_well)
		finding_ok(doctor->findings, CHECK_NAME,
			   "%s was written to just now, and has room", path);
}

void doctor_check_store(struct doctor *doctor)
{
	const char *path = doctor->config->store.sqlite;
	struct store_reader *reader = NULL;
	size_t before = doctor->findings->count;
	struct error err;

	if (path[0] != '\0') {
		doctor->findings->where = path;
	} else {
		finding_warn(doctor->findings, CHECK_NAME,
			     "name a file in store.sqlite, and reload",
			     "it is switched off: no review, no reports");
		return;
	}
	check_owner(doctor, path);
	check_room(doctor, path);
	if (!tool_store_reader(doctor->tool, path, &reader, &err)) {
		finding_problem(doctor->findings, ERROR_STORE, CHECK_NAME,
				"start alignd, and look at its log", "%s",
				err.words);
		return;
	}
	check_newest(doctor, reader);
	mem_free(reader);
	if (store_flaws_count(doctor->tool->flaws) > 0)
		finding_warn(doctor->findings, CHECK_NAME,
			     "find out who else can write to the file; when in "
			     "doubt, move it away: alignd makes a new one",
			     "holds rows that alignd cannot have written");
	try_to_write(doctor, path, doctor->findings->count == before);
}

/* --- the clock --- */

/* A clock behind the files of this host cannot be right. */
static bool is_behind_files(const struct doctor *doctor)
{
	struct stat found;

	return stat(doctor->config_path, &found) == 0 &&
	       (int64_t)found.st_mtime > doctor->now_s + CLOCK_SLACK_S;
}

/* What the daemon thinks of it; a store that cannot be read is told elsewhere.
 */
static const char *find_doubt(struct doctor *doctor)
{
	const char *path = doctor->config->store.sqlite;
	struct store_reports *reports;
	const char *why = NULL;
	struct error err;

	if (path[0] == '\0' ||
	    !tool_store_reports(doctor->tool, path, STORE_DB_READ, &reports,
				&err) ||
	    !tool_clock_doubt(doctor->tool, reports, &why, &err))
		return NULL;
	return why;
}

void doctor_check_clock(struct doctor *doctor)
{
	static const char fix[] =
	    "set the clock and let chrony or systemd-timesyncd keep it";
	const char *doubt = find_doubt(doctor);

	doctor->findings->where = "the clock of this host";
	char now[CLOCK_TEXT];

	if (doubt != NULL)
		finding_problem(doctor->findings, ERROR_CONFIG, "clock",
				mem_printf(doctor->mem,
					   "%s; where it is right: alignctl "
					   "doctor --believe-clock",
					   fix),
				"%s: no report is sent and nothing purged",
				doubt);
	else if (is_behind_files(doctor))
		finding_problem(doctor->findings, ERROR_CONFIG, "clock", fix,
				"it says %s, but %s is younger than that",
				clock_text(doctor->now_s, now),
				doctor->config_path);
	else if (!clock_is_kept(clock_system()))
		finding_warn(doctor->findings, "clock", fix,
			     "nothing keeps it: the kernel holds it for "
			     "unsynchronised; signatures and reports go by it");
	else
		finding_ok(doctor->findings, "clock", "kept in step");
}
