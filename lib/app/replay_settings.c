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

#include "lib/app/replay.h"
#include "lib/show/value.h"

#define FOUND_SPF "what SPF found is taken as recorded"
#define FOUND_DKIM "what DKIM found is taken as recorded"
#define LOOKALIKES_FOUND                                                       \
	"which authors look like one of your names is taken as recorded"
#define PEOPLE_FOUND                                                           \
	"which authors bear the name of one of your people is taken as "       \
	"recorded"
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
    {"own.domains", "whether mail went to a postmaster there alone is taken as "
		    "recorded; policy.on_own is replayed"},
    {"trust.recipient_delimiter",
     "which recipients an override named is taken as recorded"},
    {"dmarc.org_domain_method",
     "the policy record and the alignment are taken as recorded"},
    {"policy.on_lookalike", LOOKALIKES_FOUND},
    {"policy.on_person_name", PEOPLE_FOUND},
    {"protect.short_names", LOOKALIKES_FOUND},
    {"protect.lookalike", LOOKALIKES_FOUND},
    {"protect.people", PEOPLE_FOUND},
    {"protect.open_domains", PEOPLE_FOUND},
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

static const char *rcpt_text(TALLOC_CTX *mem, const struct override *override)
{
	return override == NULL
		   ? "none"
		   : value_shown(
			 mem,
			 value_list(&override->scope[OVERRIDE_RCPT], ", "));
}

/* Recorded are the names of overrides that named recipients, not those. */
static void note_rcpt_gaps(const struct config *running,
			   const struct config *new, const struct walk *walk)
{
	const struct override_set *set = new->overrides;

	for (size_t i = 0; set != NULL && i < set->count; i++) {
		const struct override *item = &set->items[i];
		if (item->scope[OVERRIDE_RCPT].count == 0 ||
		    replay_knows_rcpt(item, running->overrides))
			continue;
		TALLOC_CTX *mem = mem_context(NULL);
		struct replay_gap gap = {
		    .setting =
			mem_printf(mem, "override \"%s\", rcpt", item->name),
		    .running = rcpt_text(
			mem, override_named(running->overrides, item->name)),
		    .new = rcpt_text(mem, item),
		    .why = "the record has no recipients, only which overrides "
			   "named them; this one is taken to name nobody",
		};
		walk->seen(walk->context, &gap);
		mem_free(mem);
	}
}

void replay_gaps(const struct config *running, const struct config *new,
		 void (*seen)(void *context, const struct replay_gap *gap),
		 void *context)
{
	struct walk walk = {.seen = seen, .context = context};

	settings_differences(config_sections, running, new, note_difference,
			     &walk);
	note_rcpt_gaps(running, new, &walk);
}
