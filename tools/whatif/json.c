/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.c - what alignctl whatif found, for programs
 *
 * One object, keys always present, null where there is nothing; alignctl(8)
 * documents it and tests/tools/whatif.schema.json holds it to that.
 */
#include "tools/whatif/report.h"

#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"

#define HOUR_S 3600

static void put_time(struct json *object, const char *key, bool is_set,
		     int64_t time_s)
{
	char text[CLOCK_TEXT];

	json_put_text(object, key, is_set ? clock_text(time_s, text) : NULL);
}

static void put_config(TALLOC_CTX *mem, struct json *object, const char *key,
		       const struct whatif_config *shown)
{
	struct json *child = json_new_object(mem);
	const struct config *config = shown->config;

	if (config == NULL) {
		json_put_null(object, key);
		return;
	}
	json_put_text(child, "file", shown->path);
	json_put_text(child, "mode",
		      config->daemon.mode == MODE_MONITOR ? "monitor"
							  : "enforce");
	json_put_text(child, "overrides_file", config->overrides_path);
	json_put_number(
	    child, "overrides",
	    config->overrides == NULL ? 0 : (int64_t)config->overrides->count);
	json_put(object, key, child);
}

static void put_period(TALLOC_CTX *mem, struct json *object, const char *key,
		       const struct store_hours *period)
{
	struct json *child = json_new_object(mem);

	if (period->is_empty) {
		json_put_null(object, key);
		return;
	}
	put_time(child, "from", true, period->first_s);
	put_time(child, "to", true, period->last_s + HOUR_S);
	json_put(object, key, child);
}

static void put_matrix(TALLOC_CTX *mem, struct json *object,
		       const struct whatif_counts *counts)
{
	struct json *list = json_new_array(mem);

	for (int from = 0; from < DISPOSITIONS; from++) {
		for (int to = 0; to < DISPOSITIONS; to++) {
			if (counts->matrix[from][to] == 0)
				continue;
			struct json *cell = json_new_object(mem);
			json_put_text(cell, "from",
				      disposition_text((enum disposition)from));
			json_put_text(cell, "to",
				      disposition_text((enum disposition)to));
			json_put_number(cell, "messages",
					counts->matrix[from][to]);
			json_add(list, cell);
		}
	}
	json_put(object, "matrix", list);
}

static void put_newly(TALLOC_CTX *mem, struct json *object,
		      const struct whatif_counts *counts)
{
	struct json *child = json_new_object(mem);

	for (int to = 0; to < DISPOSITIONS; to++)
		json_put_number(child, disposition_text((enum disposition)to),
				whatif_newly(counts, (enum disposition)to));
	json_put(object, "newly", child);
}

static void put_known(struct json *object, const char *key, int64_t number)
{
	if (number < 0)
		json_put_null(object, key);
	else
		json_put_number(object, key, number);
}

static void put_counts(TALLOC_CTX *mem, struct json *object,
		       const struct whatif_counts *counts)
{
	json_put_number(object, "tuples", counts->tuples);
	json_put_number(object, "messages", counts->messages);
	json_put_number(object, "unchanged",
			counts->messages - counts->changed -
			    counts->unreadable - counts->others);
	json_put_number(object, "changed", counts->changed);
	put_newly(mem, object, counts);
	put_matrix(mem, object, counts);
	json_put_number(object, "not_evaluated", counts->skipped);
	json_put_number(object, "sampled", counts->sampled);
	json_put_number(object, "unreadable", counts->unreadable);
	json_put_number(object, "others", counts->others);
	json_put_number(object, "was_monitored", counts->was_monitored);
	put_known(object, "as_running", counts->as_running);
	put_known(object, "by_mode_alone", counts->by_mode_alone);
}

static const char *or_null(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

static void put_gaps(TALLOC_CTX *mem, struct json *object,
		     const struct whatif_report *report)
{
	struct json *list = json_new_array(mem);

	if (report->running.config == NULL) {
		json_put_null(object, "not_replayed");
		return;
	}
	for (size_t i = 0; i < report->gap_count; i++) {
		const struct replay_gap *gap = &report->gaps[i];
		struct json *item = json_new_object(mem);
		json_put_text(item, "setting", gap->setting);
		json_put_text(item, "running", gap->running);
		json_put_text(item, "new", gap->new);
		json_put_text(item, "why", gap->why);
		json_add(list, item);
	}
	json_put(object, "not_replayed", list);
}

static void put_outcome(struct json *item, const struct store_change *change)
{
	json_put_text(item, "from", change->applied);
	json_put_text(item, "to", change->outcome);
	json_put_number(item, "messages", change->messages);
}

static void put_domains(TALLOC_CTX *mem, struct json *object,
			const struct whatif_changes *domains)
{
	struct json *list = json_new_array(mem);

	for (size_t i = 0; i < domains->count; i++) {
		const struct store_change *change = &domains->items[i];
		struct json *item = json_new_object(mem);
		json_put_text(item, "author_domain",
			      or_null(change->author_domain));
		put_outcome(item, change);
		json_put_number(item, "sources", change->sources);
		json_add(list, item);
	}
	json_put(object, "domains", list);
	json_put_number(object, "domains_left_out", domains->left_out);
}

static void put_sources(TALLOC_CTX *mem, struct json *object,
			const struct whatif_changes *sources)
{
	struct json *list = json_new_array(mem);

	for (size_t i = 0; i < sources->count; i++) {
		const struct store_change *change = &sources->items[i];
		struct json *item = json_new_object(mem);
		struct json *references = json_new_array(mem);
		for (size_t k = 0; k < sources->references[i].count; k++)
			json_add_text(references,
				      sources->references[i].items[k]);
		json_put_text(item, "author_domain",
			      or_null(change->author_domain));
		json_put_text(item, "client_ip", change->client_ip);
		json_put_text(item, "client_name",
			      or_null(change->client_name));
		put_outcome(item, change);
		json_put(item, "references", references);
		json_add(list, item);
	}
	json_put(object, "sources", list);
	json_put_number(object, "sources_left_out", sources->left_out);
}

void whatif_print_json(TALLOC_CTX *mem, const struct whatif_report *report)
{
	struct json *object = json_new_object(mem);

	put_config(mem, object, "new", &report->new);
	put_config(mem, object, "running", &report->running);
	json_put_text(object, "store", report->store);
	put_time(object, "since", report->since_s != 0, report->since_s);
	put_time(object, "until", report->until_s != 0, report->until_s);
	put_period(mem, object, "period", &report->recorded);
	put_period(mem, object, "recorded", &report->whole);
	put_counts(mem, object, &report->counts);
	put_gaps(mem, object, report);
	put_domains(mem, object, &report->domains);
	put_sources(mem, object, &report->sources);
	(void)printf("%s\n", json_text(mem, object));
}
