/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mark.c - may alignd read the key by which it knows its own fields?
 * Tested by test_alignctl_doctor.
 *
 * On several hosts root copies the file, and is then its owner.
 */
#include "tools/doctor/doctor.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/account.h"
#include "tools/engine.h"

#define CHECK_NAME "mark.key"

static void check_owner(struct doctor *doctor, const char *path,
			const struct stat *found)
{
	const char *user = doctor->config->daemon.user;
	struct account_ids daemon;
	struct error unknown;

	if (!account_find_user(user, &daemon, &unknown))
		return; /* the store's check says so */
	if (daemon.user == 0 || found->st_uid == daemon.user)
		finding_ok(doctor->findings, CHECK_NAME,
			   "%s: alignd knows its own fields by it", path);
	else
		finding_warn(
		    doctor->findings, CHECK_NAME,
		    mem_printf(doctor->mem, "chown %s %s, then reload alignd",
			       user, path),
		    "%s belongs to uid %ld, and %s, as whom alignd runs, "
		    "cannot read it: no field of alignd stays on mail that a "
		    "filter hands back",
		    path, (long)found->st_uid, user);
}

static void check_keys(struct doctor *doctor, const char *path,
		       const struct stat *found)
{
	struct engine *engine;
	struct error err;

	if (!tool_engine(doctor->tool, &engine, &err))
		return; /* the resolver's check says so */
	if (engine_use_marks(engine, NULL, &err))
		check_owner(doctor, path, found);
	else
		finding_warn(doctor->findings, CHECK_NAME,
			     "mend it, then reload alignd; or delete it, and a "
			     "restart makes a new one",
			     "%s", err.words);
	engine_unref(engine);
}

void doctor_check_mark(struct doctor *doctor)
{
	const char *path = engine_marks_path(doctor->mem, doctor->config);
	struct stat found;

	if (path == NULL)
		return; /* the store's check says that it is switched off */
	doctor->findings->where = path;
	if (stat(path, &found) != 0)
		finding_note(doctor->findings, CHECK_NAME,
			     errno == ENOENT
				 ? "%s is not there; alignd makes it when it "
				   "starts"
				 : "%s was not looked at; run the doctor as "
				   "root",
			     path);
	else if (access(path, R_OK) != 0)
		finding_note(doctor->findings, CHECK_NAME,
			     "%s was not looked at; run the doctor as root",
			     path);
	else
		check_keys(doctor, path, &found);
}
