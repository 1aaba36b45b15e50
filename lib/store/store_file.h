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

#include "lib/base/error.h"

/* Makes the file when it is missing: mode 0640 whatever the umask; -wal and
 * -shm take theirs from it. An existing file keeps its mode. */
bool store_file_prepare(const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* Can the file be read by us? */
bool store_file_readable(const char *path, struct error *err)
    __attribute__((warn_unused_result));

#endif
