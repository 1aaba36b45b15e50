/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_REPLAY_H
#define APP_REPLAY_H

/*
 * replay - a recorded tuple decided again under other rules
 *
 * A tuple holds every input of decide(), and all that an override, a trusted
 * network or a trusted sealer looks at; what was found about the message (SPF,
 * DKIM, alignment, the policy record) is taken as recorded. So the outcome is
 * exact for the settings that say what is done with what was found, and says
 * nothing about those that change what is found: see replay_settings.h.
 *
 * Whether a path was known is recorded as it was then; where known_path had
 * spared its share of that hour, the record says that it was not.
 *
 * That the hold queue was full is recorded of what would have been held; of
 * mail to which something else happened it is taken that there was room.
 *
 * One thing is not recorded: the draw that pct asks for under
 * dmarc.honor_pct = full. Such a tuple has two outcomes, each with its share.
 */

#include "lib/app/config.h"
#include "lib/store/store.h"

/* A configuration made ready; immutable. */
struct replay_rules {
	struct decide_rules decide;
	struct trust_rules trust;
	struct identity_names own_names;
	const struct override_set *overrides;
	/* Of those, under which mail was recorded, as far as is known; NULL:
	 * it is not. An override with an rcpt list that is not the same in both
	 * names nobody. */
	const struct override_set *recorded;
	int64_t now_s;
	bool wants_signatures; /* an override or a setting asks for them */
};

struct replay_outcome {
	/* Why it would not be evaluated at all; NULL: it is. */
	const char *skipped;
	enum disposition applied;
	enum disposition enforced; /* they differ in monitor mode only */
};

/* What becomes of a tuple's messages. */
struct replay {
	int kept_percent; /* that come to `kept`; the rest to `sampled_out` */
	struct replay_outcome kept;
	/* Its recipients were not told apart: it is taken that no override
	 * named them. */
	bool is_rcpt_unknown;
	struct replay_outcome sampled_out; /* set when kept_percent < 100 */
};

/* The time decides which overrides have expired. `config` outlives the
 * rules. */
struct replay_rules replay_rules(TALLOC_CTX *mem, const struct config *config,
				 int64_t now_s);

/*
 * False when the tuple holds a word that this program never writes. `mem` is
 * for the search alone. `is_draw_recorded`: the tuple was recorded under
 * dmarc.honor_pct = full, so that what was asked tells the draw.
 */
bool replay_tuple(TALLOC_CTX *mem, const struct replay_rules *rules,
		  const struct store_tuple *tuple, bool is_draw_recorded,
		  struct replay *replay) __attribute__((warn_unused_result));

/* Is the override of that set, which has an rcpt list, the same in the other?
 * Then recorded mail tells whether it named the recipients. */
bool replay_knows_rcpt(const struct override *override,
		       const struct override_set *other);

/* The disposition called so; false when there is none. */
bool replay_disposition(const char *text, enum disposition *disposition);

/* Was the message let through by monitor mode when it was recorded? */
bool replay_was_monitored(const struct store_tuple *tuple);

#endif
