/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * whatif_report.c - what whatif has to say, gathered from the store
 * Tested by test_alignctl_whatif.
 */
#include "lib/app/whatif_report.h"

#define REFERENCES_MAX 5 /* of one source: enough to see what it is */

/* --- changes --- */

struct gathering {
	TALLOC_CTX *mem;
	struct whatif_changes *changes;
};

static void gather_change(void *context, const struct store_change *change)
{
	struct gathering *gathering = context;
	TALLOC_CTX *mem = gathering->mem;
	struct whatif_changes *changes = gathering->changes;
	struct store_change *item;

	changes->items = mem_resize(mem, changes->items, struct store_change,
				    changes->count + 1);
	item = &changes->items[changes->count++];
	*item = *change;
	item->author_domain = mem_strdup(mem, change->author_domain);
	item->client_ip = mem_strdup(mem, change->client_ip);
	item->client_name = mem_strdup(mem, change->client_name);
	item->applied = mem_strdup(mem, change->applied);
	item->outcome = mem_strdup(mem, change->outcome);
}

static bool gather_references(TALLOC_CTX *mem, struct store_replay *replay,
			      struct whatif_changes *changes, struct error *err)
{
	changes->references = mem_array(mem, struct text_list, changes->count);
	for (size_t i = 0; i < changes->count; i++) {
		if (!store_replay_references(mem, replay, &changes->items[i],
					     REFERENCES_MAX,
					     &changes->references[i], err))
			return false;
	}
	return true;
}

static bool gather_changes(TALLOC_CTX *mem, struct store_replay *replay,
			   long limit, struct whatif_report *report,
			   struct error *err)
{
	struct gathering domains = {mem, &report->domains};
	struct gathering sources = {mem, &report->sources};

	return store_replay_changes(replay, CHANGES_BY_DOMAIN, limit,
				    gather_change, &domains,
				    &report->domains.left_out, err) &&
	       store_replay_changes(replay, CHANGES_BY_SOURCE, limit,
				    gather_change, &sources,
				    &report->sources.left_out, err) &&
	       gather_references(mem, replay, &report->sources, err);
}

/* --- settings --- */

struct gap_list {
	TALLOC_CTX *mem;
	struct whatif_report *report;
};

static void gather_gap(void *context, const struct replay_gap *gap)
{
	struct gap_list *list = context;
	struct whatif_report *report = list->report;
	struct replay_gap *item;

	report->gaps = mem_resize(list->mem, report->gaps, struct replay_gap,
				  report->gap_count + 1);
	item = &report->gaps[report->gap_count++];
	item->setting = mem_strdup(list->mem, gap->setting);
	item->running = mem_strdup(list->mem, gap->running);
	item->new = mem_strdup(list->mem, gap->new);
	item->why = gap->why;
}

static void gather_gaps(TALLOC_CTX *mem, struct whatif_report *report)
{
	struct gap_list list = {.mem = mem, .report = report};

	if (report->running.config != NULL)
		replay_gaps(report->running.config, report->new.config,
			    gather_gap, &list);
}

static void gather_setting(void *context, const char *name, const char *before,
			   const char *after, bool is_reloadable)
{
	struct gap_list *list = context;
	struct whatif_report *report = list->report;

	(void)is_reloadable;
	report->changed =
	    mem_resize(list->mem, report->changed, struct whatif_setting,
		       report->changed_count + 1);
	report->changed[report->changed_count++] = (struct whatif_setting){
	    .name = mem_strdup(list->mem, name),
	    .running = mem_strdup(list->mem, before),
	    .new = mem_strdup(list->mem, after),
	};
}

static void gather_changed_defaults(TALLOC_CTX *mem,
				    struct whatif_report *report)
{
	struct gap_list list = {.mem = mem, .report = report};

	if (report->defaults != NULL)
		settings_differences(config_sections, report->running.config,
				     report->new.config, gather_setting, &list);
}

/* --- all of it --- */

static bool count_all(TALLOC_CTX *mem, struct store_replay *replay,
		      int64_t now_s, struct whatif_report *report,
		      struct error *err)
{
	static const struct override_set no_overrides;
	struct replay_rules new = replay_rules(mem, report->new.config, now_s);
	struct replay_rules running;
	struct whatif_question question = {
	    .new = &new,
	    .is_compared = report->defaults != NULL,
	};

	if (report->running.config != NULL) {
		new.recorded = report->running.config->overrides == NULL
				   ? &no_overrides
				   : report->running.config->overrides;
		running = replay_rules(mem, report->running.config, now_s);
		question.running = &running;
	}
	return whatif_count(replay, &question, &report->counts, err);
}

bool whatif_report_fill(TALLOC_CTX *mem, struct store_reader *reader,
			int64_t now_s, long limit, struct whatif_report *report,
			struct error *err)
{
	struct store_replay *replay;

	gather_gaps(mem, report);
	gather_changed_defaults(mem, report);
	if (!store_replay_open(mem, reader, report->since_s, report->until_s,
			       &replay, err))
		return false;
	bool ok = store_recorded(reader, 0, 0, &report->whole, err) &&
		  store_recorded(reader, report->since_s, report->until_s,
				 &report->recorded, err) &&
		  count_all(mem, replay, now_s, report, err) &&
		  gather_changes(mem, replay, limit, report, err);
	mem_free(replay);
	return ok;
}
