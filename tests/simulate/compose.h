/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SIMULATE_COMPOSE_H
#define TESTS_SIMULATE_COMPOSE_H

/*
 * compose - the bytes of a planned message
 *
 * As its author's server sent it, signed; then what was done to it on the way;
 * then the signature or seal of whoever did it.
 */

#include "tests/simulate/plan.h"

/* The message and its envelope, below `mem`. */
struct mail *compose_mail(TALLOC_CTX *mem, const struct world *world,
			  const struct plan *plan);

#endif
