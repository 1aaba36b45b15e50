/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_json.c - lines of the log as JSON, by the Elastic Common Schema
 * Tested by test_wire_json.
 */
#include "milter/log_json.h"

#include "lib/base/clock.h"
#include "lib/base/json_write.h"
#include "lib/base/limits.h"

#define ECS_VERSION "8.11.0"
#define MESSAGE_MAX 1024
#define SIGNATURES_SHOWN 5 /* as the line of text does */

/* --- what every line begins with --- */

static void begin(TALLOC_CTX *mem, struct json_writer *line, const char *level,
		  const char *dataset, const char *words, int64_t now_ms)
{
	char text[CLOCK_TEXT];

	json_write_begin(line, mem);
	json_write_object(line, NULL);
	clock_text(now_ms / 1000, text);
	/* "2026-05-01T12:00:00Z", and the milliseconds before the Z */
	json_write_text(
	    line, "@timestamp",
	    mem_printf(mem, "%.19s.%03dZ", text, (int)(now_ms % 1000)));
	json_write_text(line, "log.level", level);
	json_write_text(line, "message", words);
	json_write_text(line, "ecs.version", ECS_VERSION);
	json_write_text(line, "service.name", "alignd");
	json_write_text(line, "event.dataset", dataset);
}

static char *end(struct json_writer *line)
{
	json_write_end_object(line);
	return json_write_done(line);
}

char *log_json_words(TALLOC_CTX *mem, const char *level, const char *words,
		     int64_t now_ms)
{
	struct json_writer line;

	begin(mem, &line, level, "alignd.daemon", words, now_ms);
	return end(&line);
}

/* --- a message --- */

static const char *action_of(const struct verdict *verdict)
{
	if (verdict->skipped != NULL)
		return "skip";
	return verdict->decision.applied == DISPOSITION_NONE
		   ? "accept"
		   : disposition_text(verdict->decision.applied);
}

/* As the MTA was answered: let in, kept out, or neither yet. */
static const char *outcome_of(enum disposition applied)
{
	if (applied == DISPOSITION_REJECT || applied == DISPOSITION_QUARANTINE)
		return "failure";
	return applied == DISPOSITION_TEMPFAIL ? "unknown" : "success";
}

static const char *type_of(enum disposition applied)
{
	if (applied == DISPOSITION_REJECT || applied == DISPOSITION_QUARANTINE)
		return "denied";
	return applied == DISPOSITION_TEMPFAIL ? "info" : "allowed";
}

static void put_list(struct json_writer *line, const char *key,
		     const char *item)
{
	json_write_list(line, key);
	json_write_text(line, NULL, item);
	json_write_end_list(line);
}

/* NULL and "" are nothing; a foreign value is escaped and cut. */
static void put_value(struct json_writer *line, TALLOC_CTX *mem,
		      const char *key, const char *value)
{
	json_write_text(
	    line, key,
	    value == NULL || *value == '\0'
		? NULL
		: text_escape(mem, span_of(value), LIMIT_LOG_VALUE, true));
}

static void put_event(struct json_writer *line, TALLOC_CTX *mem,
		      const struct verdict *verdict)
{
	enum disposition applied = verdict->decision.applied;
	char address[NET_ADDRESS_TEXT];

	json_write_text(line, "event.kind", "event");
	put_list(line, "event.category", "email");
	put_list(line, "event.type", type_of(applied));
	json_write_text(line, "event.action", action_of(verdict));
	json_write_text(line, "event.outcome", outcome_of(applied));
	put_value(line, mem, "event.reason",
		  verdict->skipped != NULL ? verdict->skipped
					   : verdict->reason);
	json_write_number(line, "event.duration",
			  verdict->elapsed_ms * 1000000);
	json_write_text(line, "source.ip",
			net_address_text(&verdict->client.address, address));
	/* What the MTA calls it may be a claim: only what DNS confirms. */
	put_value(line, mem, "source.domain", verdict->evidence.iprev.name);
	put_value(line, mem, "rule.name", verdict->override_name);
}

