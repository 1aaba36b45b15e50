/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * whatif_oracle.c - what-if against the evaluation it stands for
 *
 *   whatif_oracle FOLDER...
 *
 * Each replay case's message is recorded under one configuration and replayed
 * under another; then it is evaluated under the other, which must give the
 * same. Configurations are drawn at random, the same in every run: mode,
 * levels, honor_pct, trusted sealers and networks, own names, known paths, and
 * overrides by the very handles that the message shows. WHATIF_ROUNDS says how
 * many to a case.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/app/record_keeping.h"
#include "lib/app/replay.h"
#include "tests/replay/case.h"
#include "tests/replay/run.h"

#define ROUNDS 2
#define OVERRIDES_BYTES 8192
#define OVERRIDES_MAX 4

static unsigned rounds = ROUNDS;
static uint64_t seed = 88172645463325252U;

/* How often each kind of answer was compared. */
static struct {
	unsigned cases;
	unsigned replays;
	unsigned changed;
	unsigned overridden;
	unsigned sampled;
	unsigned skipped;
	unsigned sealed;
	unsigned own;
	unsigned unauthenticated;
	unsigned paths;
	unsigned recipients;
	unsigned postmasters;
	unsigned wrong;
} tally;

/* xorshift64: 0 .. limit - 1 */
static unsigned below(unsigned limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)((seed >> 20) % limit);
}

static bool one_in(unsigned n)
{
	return below(n) == 0;
}

/* --- a configuration drawn at random --- */

/* One side: the case's own settings with others over them. */
struct side {
	struct config config;
	struct trust_rules trust;
	struct identity_names own_names;
	struct engine engine;
	struct random_source random;
};

static const char *any_signer(const struct verdict *seen)
{
	const struct evidence_signatures *dkim = &seen->evidence.dkim;

	if (dkim->count == 0)
		return "nobody.test";
	const char *domain = dkim->items[below((unsigned)dkim->count)].domain;
	return domain == NULL ? "nobody.test" : domain;
}

static const char *or_nobody(const char *domain)
{
	return domain == NULL || one_in(8) ? "nobody.test" : domain;
}

/* "dkim = {...}" or another handle, which the message has as a rule. */
static void write_scope(struct strbuf *file, const struct verdict *seen)
{
	char address[NET_ADDRESS_TEXT];

	switch (below(5)) {
	case 0:
		strbuf_printf(file, "dkim = {\"%s\"}\n", any_signer(seen));
		break;
	case 1:
		strbuf_printf(file, "spf = {\"%s\"}\n",
			      or_nobody(seen->evidence.spf.domain));
		break;
	case 2:
		strbuf_printf(file, "host = {\"%s\"}\n",
			      or_nobody(seen->evidence.iprev.name));
		break;
	case 3:
		strbuf_printf(
		    file, "network = {\"%s\"}\n",
		    seen->client.address.family == NET_NONE
			? "192.0.2.0/24"
			: net_address_text(&seen->client.address, address));
		break;
	default:
		strbuf_printf(file, "from = {\"%s\"} unsafe = yes\n",
			      or_nobody(seen->author.domain));
		break;
	}
}

static void write_override(struct strbuf *file, const struct verdict *seen,
			   unsigned number)
{
	static const char *const actions[] = {"accept", "quarantine", "reject"};
	static const char *const ends[] = {"until = \"2026-01-01\"",
					   "until = \"2026-12-31\"",
					   "permanent = yes"};

	unsigned action = below(3);

	strbuf_printf(file,
		      "override \"number %u\" { owner = \"o\" why = \"w\"\n"
		      "action = %s %s\n%s",
		      number, actions[action], ends[below(3)],
		      action > 0 && one_in(3) ? "unless_indirect = yes\n" : "");
	write_scope(file, seen);
	strbuf_add_text(file, "}\n");
}

/* Overrides with recipients, the same on both sides: of others the record tells
 * nothing. */
