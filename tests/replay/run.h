/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_REPLAY_RUN_H
#define TESTS_REPLAY_RUN_H

/*
 * run - a replay case through the engine
 *
 * A case may come from a file (case.h) or be put together by a program.
 * Fixture DNS; clock and randomness are the caller's.
 */

#include "lib/app/engine.h"
#include "tests/replay/case.h"

/* Around everything else; not thread-safe. */
void run_start(void);
void run_end(void);

/* The engine that a case asks for, with the caches of tests/unit/caches.h. With
 * `is_reversed` its DNS records stand in the opposite order. One at a time. */
bool run_engine(TALLOC_CTX *mem, const struct replay_case *c, bool is_reversed,
		const struct clock *clock, const struct random_source *random,
		struct engine **engine, struct error *err)
    __attribute__((warn_unused_result));

/* No message may be left. */
void run_engine_free(struct engine *engine);

/* Signs the message and evaluates it; the verdict belongs to `mem`. */
bool run_evaluate(TALLOC_CTX *mem, const struct replay_case *c,
		  const struct engine *engine, const struct verdict **verdict,
		  struct error *err) __attribute__((warn_unused_result));

#endif
