/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_EXPIRY_H
#define MILTER_EXPIRY_H

/*
 * expiry - overrides that have run out are said so in the log
 */

#include "lib/app/config.h"

/* At the start and after a reload: how many overrides there are, and a warning
 * for each that no longer applies. Nothing where there is no file. */
void expiry_tell(const struct config *config, int64_t now_s);

#endif