static char *draw_rcpt_overrides(TALLOC_CTX *mem, const struct verdict *seen)
{
	static const char *const lists[] = {
	    "\"one@mx.test\"", "\"two@mx.test\"",
	    "\"one@mx.test\", \"two@mx.test\"", "\"mx.test\"", "\".test\""};
	static const char *const actions[] = {"accept", "quarantine", "reject"};
	struct strbuf file;
	unsigned count = below(4);

	strbuf_init(&file, mem, OVERRIDES_BYTES);
	for (unsigned i = 0; i < count; i++) {
		strbuf_printf(
		    &file,
		    "override \"rcpt %u\" { owner = \"o\" why = \"w\" "
		    "permanent = yes action = %s "
		    "rcpt = {%s}\n",
		    i, actions[below(3)],
		    lists[below(sizeof lists / sizeof lists[0])]);
		if (one_in(2))
			write_scope(&file, seen);
		else
			strbuf_add_text(&file, "unsafe = yes\n");
		strbuf_add_text(&file, "}\n");
	}
	return strbuf_text(&file);
}

static const struct override_set *
draw_overrides(TALLOC_CTX *mem, const struct verdict *seen, const char *shared)
{
	struct strbuf file;
	struct override_set *set = NULL;
	struct error err;
	unsigned count = one_in(3) ? 0 : 1 + below(OVERRIDES_MAX);

	strbuf_init(&file, mem, (size_t)2 * OVERRIDES_BYTES);
	unsigned before = below(count + 1);
	for (unsigned i = 0; i < count; i++) {
		if (i == before)
			strbuf_add_text(&file, shared);
		write_override(&file, seen, i);
	}
	if (before == count)
		strbuf_add_text(&file, shared);
	if (override_parse(mem, "overrides", span_of(strbuf_text(&file)), &set,
			   &err))
		return set;
	(void)printf("no overrides: %s\n%s", err.words, strbuf_text(&file));
	exit(EXIT_FAILURE);
}

static void draw_policy(struct policy_settings *policy)
{
	static const int temperrors[] = {DISPOSITION_NONE,
					 DISPOSITION_TEMPFAIL};
	static const int indirects[] = {
	    DISPOSITION_NONE, DISPOSITION_QUARANTINE, DISPOSITION_REJECT};
	int *const levels[] = {&policy->on_reject, &policy->on_quarantine,
			       &policy->on_none, &policy->on_malformed};

	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
		if (one_in(2))
			*levels[i] = (int)below(DISPOSITION_REJECT + 1);
	}
	policy->on_temperror = temperrors[below(2)];
	policy->indirect_mail = indirects[below(3)];
	policy->on_own = (int)below(DISPOSITION_REJECT + 1);
	policy->on_unauthenticated = (int)below(DISPOSITION_REJECT + 1);
	policy->on_lookalike = (int)below(DISPOSITION_REJECT + 1);
	policy->on_person_name = (int)below(DISPOSITION_REJECT + 1);
	policy->known_path =
	    one_in(2) ? DISPOSITION_NONE : DISPOSITION_QUARANTINE;
	policy->is_postmaster_exempt = one_in(2);
}

static const char *postmaster_domain = "mx.test";
static const struct text_list postmaster_domains = {1, &postmaster_domain};

/* By which ways mail used to come is the same whatever is set. */
static bool is_known(void *context, const struct verdict *verdict)
{
	(void)context;
	return verdict->evidence.spf.domain != NULL &&
	       strlen(verdict->evidence.spf.domain) % 2 == 0;
}

static struct text_list list_of(TALLOC_CTX *mem, const char *item)
{
	struct text_list list = {0};

	if (item != NULL)
		case_add(mem, &list, item);
	return list;
}

static void draw_trust(TALLOC_CTX *mem, const struct verdict *seen,
		       struct trust_settings *trust)
{
	const struct evidence_arc *arc = &seen->evidence.arc;
	char address[NET_ADDRESS_TEXT];
	const char *last =
	    arc->count > 0 ? arc->sealers[arc->count - 1].domain : NULL;

	trust->arc_sealers = list_of(mem, one_in(2) ? last : NULL);
	trust->networks = (struct text_list){0};
	if (one_in(6) && seen->client.address.family != NET_NONE)
		trust->networks = list_of(
		    mem, mem_strdup(mem, net_address_text(&seen->client.address,
							  address)));
}

