/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drop_in.c - the file that sets `listen`, written and put back
 * Tested by test_alignctl_setup.
 */
#include "tools/setup/drop_in.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file_read.h"

#define FOLDER_MODE 0755
#define FILE_MODE 0644
#define FILE_MAX (1024 * 1024)

/* alignd reads it as its own user, whatever the umask here. */
static bool make_folder(const char *folder, struct error *err)
{
	if (mkdir(folder, FOLDER_MODE) == 0)
		return chmod(folder, FOLDER_MODE) == 0 ||
		       error_errno(err, ERROR_SYSTEM, errno, "%s", folder);
	return errno == EEXIST ||
	       error_errno(err, ERROR_SYSTEM, errno, "%s", folder);
}

static bool read_before(TALLOC_CTX *mem, const char *path,
			struct drop_in_before *before, struct error *err)
{
	struct drop_in_before found = {.is_there = access(path, F_OK) == 0};

	if (found.is_there &&
	    (!tool_file_rights(path, &found.rights, err) ||
	     !file_read(mem, path, FILE_MAX, &found.text, err)))
		return false;
	*before = found;
	return true;
}

bool drop_in_write(TALLOC_CTX *mem, const struct setup_plan *plan,
		   struct drop_in_before *before, struct error *err)
{
	static const struct tool_file_rights all_read = {
	    .mode = FILE_MODE,
	    .user = (uid_t)-1,
	    .group = (gid_t)-1,
	};

	return make_folder(text_folder(mem, plan->drop_in), err) &&
	       read_before(mem, plan->drop_in, before, err) &&
	       tool_file_write_as(mem, plan->drop_in, span_of(plan->settings),
				  &all_read, err);
}

bool drop_in_put_back(TALLOC_CTX *mem, const struct setup_plan *plan,
		      const struct drop_in_before *before, struct error *err)
{
	if (before->is_there)
		return tool_file_write_as(mem, plan->drop_in, before->text,
					  &before->rights, err);
	return unlink(plan->drop_in) == 0 ||
	       error_errno(err, ERROR_SYSTEM, errno, "%s", plan->drop_in);
}
