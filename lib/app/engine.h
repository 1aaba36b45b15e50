/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_ENGINE_H
#define APP_ENGINE_H

/*
 * engine - a configuration turned into an evaluator
 *
 * An engine is one immutable generation: the configuration snapshot, the
 * evaluator over it, the trust rules, and shares in DNS and the signature
 * engine. It carries a reference count: the daemon holds one share in the
 * current engine, each message holds one in the engine it began with; a
 * reload builds a new engine and drops the old share.
 */

#include "lib/app/config.h"
#include "lib/eval/message.h"
#include "lib/policy/trust.h"

struct engine {
	const struct config *config;
	struct evaluator evaluator;
	struct trust_rules trust;
	struct identity_names own_names;
	struct lookalike_rules lookalikes;
	struct people_rules people;
};

/* Takes over `config` and its memory, also on failure. `previous` (or NULL)
 * lends its DNS when the dns section did not change. `clock` and `random`
 * outlive the engine. */
bool engine_new(struct config *config, const struct engine *previous,
		const struct clock *clock, const struct random_source *random,
		struct engine **engine, struct error *err)
    __attribute__((warn_unused_result));

/* From here on fields get a mark, and marks are believed (lib/eval/mark.h): by
 * the key beside the store, made from `random` where there is none and it is
 * not NULL. Before others have a share. True where the configuration has no
 * marks; false: the key cannot be had, and there are none either. */
bool engine_use_marks(struct engine *engine, const struct random_source *random,
		      struct error *err) __attribute__((warn_unused_result));

/* Does it say trust.marks = yes, and name a store? */
bool engine_has_marks(const struct config *config);

/* Where that key is, below `mem`; NULL without marks. */
char *engine_marks_path(TALLOC_CTX *mem, const struct config *config);

/* Any thread. */
struct engine *engine_ref(struct engine *engine);
void engine_unref(struct engine *engine); /* NULL is fine */

#endif
