/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRING_MTA_TIME_H
#define WIRING_MTA_TIME_H

/* mta_time - "30", "30s", "5m": times as Postfix and Sendmail write them. Pure.
 */

#include <stdint.h>

#include "lib/base/text.h"

/* Seconds; -1 for what is no such time. */
int64_t mta_seconds(struct span text);

#endif
