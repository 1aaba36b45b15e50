/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_PID_FILE_H
#define MILTER_PID_FILE_H

/*
 * pid_file - the file that names this process, for who stops it by that
 *
 * It is opened while a folder of root's may be, and what stands there stays: a
 * start that fails takes nothing from a daemon that runs. Once that one listens
 * it is written and closed, before any mail: who got hold of the daemon must
 * not name another process there.
 *
 * The daemon gives up what it would take to remove it, and a number that is
 * left may be another process's by the time somebody stops that. So a child is
 * left behind that keeps its user and folder, and nothing else: it waits until
 * the daemon is gone, however it went, and removes the file if it still names
 * it. It is told nothing and reads nothing but that file.
 */

#include <stdbool.h>

#include "lib/base/error.h"

/* Before any thread, and in the process that goes on as the daemon. */
bool pid_file_open(const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* Without a file opened it does nothing. */
bool pid_file_write(struct error *err) __attribute__((warn_unused_result));

#endif