static struct side *draw_side(TALLOC_CTX *mem, const struct engine *base,
			      const struct verdict *seen, const char *shared)
{
	struct side *side = mem_new(mem, struct side);
	struct evaluator *evaluator = &side->engine.evaluator;

	side->config = *base->config;
	side->config.daemon.mode = one_in(3) ? MODE_MONITOR : MODE_ENFORCE;
	side->config.dmarc.honor_pct = (int)below(3);
	draw_policy(&side->config.policy);
	draw_trust(mem, seen, &side->config.trust);
	side->config.overrides = draw_overrides(mem, seen, shared);
	side->config.own.domains =
	    list_of(mem, one_in(2) ? seen->author.domain : NULL);
	side->own_names = identity_names(mem, &side->config.own.domains,
					 &side->config.protect.names);
	side->trust = trust_compile(mem, &side->config.trust);
	side->random = random_fixed((uint8_t)below(100));
	side->engine = *base;
	evaluator->mode = (enum policy_mode)side->config.daemon.mode;
	evaluator->dmarc = &side->config.dmarc;
	evaluator->policy = &side->config.policy;
	evaluator->trust = &side->trust;
	evaluator->overrides = side->config.overrides;
	evaluator->own_names = &side->own_names;
	evaluator->paths.is_known = is_known;
	/* Which these are is not recorded, so they are the same. */
	evaluator->own_domains = &postmaster_domains;
	evaluator->random = &side->random;
	return side;
}

/* --- comparing --- */

static bool evaluate(TALLOC_CTX *mem, const struct replay_case *c,
		     const struct side *side, const struct verdict **verdict)
{
	struct error err;

	if (run_evaluate(mem, c, &side->engine, verdict, &err))
		return true;
	(void)printf("FAILED %s: %s\n", c->title, err.words);
	tally.wrong++;
	return false;
}

static void complain(const struct replay_case *c, const struct verdict *before,
		     const struct verdict *wanted,
		     const struct replay_outcome *got)
{
	tally.wrong++;
	(void)printf("WRONG %s: was %s, evaluated %s (%s), replayed %s%s\n",
		     c->title, disposition_text(before->decision.applied),
		     disposition_text(wanted->decision.applied),
		     decide_reason_text(wanted->decision.decided_by),
		     got->skipped ? "skipped " : "",
		     disposition_text(got->applied));
}

/* One draw of the new configuration, evaluated. */
static void compare(TALLOC_CTX *mem, const struct replay_case *c,
		    struct side *new, unsigned draw,
		    const struct verdict *before,
		    const struct replay_outcome *got)
{
	const struct verdict *wanted;

	new->random = random_fixed((uint8_t)draw);
	if (!evaluate(mem, c, new, &wanted))
		return;
	tally.replays++;
	tally.changed += before->decision.applied != wanted->decision.applied;
	tally.overridden += wanted->override_name != NULL;
	tally.sealed += wanted->input.indirect != before->input.indirect;
	tally.own += wanted->decision.decided_by == REASON_ON_OWN;
	tally.unauthenticated +=
	    wanted->decision.decided_by == REASON_ON_UNAUTHENTICATED;
	tally.paths += wanted->decision.decided_by == REASON_ON_KNOWN_PATH;
	tally.recipients += wanted->rcpt_rules != NULL;
	tally.postmasters +=
	    wanted->decision.decided_by == REASON_POSTMASTER_EXEMPT;
	if (got->skipped != NULL || got->applied != wanted->decision.applied ||
	    got->enforced != wanted->decision.enforced)
		complain(c, before, wanted, got);
}

static void compare_skipped(const struct replay_case *c,
			    const struct verdict *before,
			    const struct replay *replay)
{
	tally.skipped++;
	if (replay->kept.skipped == NULL || replay->kept_percent != 100 ||
	    replay->kept.applied != DISPOSITION_NONE)
		complain(c, before, before, &replay->kept);
}

/* The draw is known when it was recorded: the new evaluation has the same. */
static void compare_draws(TALLOC_CTX *mem, const struct replay_case *c,
			  const struct side *old, struct side *new,
			  const struct verdict *before,
			  const struct replay *replay)
{
	unsigned draw = old->random.fixed;

	if (replay->kept_percent > 0 && replay->kept_percent < 100) {
		tally.sampled++;
		compare(mem, c, new, 0, before, &replay->kept);
		compare(mem, c, new, 99, before, &replay->sampled_out);
	} else {
		compare(mem, c, new, draw, before,
			replay->kept_percent == 0 ? &replay->sampled_out
						  : &replay->kept);
	}
}

