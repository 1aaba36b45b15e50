/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine.c - a configuration turned into an evaluator
 *
 * Two reference counts: one on the engine, and one on DNS, which outlives an
 * engine when a reload leaves its section alone (its cache is worth keeping).
 * Tested by test_session, test_message_ahead.
 */
#include "lib/app/engine.h"

#include <stdatomic.h>
#include <string.h>

#include "lib/engines/engines.h"

struct shared_dns {
	atomic_int shares;
	struct dns *dns;
};

/* struct engine must stay the first member. */
struct engine_private {
	struct engine public;
	atomic_int shares;
	struct config *owned;
	struct shared_dns *dns;
	struct signature_engine *signatures;
	const struct dkim_engine *dkim_engine; /* NULL: ours */
};

static struct engine_private *private_of(const struct engine *engine)
{
	return (struct engine_private *)(uintptr_t)engine;
}

static void release_dns(struct shared_dns *shared)
{
	if (shared == NULL || atomic_fetch_sub(&shared->shares, 1) != 1)
		return;
	dns_free(shared->dns);
	heap_free(shared);
}

static void note_difference(void *context, const char *name, const char *before,
			    const char *after, bool is_reloadable)
{
	bool *differs = context;

	(void)before;
	(void)after;
	(void)is_reloadable;
	/* The budget is each message's, not the resolver's. */
	if (strcmp(name, "dns.budget") != 0)
		*differs = true;
}

static bool dns_settings_equal(const struct config *a, const struct config *b)
{
	const struct setting_section dns_only[] = {
	    {.name = "dns", .rows = dns_setting_rows},
	    {.name = NULL},
	};
	bool differs = false;

	settings_differences(dns_only, &a->dns, &b->dns, note_difference,
			     &differs);
	return !differs;
}

static bool share_dns(struct engine_private *engine,
		      const struct engine *previous, struct error *err)
{
	if (previous != NULL &&
	    dns_settings_equal(engine->owned, previous->config)) {
		engine->dns = private_of(previous)->dns;
		(void)atomic_fetch_add(&engine->dns->shares, 1);
		return true;
	}
	struct dns *dns;
	if (!dns_new(&engine->owned->dns, &dns, err))
		return false;
	engine->dns = heap_new(struct shared_dns);
	atomic_init(&engine->dns->shares, 1);
	engine->dns->dns = dns;
	return true;
}

/* Our own name first, then the further ones of section trust. */
static struct text_list list_authserv_ids(TALLOC_CTX *mem, const char *own,
					  const struct text_list *further)
{
	struct text_list list = {.count = further->count + 1};

	list.items = mem_array(mem, const char *, list.count);
	list.items[0] = own;
	for (size_t i = 0; i < further->count; i++)
		list.items[i + 1] = further->items[i];
	return list;
}

static void fill_evaluator(struct engine_private *engine,
			   const struct clock *clock,
			   const struct random_source *random)
{
	struct config *config = engine->owned;
	const char *own = config_authserv_id(config, config);

	engine->public.config = config;
	engine->public.trust = trust_compile(config, &config->trust);
	engine->public.own_names = identity_names(config, &config->own.domains,
						  &config->protect.names);
	engine->public.lookalikes = (struct lookalike_rules){
	    .own = config->own.domains,
	    .names = config->protect.names,
	    .short_names = config->protect.short_names,
	    .known = config->protect.lookalikes_known,
	    .has_suffixes = config->protect.lookalike_suffixes,
	};
	engine->public.people = (struct people_rules){
	    .entries = config->protect.people,
	    .own = config->own.domains,
	    .open = config->protect.open_domains,
	};
	engine->public.evaluator = (struct evaluator){
	    .dns = engine->dns->dns,
	    .signatures = engine->signatures,
	    .dkim_engine = engine->dkim_engine,
	    .spf_engine =
		config->spf.engine == ENGINE_LIBRARY ? &engine_spf2 : NULL,
	    .clock = clock,
	    .random = random,
	    .serves_stale = config->dns.serve_stale_ms > 0,
	    .dns_budget_ms = config->dns.budget_ms,
	    .authserv_id = own,
	    .authserv_ids =
		list_authserv_ids(config, own, &config->trust.authserv_ids),
	    .fellow_ids = config->fellows.authserv_ids,
	    .fellow_addresses = config->fellows.addresses,
	    .spf = &config->spf,
	    .dmarc = &config->dmarc,
	    .policy = &config->policy,
	    .trust = &engine->public.trust,
	    .own_names = &engine->public.own_names,
	    .lookalikes =
		lookalike_list_new(config, &engine->public.lookalikes),
	    .people = people_new(config, &engine->public.people),
	    .own_domains = &config->own.domains,
	    .recipient_delimiter = config->trust.recipient_delimiter,
	    .overrides = config->overrides,
	    .mode = (enum policy_mode)config->daemon.mode,
	    .report_from = config->report.from,
	    .keeps_header = config->report.failure_reports != FAILURES_NO,
	    .origins = config->origins,
	};
}

static void free_engine(struct engine_private *engine)
{
	engine_opendkim_free(engine->dkim_engine);
	signature_engine_free(engine->signatures);
	release_dns(engine->dns);
	mem_free(engine->owned);
	heap_free(engine);
}

/* The library, where dkim.engine names it. */
static bool open_dkim(struct engine_private *engine, const struct clock *clock,
		      struct error *err)
{
	const struct dkim_settings *settings = &engine->owned->dkim;

	return settings->engine == ENGINE_ALIGND ||
	       engine_opendkim_new(settings, clock, &engine->dkim_engine, err);
}

bool engine_new(struct config *config, const struct engine *previous,
		const struct clock *clock, const struct random_source *random,
		struct engine **engine, struct error *err)
{
	struct engine_private *made = heap_new(struct engine_private);

	atomic_init(&made->shares, 1);
	made->owned = config;
	if (!share_dns(made, previous, err) ||
	    !signature_engine_new(&config->dkim, clock, &made->signatures,
				  err) ||
	    !open_dkim(made, clock, err)) {
		free_engine(made);
		return false;
	}
	fill_evaluator(made, clock, random);
	*engine = &made->public;
	return true;
}

bool engine_use_marks(struct engine *engine, const struct random_source *random,
		      struct error *err)
{
	struct mark_keys *keys;

	if (!engine_has_marks(engine->config))
		return true;
	if (!mark_keys_open(private_of(engine)->owned,
			    engine->config->store.sqlite, random, &keys, err))
		return false;
	engine->evaluator.mark_keys = keys;
	return true;
}

bool engine_has_marks(const struct config *config)
{
	return config->trust.has_marks && config->store.sqlite[0] != '\0';
}

char *engine_marks_path(TALLOC_CTX *mem, const struct config *config)
{
	return engine_has_marks(config)
		   ? mark_keys_path(mem, config->store.sqlite)
		   : NULL;
}

struct engine *engine_ref(struct engine *engine)
{
	(void)atomic_fetch_add(&private_of(engine)->shares, 1);
	return engine;
}

void engine_unref(struct engine *engine)
{
	if (engine != NULL &&
	    atomic_fetch_sub(&private_of(engine)->shares, 1) == 1)
		free_engine(private_of(engine));
}
