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

bool file_name_take(const char *draft, const char *name)
{
	return syscall(SYS_renameat2, AT_FDCWD, draft, AT_FDCWD, name,
		       NO_REPLACE) == 0;
}
