/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SIMULATE_NAMED_H
#define TESTS_SIMULATE_NAMED_H

/*
 * named - overrides as a person writes them who knows the senders
 *
 * Each is the text of an overrides file, below `mem`.
 */

#include "tests/simulate/world.h"

/* By the signature of the list. */
const char *named_lists(TALLOC_CTX *mem, const struct world *world);

/* By the host's confirmed name; without one by the domain that passes SPF, or
 * the addresses where it keeps the envelope sender. */
const char *named_forwarders(TALLOC_CTX *mem, const struct world *world);

/* A service by its signature, for the authors alone that use it. */
const char *named_services(TALLOC_CTX *mem, const struct world *world);

/* Recipients that get all: a program's address, and an alias of many. */
const char *named_archive(TALLOC_CTX *mem, const struct world *world);
const char *named_staff(TALLOC_CTX *mem, const struct world *world);

/* All senders of the above, with action = quarantine. */
const char *named_all_held(TALLOC_CTX *mem, const struct world *world);

#endif
