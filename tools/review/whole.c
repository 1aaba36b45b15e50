/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * whole.c - alignctl review REF: one incident with all that is kept
 */
#include "tools/review/command.h"

#include <stdio.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/store/store_acts.h"
#include "tools/counted.h"
#include "tools/csv.h"
#include "tools/print.h"
#include "tools/reference.h"

/* One run, and the incident at hand. */
struct whole {
	struct review *review;
	const struct store_incident *incident;
	TALLOC_CTX *mem; /* dies with the incident */
	size_t count;
	bool has_failed;
	struct error *err;
};

/* --- for people --- */

static void print_member(const char *label, const char *value)
{
	if (value[0] != '\0')
		tool_print_member(label, value);
}

static void print_signatures(TALLOC_CTX *mem,
			     const struct store_incident *incident)
{
	struct json *list = json_read(mem, incident->dkim);

	for (size_t i = 0; list != NULL && i < json_count(list); i++) {
		struct json *item = json_item(mem, list, i);
		int64_t left_out = json_get_number(item, "left_out", 0);
		if (left_out > 0) {
			tool_print_words(mem, "DKIM", "%lld more, not kept",
					 (long long)left_out);
			continue;
		}
		const char *domain = json_get_text(item, "domain");
		const char *reason = json_get_text(item, "reason");
		tool_print_words(
		    mem, "DKIM", "%s%s%s%s%s%s",
		    tool_or_dash(json_get_text(item, "result")),
		    domain == NULL ? "" : " for ", domain == NULL ? "" : domain,
		    json_get_flag(item, "aligned") ? ", aligned" : "",
		    reason == NULL ? "" : ": ", reason == NULL ? "" : reason);
	}
}

/* "a.example, b.example" */
static const char *joined(TALLOC_CTX *mem, const struct json *list)
{
	struct strbuf text;

	strbuf_init(&text, mem, LIMIT_RECIPIENTS * (LIMIT_DOMAIN_BYTES + 2));
	for (size_t i = 0; list != NULL && i < json_count(list); i++)
		strbuf_printf(&text, "%s%s", i == 0 ? "" : ", ",
			      tool_or_dash(json_item_text(list, i)));
	return strbuf_text(&text);
}

static void print_envelope(TALLOC_CTX *mem,
			   const struct store_incident *incident)
{
	print_member("queue id", incident->queue_id);
	print_member("host", incident->host);
	print_member("client", incident->client_ip);
	print_member("client name", incident->client_name);
	print_member("HELO", incident->helo);
	print_member("MAIL FROM", incident->mail_from);
	print_member("recipients at",
		     joined(mem, json_read(mem, incident->rcpt_domains)));
	print_member("TLS", incident->tls_version);
}

static void print_judgement(TALLOC_CTX *mem,
			    const struct store_incident *incident)
{
	bool has_domain = incident->spf_domain[0] != '\0';

	print_member("author domain", incident->author_domain);
	print_member("author error", incident->author_error);
	print_member("policy domain", incident->policy_domain);
	tool_print_words(mem, "SPF", "%s%s%s", incident->spf_result,
			 has_domain ? " for " : "", incident->spf_domain);
	print_signatures(mem, incident);
	print_member("list id", incident->list_id);
	print_member("DMARC", incident->dmarc_result);
	print_member("reason", incident->reason);
	print_member("asked", incident->asked);
	print_member("applied", incident->applied);
	print_member("override", incident->override_type);
	print_member("because", incident->override_comment);
	print_member("reply", incident->reply);
}

static bool print_act(void *context, const struct store_act *act)
{
	struct whole *whole = context;
	char time[CLOCK_TEXT];

	tool_print_words(whole->mem, store_act_kind_text(act->kind),
			 "%s by %s%s%s", clock_text(act->time_s, time),
			 act->who, *act->note == '\0' ? "" : ": ", act->note);
	return true;
}

static bool print_text(struct whole *whole)
{
	const struct store_incident *incident = whole->incident;
	struct json *questions = json_read(whole->mem, incident->queries);
	char time[CLOCK_TEXT];

	(void)printf("%s\n", incident->reference);
	print_member("time", clock_text(incident->time_s, time));
	print_envelope(whole->mem, incident);
	print_judgement(whole->mem, incident);
	if (!store_acts(whole->review->reader, incident->id, print_act, whole,
			whole->err))
		return false;
	if (questions == NULL || json_count(questions) == 0)
		return true;
	(void)printf("  DNS answers it was decided on\n");
	tool_print_questions(whole->mem, questions);
	return true;
}

/* --- for programs --- */

static void put_kept(TALLOC_CTX *mem, struct json *object, const char *key,
		     const char *text)
{
	struct json *value = json_read(mem, text);

	if (value == NULL)
		json_put_null(object, key);
	else
		json_put(object, key, value);
}

struct act_list {
	TALLOC_CTX *mem;
	struct json *list;
};

static bool add_act(void *context, const struct store_act *act)
{
	struct act_list *acts = context;
	struct json *object = json_new_object(acts->mem);
	char time[CLOCK_TEXT];

	json_put_text(object, "time", clock_text(act->time_s, time));
	json_put_text(object, "who", act->who);
	json_put_text(object, "kind", store_act_kind_text(act->kind));
	review_put_or_null(object, "note", act->note);
	json_add(acts->list, object);
	return true;
}

static bool print_json(struct whole *whole)
{
	const struct store_incident *incident = whole->incident;
	struct json *object = json_new_object(whole->mem);
	struct act_list acts = {whole->mem, json_new_array(whole->mem)};

	review_put_members(object, incident);
	review_put_or_null(object, "author_error", incident->author_error);
	review_put_or_null(object, "indirect", incident->indirect);
	review_put_or_null(object, "list_id", incident->list_id);
	review_put_or_null(object, "reply", incident->reply);
	put_kept(whole->mem, object, "rcpt_domains", incident->rcpt_domains);
	put_kept(whole->mem, object, "verdict", incident->verdict);
	put_kept(whole->mem, object, "queries", incident->queries);
	if (!store_acts(whole->review->reader, incident->id, add_act, &acts,
			whole->err))
		return false;
	json_put(object, "acts", acts.list);
	(void)printf("%s\n", json_text(whole->mem, object));
	return true;
}

static bool print_csv(const struct whole *whole)
{
	struct tool_csv row = {0};

	if (whole->count == 0)
		tool_csv_heading(review_csv_names);
	review_put_cells(&row, whole->incident);
	tool_csv_end(&row);
	return true;
}

static bool on_incident(void *context, const struct store_incident *incident)
{
	struct whole *whole = context;
	bool ok;

	whole->mem = mem_context(NULL);
	whole->incident = incident;
	if (whole->review->format == REVIEW_JSON)
		ok = print_json(whole);
	else if (whole->review->format == REVIEW_CSV)
		ok = print_csv(whole);
	else
		ok = print_text(whole);
	mem_free(whole->mem);
	whole->count++;
	whole->has_failed = !ok;
	return ok;
}

bool review_whole(struct review *review, struct error *err)
{
	struct whole whole = {.review = review, .err = err};

	if (!store_incidents(review->reader, &review->filter, on_incident,
			     &whole, err) ||
	    whole.has_failed)
		return false;
	bool is_found = whole.count > 0;
	if (!is_found && review->format != REVIEW_CSV &&
	    !tool_counted_tell(review->reader, review->filter.reference,
			       review->format == REVIEW_JSON, &is_found, err))
		return false;
	if (is_found)
		return true;
	return tool_reference_missing(review->tool->mem, review->reader,
				      review->config->store.sqlite,
				      review->filter.reference, err);
}