static bool is_full(const struct side *side)
{
	return side->config.dmarc.honor_pct == HONOR_PCT_FULL;
}

static struct text_list draw_recipients(TALLOC_CTX *mem)
{
	static const char *const addresses[] = {
	    "<one@mx.test>", "<Two+detail@mx.test>", "<three@other.test>",
	    "<postmaster@mx.test>"};
	struct text_list list = {0};
	unsigned count = below(4);

	if (one_in(3))
		case_add(mem, &list, addresses[3]);
	for (unsigned i = 0; i < count; i++)
		case_add(mem, &list, addresses[below(4)]);
	return list;
}

static void play_round(TALLOC_CTX *mem, const struct replay_case *given,
		       const struct engine *base, const struct verdict *seen)
{
	struct replay_case with = *given;
	const struct replay_case *c = &with;
	const char *shared = draw_rcpt_overrides(mem, seen);
	struct side *old = draw_side(mem, base, seen, shared);
	struct side *new = draw_side(mem, base, seen, shared);
	struct replay_rules rules = replay_rules(mem, &new->config, c->now_s);

	with.rcpts = draw_recipients(mem);
	rules.recorded = old->config.overrides;
	const struct verdict *before;
	struct replay replay;

	if (!evaluate(mem, c, old, &before))
		return;
	struct store_entry entry = record_entry(mem, before, "QID", "mx.test");
	if (!replay_tuple(mem, &rules, &entry.tuple, is_full(old), &replay)) {
		(void)printf("WRONG %s: unreadable\n", c->title);
		tally.wrong++;
	} else if (net_list_contains(&new->trust.networks, &c->address)) {
		compare_skipped(c, before, &replay);
	} else {
		compare_draws(mem, c, old, new, before, &replay);
	}
}

/* --- all cases --- */

static void play_case(TALLOC_CTX *mem, const char *path)
{
	const struct random_source random = random_fixed(0);
	const struct verdict *seen;
	struct replay_case c;
	struct engine *engine;
	struct error err;

	if (!case_read(mem, path, &c, &err)) {
		(void)printf("FAILED %s: %s\n", path, err.words);
		tally.wrong++;
		return;
	}
	const struct clock clock = clock_fixed(c.now_s);
	if (!run_engine(mem, &c, false, &clock, &random, &engine, &err)) {
		(void)printf("FAILED %s: %s\n", path, err.words);
		tally.wrong++;
		return;
	}
	tally.cases++;
	if (run_evaluate(mem, &c, engine, &seen, &err)) {
		for (unsigned i = 0; i < rounds; i++)
			play_round(mem, &c, engine, seen);
	}
	mem_free(mem);
	run_engine_free(engine);
}

static int is_case(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".case") == 0;
}

static void play_folder(const char *path)
{
	struct dirent **entries;
	int found = scandir(path, &entries, is_case, alphasort);

	for (int i = 0; i < found; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		play_case(mem,
			  mem_printf(mem, "%s/%s", path, entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
}

int main(int argc, char **argv)
{
	const char *wanted = getenv("WHATIF_ROUNDS");
	long number;

	if (wanted != NULL && text_number(span_of(wanted), 1, 1000, &number))
		rounds = (unsigned)number;
	run_start();
	for (int i = 1; i < argc; i++)
		play_folder(argv[i]);
	run_end();
	(void)printf("%u cases, %u replays, %u changed, %u overridden, "
		     "%u sampled, %u skipped, %u with other evidence, "
		     "%u own, %u unauthenticated, %u known paths, "
		     "%u with recipients, %u to postmasters, %u wrong\n",
		     tally.cases, tally.replays, tally.changed,
		     tally.overridden, tally.sampled, tally.skipped,
		     tally.sealed, tally.own, tally.unauthenticated,
		     tally.paths, tally.recipients, tally.postmasters,
		     tally.wrong);
	/* What was never compared was not tested. */
	return tally.wrong == 0 && tally.changed > 0 && tally.overridden > 0 &&
		       tally.skipped > 0 && tally.sealed > 0 && tally.own > 0 &&
		       tally.unauthenticated > 0 && tally.paths > 0 &&
		       tally.recipients > 0 && tally.postmasters > 0
		   ? EXIT_SUCCESS
		   : EXIT_FAILURE;
}
