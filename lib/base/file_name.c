/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_name.c - renameat2(2)
 * Tested by test_alignctl_store.
 */
#include "lib/base/file_name.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NO_REPLACE 1U /* RENAME_NOREPLACE of linux/fs.h */

bool file_name_take_at(int draft_folder, const char *draft, int folder,
		       const char *name)
{
	return syscall(SYS_renameat2, draft_folder, draft, folder, name,
		       NO_REPLACE) == 0;
}

bool file_name_take(const char *draft, const char *name)
{
	return file_name_take_at(AT_FDCWD, draft, AT_FDCWD, name);
}
