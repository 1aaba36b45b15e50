/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_TRIAL_H
#define STORE_STORE_TRIAL_H

/*
 * store_trial - can the store be written? By writing to it
 *
 * What is written changes nothing: the schema's version, once more. It goes to
 * the disk as any other commit does.
 */

#include <stdbool.h>

#include "lib/base/error.h"

/* An existing, current store. False: the words say what failed. */
bool store_trial_write(const char *path, struct error *err)
    __attribute__((warn_unused_result));

#endif
