/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_VERIFY_LIBRARY_H
#define TESTS_UNIT_VERIFY_LIBRARY_H

/*
 * verify_library - whole messages through libopendkim, for suites that are run
 * with it
 */

#include "lib/auth/evidence.h"
#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/dns/dns.h"

/* ALIGND_ENGINE=libopendkim? */
bool verify_library_is_wanted(void);

/* As it comes, under no settings; `clock` NULL is the machine's. Belongs to
 * `mem`. */
struct evidence_signatures verify_by_library(TALLOC_CTX *mem,
					     const struct clock *clock,
					     struct dns *dns,
					     struct span message);

#endif
