/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_review.c - alignctl review: what was refused, held, overridden or failed
 *
 * Reads the store beside a running daemon. With a reference: one incident,
 * whole, with the DNS answers it was decided on.
 */
#include "tools/alignctl.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/json.h"
#include "lib/base/net.h"
#include "lib/store/store.h"
#include "tools/tool_print.h"
#include "tools/tool_time.h"

static const struct tool_option own_options[] = {
    {.name = "--since", .value = "T"},
    {.name = "--until", .value = "T"},
    {.name = "--from", .value = "D"},
    {.name = "--ip", .value = "A"},
    {.name = "--applied", .value = "X"},
    {.name = "--limit", .value = "N"},
    {.name = "--json"},
    {.name = NULL},
};

/* "" from the store is null in JSON. */
static void put_or_null(struct json *object, const char *key, const char *text)
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
	put_or_null(override, "comment", incident->override_comment);
	json_put(object, "override", override);
}

static void put_dkim(TALLOC_CTX *mem, struct json *object,
		     const struct store_incident *incident)
{
	struct json *dkim = json_read(mem, incident->dkim);

	json_put(object, "dkim", dkim != NULL ? dkim : json_new_array(mem));
}

static void print_json(const struct store_incident *incident)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct json *object = json_new_object(mem);
	char time[CLOCK_TEXT];

	json_put_text(object, "reference", incident->reference);
	json_put_text(object, "time", clock_text(incident->time_s, time));
	put_or_null(object, "queue_id", incident->queue_id);
	put_or_null(object, "host", incident->host);
	put_or_null(object, "client_ip", incident->client_ip);
	put_or_null(object, "client_name", incident->client_name);
	put_or_null(object, "helo", incident->helo);
	put_or_null(object, "mail_from", incident->mail_from);
	put_or_null(object, "author_domain", incident->author_domain);
	put_or_null(object, "policy_domain", incident->policy_domain);
	put_or_null(object, "spf", incident->spf_result);
	put_or_null(object, "spf_domain", incident->spf_domain);
	put_dkim(mem, object, incident);
	put_or_null(object, "dmarc", incident->dmarc_result);
	put_or_null(object, "asked", incident->asked);
	put_or_null(object, "applied", incident->applied);
	put_override(mem, object, incident);
	put_or_null(object, "reason", incident->reason);
	put_or_null(object, "tls_version", incident->tls_version);
	(void)printf("%s\n", json_text(mem, object));
	mem_free(mem);
}

static void print_line(const struct store_incident *incident)
{
	char time[CLOCK_TEXT];
	const char *author =
	    incident->author_domain[0] != '\0' ? incident->author_domain : "-";

	(void)printf("%-9s  %s  %-10s  %-15s  %-20s  %s\n", incident->reference,
		     clock_text(incident->time_s, time), incident->applied,
		     incident->client_ip, author, incident->reason);
}

static void print_heading(void)
{
	(void)printf("%-9s  %-20s  %-10s  %-15s  %-20s  %s\n", "reference",
		     "time", "applied", "client", "from", "reason");
}

static void print_member(const char *label, const char *value)
{
	if (value[0] != '\0')
		tool_print_member(label, value);
}

static void print_queries(TALLOC_CTX *mem,
			  const struct store_incident *incident)
{
	struct json *list = json_read(mem, incident->queries);

	if (list == NULL || json_count(list) == 0)
		return;
	(void)printf("  DNS answers it was decided on\n");
	tool_print_questions(mem, list);
}

