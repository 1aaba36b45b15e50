/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_FILE_H
#define STORE_STORE_FILE_H

/*
 * store_file - what the operator must know about the database's file
 *
 * SQLite says "unable to open database file" for five different causes. Here
 * each is told apart, with what was found, what is needed and what to do.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"

/* Makes the file when it is missing: mode 0660 whatever the umask; -wal and
 * -shm take theirs from it. An existing file keeps its mode. */
bool store_file_prepare(const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* Can the file be read by us? */
bool store_file_readable(const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* Can the setting be meant? Its folder is there, and the path, if it exists, is
 * a file. What else may be wrong can mend itself. */
bool store_file_is_possible(const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* Where the file is, its folder without links: root opens no more than that,
 * since the folder is the daemon's user's. */
const char *store_file_place(TALLOC_CTX *mem, const char *path);

/* Bytes of the file; -1 when it cannot be said. */
int64_t store_file_size(const char *path);

/* Does the file's head say that it is a database of ours, whatever is in it?
 * Only while it is not open here. */
bool store_file_is_ours(const char *path);

/* Renames the file, with its -wal, to "PATH.damaged-TIME"; the name goes to
 * `remains`, below `mem`. All or nothing. */
bool store_file_set_aside(TALLOC_CTX *mem, const char *path, int64_t now_s,
			  const char **remains, struct error *err)
    __attribute__((warn_unused_result));

#endif
