/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_ENGINE_NOTICE_H
#define MILTER_ENGINE_NOTICE_H

/*
 * engine_notice - who verifies signatures and evaluates SPF records
 */

#include "lib/app/config.h"

/* At the start and after a reload: one line, a warning where a library does. */
void engine_notice_tell(const struct config *config);

#endif
