/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_FILE_NAME_H
#define BASE_FILE_NAME_H

/*
 * file_name - a name that nobody has yet
 */

#include <stdbool.h>

/* Renames `draft` to `name`, which must not exist: EEXIST where it does, EINVAL
 * where the file system cannot promise that. False with errno. By the kernel's
 * number: not every C library has the call. */
bool file_name_take(const char *draft, const char *name)
    __attribute__((warn_unused_result));

/* Likewise from one open folder to another. */
bool file_name_take_at(int draft_folder, const char *draft, int folder,
		       const char *name) __attribute__((warn_unused_result));

#endif
