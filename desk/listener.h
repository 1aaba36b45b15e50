/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_LISTENER_H
#define DESK_LISTENER_H

/*
 * listener - the socket that the desk is reached at
 */

#include "lib/base/error.h"

/* Listens at "unix:/path" (mode 0660, whatever the umask; a socket that nobody
 * answers at is replaced) or at a port of loopback. */
bool desk_listen(const char *place, int *listener, struct error *err)
    __attribute__((warn_unused_result));

#endif