static void put_signatures(struct json_writer *line, TALLOC_CTX *mem,
			   const struct evidence_signatures *dkim)
{
	json_write_list(line, "alignd.dkim");
	for (size_t i = 0; i < dkim->count && i < SIGNATURES_SHOWN; i++) {
		json_write_object(line, NULL);
		json_write_text(line, "result",
				auth_result_text(dkim->items[i].result));
		put_value(line, mem, "domain", dkim->items[i].domain);
		json_write_end_object(line);
	}
	json_write_end_list(line);
}

static const char *malformed_of(const struct author *author)
{
	if (author->error != AUTHOR_OK)
		return author_error_text(author->error);
	return author->is_malformed ? "tolerated" : NULL;
}

/* Of a message that was skipped there is none of it. */
static void put_evaluation(struct json_writer *line, TALLOC_CTX *mem,
			   const struct verdict *verdict)
{
	static const struct verdict nothing = {.skipped = "skipped"};
	bool is_judged = verdict->skipped == NULL;
	const struct verdict *of = is_judged ? verdict : &nothing;
	const struct decision *decision = &of->decision;

	json_write_text(line, "alignd.result",
			is_judged ? dmarc_result_text(of->result) : NULL);
	put_value(line, mem, "alignd.author_domain", of->author.domain);
	put_value(line, mem, "alignd.org_domain", of->discovery.org_domain);
	put_value(line, mem, "alignd.malformed", malformed_of(&of->author));
	json_write_text(line, "alignd.spf.result",
			is_judged ? auth_result_text(of->evidence.spf.result)
				  : NULL);
	put_value(line, mem, "alignd.spf.domain", of->evidence.spf.domain);
	put_signatures(line, mem, &of->evidence.dkim);
	json_write_number(line, "alignd.dkim_count",
			  (int64_t)of->evidence.dkim.count);
	json_write_text(line, "alignd.arc",
			is_judged ? auth_result_text(of->evidence.arc.result)
				  : NULL);
	json_write_text(line, "alignd.asked",
			is_judged ? request_text(decision->asked) : NULL);
	json_write_text(line, "alignd.applied",
			is_judged ? disposition_text(decision->applied) : NULL);
	json_write_text(line, "alignd.would",
			decision->enforced != decision->applied
			    ? disposition_text(decision->enforced)
			    : NULL);
	json_write_text(line, "alignd.override",
			override_type_text(decision->override));
	json_write_text(line, "alignd.basis",
			of->input.basis == BASIS_ANSWERED
			    ? NULL
			    : basis_text(of->input.basis));
}

static void put_rest(struct json_writer *line, TALLOC_CTX *mem,
		     const struct verdict *verdict, const char *queue_id)
{
	put_value(line, mem, "alignd.queue_id", queue_id);
	put_value(line, mem, "alignd.mail_from_domain",
		  verdict->mail_from.domain);
	put_value(line, mem, "alignd.reference",
		  verdict->is_incident ? verdict->reference : NULL);
	json_write_number(
	    line, "alignd.forged_fields",
	    (int64_t)(verdict->forged.count + verdict->forged_tags.count));
	json_write_number(line, "alignd.kept_fields",
			  (int64_t)verdict->kept_fields);
}

/* In short, for who reads lines: the keys have the rest. */
static const char *message_of(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const char *domain = verdict->author.domain;

	if (verdict->skipped != NULL)
		return mem_printf(mem, "skip: %s", verdict->skipped);
	return mem_printf(mem, "%s: DMARC %s for %s", action_of(verdict),
			  dmarc_result_text(verdict->result),
			  domain == NULL ? "no author domain" : domain);
}

char *log_json_verdict(TALLOC_CTX *mem, const struct verdict *verdict,
		       const char *queue_id, int64_t now_ms)
{
	const char *words = text_escape(mem, span_of(message_of(mem, verdict)),
					MESSAGE_MAX, true);
	struct json_writer line;

	begin(mem, &line, "info", "alignd.message", words, now_ms);
	put_event(&line, mem, verdict);
	put_evaluation(&line, mem, verdict);
	put_rest(&line, mem, verdict, queue_id);
	return end(&line);
}
