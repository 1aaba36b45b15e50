/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_CALLBACKS_H
#define MILTER_CALLBACKS_H

/*
 * callbacks - libmilter's calls translated into the session's, nothing more
 */

#include <stdbool.h>

#include "milter/gate.h"

/* Registers alignd with libmilter; `service` outlives smfi_main(). */
bool callbacks_register(struct service *service);

#endif