static void print_signatures(TALLOC_CTX *mem,
			     const struct store_incident *incident)
{
	struct json *list = json_read(mem, incident->dkim);

	for (size_t i = 0; list != NULL && i < json_count(list); i++) {
		struct json *item = json_item(mem, list, i);
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

static void print_identifiers(TALLOC_CTX *mem,
			      const struct store_incident *incident)
{
	bool has_domain = incident->spf_domain[0] != '\0';

	tool_print_words(mem, "SPF", "%s%s%s", incident->spf_result,
			 has_domain ? " for " : "", incident->spf_domain);
	print_signatures(mem, incident);
}

static void print_whole(const struct store_incident *incident)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char time[CLOCK_TEXT];

	(void)printf("%s\n", incident->reference);
	print_member("time", clock_text(incident->time_s, time));
	print_member("queue id", incident->queue_id);
	print_member("host", incident->host);
	print_member("client", incident->client_ip);
	print_member("client name", incident->client_name);
	print_member("HELO", incident->helo);
	print_member("MAIL FROM", incident->mail_from);
	print_member("TLS", incident->tls_version);
	print_member("author domain", incident->author_domain);
	print_member("author error", incident->author_error);
	print_member("policy domain", incident->policy_domain);
	print_identifiers(mem, incident);
	print_member("DMARC", incident->dmarc_result);
	print_member("reason", incident->reason);
	print_member("asked", incident->asked);
	print_member("applied", incident->applied);
	print_member("override", incident->override_type);
	print_member("because", incident->override_comment);
	print_member("reply", incident->reply);
	print_queries(mem, incident);
	mem_free(mem);
}

/* One run of the subcommand. */
struct review {
	struct store_filter filter;
	bool is_json;
	size_t count;
};

static bool on_incident(void *context, const struct store_incident *incident)
{
	struct review *review = context;

	if (review->is_json)
		print_json(incident);
	else if (review->filter.reference != NULL)
		print_whole(incident);
	else {
		if (review->count == 0)
			print_heading();
		print_line(incident);
	}
	review->count++;
	return true;
}

static bool read_times(struct tool *tool, struct store_filter *filter)
{
	int64_t now_s = clock_now_s(&tool->clock);

	return tool_time(tool, "--since", now_s, &filter->since_s) &&
	       tool_time(tool, "--until", now_s, &filter->until_s);
}

static bool read_address(struct tool *tool, struct store_filter *filter)
{
	struct net_block block;
	struct error err;

	filter->client_ip = tool_value(tool, "--ip");
	if (filter->client_ip == NULL ||
	    net_block_parse(filter->client_ip, &block, &err))
		return true;
	(void)tool_usage(tool, "--ip: %s", err.words);
	return false;
}

static bool read_domain(struct tool *tool, struct store_filter *filter)
{
	const char *text = tool_value(tool, "--from");

	if (text == NULL)
		return true;
	filter->author_domain = domain_normalize(tool->mem, span_of(text));
	if (filter->author_domain != NULL)
		return true;
	(void)tool_usage(tool, "--from: \"%s\" is no domain name",
			 text_escape(tool->mem, span_of(text), 60, true));
	return false;
}

static bool read_applied(struct tool *tool, struct store_filter *filter)
{
	static const char *const allowed[] = {"none", "tag", "quarantine",
					      "reject", "tempfail"};

	filter->applied = tool_value(tool, "--applied");
	if (filter->applied == NULL)
		return true;
	for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
		if (strcmp(filter->applied, allowed[i]) == 0)
			return true;
	}
	(void)tool_usage(
	    tool,
	    "--applied: \"%s\" (allowed: none, tag, quarantine, reject, "
	    "tempfail)",
	    text_escape(tool->mem, span_of(filter->applied), 60, true));
	return false;
}

static bool read_limit(struct tool *tool, struct store_filter *filter)
{
	const char *text = tool_value(tool, "--limit");

	if (text == NULL ||
	    text_number(span_of(text), 1, 1000000000, &filter->limit))
		return true;
	(void)tool_usage(tool, "--limit: \"%s\" (allowed: 1 to 1000000000)",
			 text_escape(tool->mem, span_of(text), 60, true));
	return false;
}

/* Told over the telephone, it is typed in lower case as often as not. */
static const char *read_reference(struct tool *tool)
{
	char *reference = mem_strdup(tool->mem, tool->operands.items[0]);

	for (char *c = reference; *c != '\0'; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	}
	return reference;
}

static bool read_filter(struct tool *tool, struct store_filter *filter)
{
	if (tool->operands.count > 1) {
		(void)tool_usage(tool, "review: one REF at most");
		return false;
	}
	if (tool->operands.count == 1)
		filter->reference = read_reference(tool);
	return read_times(tool, filter) && read_address(tool, filter) &&
	       read_domain(tool, filter) && read_applied(tool, filter) &&
	       read_limit(tool, filter);
}

static bool run_review(struct tool *tool, struct review *review,
		       struct error *err)
{
	struct config *config;
	struct store_reader *reader;

	if (!tool_config(tool, &config, err) ||
	    !store_reader_open(tool->mem, config->store.sqlite, &reader, err) ||
	    !store_incidents(reader, &review->filter, on_incident, review, err))
		return false;
	if (review->count > 0)
		return true;
	if (review->filter.reference != NULL)
		return error_set(err, ERROR_INPUT, "no incident %s in %s",
				 text_escape(tool->mem,
					     span_of(review->filter.reference),
					     40, true),
				 config->store.sqlite);
	if (!review->is_json)
		(void)printf("nothing matches in %s\n", config->store.sqlite);
	return true;
}

static int run(struct tool *tool)
{
	struct review review = {.is_json = tool_has(tool, "--json")};
	struct error err;

	if (!read_filter(tool, &review.filter))
		return TOOL_BAD_USAGE;
	if (!run_review(tool, &review, &err))
		return tool_fail(&err);
	return TOOL_DONE;
}

const struct command command_review = {
    .name = "review",
    .summary = "List what was refused, held, overridden or failed; with a "
	       "reference, one incident whole.",
    .usage = "[--since T] [--until T] [--from D] [--ip A] [--applied X] "
	     "[--limit N] [--json] [REF]",
    .options = own_options,
    .run = run,
};
