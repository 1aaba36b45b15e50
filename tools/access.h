/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_ACCESS_H
#define TOOLS_ACCESS_H

/*
 * access - may another user use a file?
 *
 * By owner, groups and mode of the file and of every folder on the way, as
 * path_resolution(7) has it. Access control lists and namespaces are not seen.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "lib/base/mem.h"

enum tool_access_answer {
	TOOL_ACCESS_YES,
	TOOL_ACCESS_NO,
	TOOL_ACCESS_NO_FILE, /* it, or a folder before it, does not exist */
	TOOL_ACCESS_NO_USER,
};

/* May `user` read and write `path`? On NO and NO_FILE, *culprit (below `mem`)
 * is the folder or file that stands in the way. */
enum tool_access_answer tool_access(TALLOC_CTX *mem, const char *user,
				    const char *path, const char **culprit);

/* Is the user in the group, by the databases of users and groups? */
bool tool_access_has_group(const char *user, gid_t group);

#endif
