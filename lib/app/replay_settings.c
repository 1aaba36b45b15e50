/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_settings.c - which changed settings a replay cannot speak about
 *
 * A setting that stands in no row changes neither what is found nor what is
 * decided (texts, sockets, the store), or is replayed (mode, policy.*,
 * honor_pct, arc_sealers, overrides).
 * Tested by test_replay.
 */
#include "lib/app/replay_settings.h"

#include <string.h>

#define FOUND_SPF "what SPF found is taken as recorded"
#define FOUND_DKIM "what DKIM found is taken as recorded"
#define LOOKALIKES_FOUND                                                       \
	"which authors look like one of your names is taken as recorded"
#define FOUND_DNS "DNS answers are taken as recorded"

static const struct {
	const char *prefix; /* of the setting's name, or all of it */
	const char *why;    /* NULL: it changes nothing that counts */
} rows[] = {
    {"dns.cache_entries", NULL},
    {"dns.", FOUND_DNS},
    {"spf.", FOUND_SPF},
    {"dkim.key_cache", NULL},
    {"dkim.", FOUND_DKIM},
    {"policy.evidence_age", "whether a signature was too old to be evidence of "
			    "indirect mail is taken as recorded"},
    {"policy.known_path_messages",
     "how much known paths had spared in an hour is taken as recorded"},
    {"policy.hold_", "how full the hold queue was is taken as recorded"},
    {"dmarc.org_domain_method",
     "the policy record and the alignment are taken as recorded"},
    {"policy.on_lookalike", LOOKALIKES_FOUND},
    {"protect.short_names", LOOKALIKES_FOUND},
    {"protect.lookalike", LOOKALIKES_FOUND},
    {"trust.marks", NULL},
    {"trust.networks", "mail from networks that were trusted was not recorded; "
		       "those that become trusted are replayed"},
    {"trust.authenticated", "mail of authenticated users was not recorded, or "
			    "cannot be told from other mail"},
};

struct walk {
	void (*seen)(void *context, const struct replay_gap *gap);
	void *context;
};

static void note_difference(void *context, const char *name, const char *before,
			    const char *after, bool is_reloadable)
{
	const struct walk *walk = context;

	(void)is_reloadable;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (strncmp(name, rows[i].prefix, strlen(rows[i].prefix)) != 0)
			continue;
		struct replay_gap gap = {.setting = name,
					 .running = before,
					 .new = after,
					 .why = rows[i].why};
		if (gap.why != NULL)
			walk->seen(walk->context, &gap);
		return;
	}
}

void replay_gaps(const struct config *running, const struct config *new,
		 void (*seen)(void *context, const struct replay_gap *gap),
		 void *context)
{
	struct walk walk = {.seen = seen, .context = context};

	settings_differences(config_sections, running, new, note_difference,
			     &walk);
}
