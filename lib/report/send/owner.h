/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_OWNER_H
#define REPORT_SEND_OWNER_H

/*
 * owner - who holds a claim, and is he still there?
 *
 * "HOST BOOT PID START": a process, told apart from one that has the same
 * number later. Of a process on this host it is known whether it lives; one
 * elsewhere is believed gone when his lease has ended.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/random.h"

/* This process. */
char *report_owner_self(TALLOC_CTX *mem);

/* The same, and a random word behind it: a claim's token, which nobody else
 * has, not even the same process of a machine that was copied while it ran. */
char *report_owner_token(TALLOC_CTX *mem, const struct random_source *random);

bool report_owner_is_gone(const char *owner, int64_t lease_s, int64_t now_s);

#endif
