/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list.c - alignctl review: incidents, a line each
 */
#include "tools/review/command.h"

#include <stdio.h>

#include "lib/base/strbuf.h"
#include "tools/counted.h"
#include "tools/csv.h"
#include "tools/print.h"

#define DKIM_CELL_MAX 4096

/* --- members --- */

/* "" from the store is null in JSON. */
void review_put_or_null(struct json *object, const char *key, const char *text)
{
	json_put_text(object, key, text[0] == '\0' ? NULL : text);
}

static void put_override(TALLOC_CTX *mem, struct json *object,
			 const struct store_incident *incident)
{
	struct json *override = json_new_object(mem);

	if (incident->override_type[0] == '\0') {
		json_put_null(object, "override");
		return;
	}
	json_put_text(override, "type", incident->override_type);
	review_put_or_null(override, "comment", incident->override_comment);
	json_put(object, "override", override);
}

static void put_dkim(TALLOC_CTX *mem, struct json *object,
		     const struct store_incident *incident)
{
	struct json *dkim = json_read(mem, incident->dkim);

	json_put(object, "dkim", dkim != NULL ? dkim : json_new_array(mem));
}

void review_put_members(struct json *object,
			const struct store_incident *incident)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char time[CLOCK_TEXT];

	json_put_text(object, "reference", incident->reference);
	json_put_text(object, "time", clock_text(incident->time_s, time));
	review_put_or_null(object, "queue_id", incident->queue_id);
	review_put_or_null(object, "host", incident->host);
	review_put_or_null(object, "client_ip", incident->client_ip);
	review_put_or_null(object, "client_name", incident->client_name);
	review_put_or_null(object, "helo", incident->helo);
	review_put_or_null(object, "mail_from", incident->mail_from);
	review_put_or_null(object, "author_domain", incident->author_domain);
	review_put_or_null(object, "policy_domain", incident->policy_domain);
	review_put_or_null(object, "spf", incident->spf_result);
	review_put_or_null(object, "spf_domain", incident->spf_domain);
	put_dkim(mem, object, incident);
	review_put_or_null(object, "dmarc", incident->dmarc_result);
	review_put_or_null(object, "asked", incident->asked);
	review_put_or_null(object, "applied", incident->applied);
	put_override(mem, object, incident);
	review_put_or_null(object, "reason", incident->reason);
	review_put_or_null(object, "tls_version", incident->tls_version);
	mem_free(mem);
}

/* --- cells --- */

const char *const review_csv_names[] = {
    "reference",     "time",	    "queue_id",
    "host",	     "client_ip",   "client_name",
    "helo",	     "mail_from",   "author_domain",
    "policy_domain", "spf",	    "spf_domain",
    "dkim",	     "dmarc",	    "asked",
    "applied",	     "override",    "override_comment",
    "reason",	     "tls_version", NULL};

/* "pass list.example; fail example.com" */
static const char *dkim_cell(TALLOC_CTX *mem,
			     const struct store_incident *incident)
{
	struct json *list = json_read(mem, incident->dkim);
	struct strbuf text;

	strbuf_init(&text, mem, DKIM_CELL_MAX);
	for (size_t i = 0; list != NULL && i < json_count(list); i++) {
		struct json *item = json_item(mem, list, i);
		strbuf_printf(&text, "%s%s %s", i == 0 ? "" : "; ",
			      tool_or_dash(json_get_text(item, "result")),
			      tool_or_dash(json_get_text(item, "domain")));
	}
	return strbuf_text(&text);
}

void review_put_cells(struct tool_csv *row,
		      const struct store_incident *incident)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char time[CLOCK_TEXT];
	const char *cells[] = {
	    incident->reference,      clock_text(incident->time_s, time),
	    incident->queue_id,	      incident->host,
	    incident->client_ip,      incident->client_name,
	    incident->helo,	      incident->mail_from,
	    incident->author_domain,  incident->policy_domain,
	    incident->spf_result,     incident->spf_domain,
	    dkim_cell(mem, incident), incident->dmarc_result,
	    incident->asked,	      incident->applied,
	    incident->override_type,  incident->override_comment,
	    incident->reason,	      incident->tls_version,
	};

	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
		tool_csv_text(row, cells[i]);
	mem_free(mem);
}

/* --- the list --- */

static void print_json(const struct store_incident *incident)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *object = json_new_object(mem);

	review_put_members(object, incident);
	(void)printf("%s\n", json_text(mem, object));
	mem_free(mem);
}

static void print_csv(const struct store_incident *incident)
{
	struct tool_csv row = {0};

	review_put_cells(&row, incident);
	tool_csv_end(&row);
}

static void print_line(const struct store_incident *incident)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char time[CLOCK_TEXT];

	(void)printf("%-9s  %s  %-10s  %-15s  %-20s  %s\n",
		     tool_shown(mem, incident->reference),
		     clock_text(incident->time_s, time),
		     tool_shown(mem, incident->applied),
		     tool_shown(mem, incident->client_ip),
		     tool_shown(mem, tool_or_dash(incident->author_domain)),
		     tool_shown(mem, incident->reason));
	mem_free(mem);
}

static void print_heading(void)
{
	(void)printf("%-9s  %-20s  %-10s  %-15s  %-20s  %s\n", "reference",
		     "time", "applied", "client", "from", "reason");
}

struct listing {
	enum review_format format;
	size_t count;
};

static bool on_incident(void *context, const struct store_incident *incident)
{
	struct listing *listing = context;

	if (listing->count++ == 0 && listing->format == REVIEW_TEXT)
		print_heading();
	if (listing->format == REVIEW_JSON)
		print_json(incident);
	else if (listing->format == REVIEW_CSV)
		print_csv(incident);
	else
		print_line(incident);
	return true;
}

bool review_list(struct review *review, struct error *err)
{
	struct listing listing = {.format = review->format};

	if (review->format == REVIEW_CSV)
		tool_csv_heading(review_csv_names);
	if (!store_incidents(review->reader, &review->filter, on_incident,
			     &listing, err))
		return false;
	size_t counted = 0;
	if (review->format != REVIEW_CSV &&
	    !tool_counted_list(review->reader, &review->filter,
			       review->format == REVIEW_JSON, &counted, err))
		return false;
	if (listing.count == 0 && counted == 0)
		review_nothing(review);
	return true;
}
