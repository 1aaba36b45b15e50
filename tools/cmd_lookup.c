/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_lookup.c - alignctl lookup: the policy for a domain, query by query
 */
#include "tools/tool.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/dmarc/tree.h"
#include "tools/engine.h"
#include "tools/print.h"

static const struct tool_option own_options[] = {
    {.name = "--both"},
    {.name = "--json"},
    {.name = NULL},
};

/* What was found for one domain. */
struct lookup {
	const char *domain;
	enum tree_method method;
	struct discovery found;
	enum request asked;
	enum existence exists;
	struct dns_session *session;
};

/* The policy in force after t and pct: decide() knows. */
static enum request asked_of(const struct lookup *lookup,
			     const struct evaluator *evaluator)
{
	const struct record *record = lookup->found.record;
	struct decide_input input = {.result = DMARC_RESULT_PASS, .pct = -1};
	struct decide_rules rules = {
	    .mode = MODE_ENFORCE,
	    .honor_pct = (enum honor_pct)evaluator->dmarc->honor_pct,
	    .policy = evaluator->policy,
	};

	if (!lookup->found.is_complete || record == NULL || !record->is_usable)
		return REQUEST_ABSENT;
	input.policy = tree_policy(&lookup->found, lookup->domain);
	input.is_test_mode = record->is_test_mode;
	input.pct = record->pct;
	return decide(&input, &rules).asked;
}

/* NXDOMAIN alone says that a name does not exist (RFC 9989 3.2.13). */
static enum existence existence_of(const struct lookup *lookup)
{
	if (lookup->found.author_exists != EXISTENCE_UNASKED)
		return lookup->found.author_exists;
	switch (
	    dns_session_ask(lookup->session, lookup->domain, DNS_A)->status) {
	case DNS_OK:
	case DNS_NODATA:
		return EXISTENCE_YES;
	case DNS_NXDOMAIN:
		return EXISTENCE_NO;
	case DNS_TEMPORARY:
	case DNS_BOGUS:
		break;
	}
	return EXISTENCE_UNASKED;
}

static struct lookup look_up(TALLOC_CTX *mem, const struct evaluator *evaluator,
			     const char *domain, enum tree_method method)
{
	struct lookup lookup = {
	    .domain = domain,
	    .method = method,
	    .session =
		dns_session_new(mem, evaluator->dns, evaluator->dns_budget_ms),
	};

	tree_ask_ahead(lookup.session, method, domain);
	lookup.found =
	    tree_discover(mem, lookup.session, lookup.method, domain);
	lookup.exists = existence_of(&lookup);
	lookup.asked = asked_of(&lookup, evaluator);
	return lookup;
}

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Would the other method apply another policy, or align other names? */
static bool differs(const struct lookup *a, const struct lookup *b)
{
	return a->asked != b->asked ||
	       !is_same_text(a->found.policy_domain, b->found.policy_domain) ||
	       !is_same_text(a->found.org_domain, b->found.org_domain);
}

static struct json *questions_of(TALLOC_CTX *mem, const struct lookup *lookup)
{
	size_t count = dns_session_count(lookup->session);
	struct dns_question *questions =
	    mem_array(mem, struct dns_question, count);

	for (size_t i = 0; i < count; i++)
		questions[i] = *dns_session_question(lookup->session, i);
	return questions_json(mem, questions, count, SIZE_MAX);
}

/* Type and TTL are for people: other programs were promised these three. */
static struct json *queries_json(TALLOC_CTX *mem, const struct lookup *lookup)
{
	struct json *questions = questions_of(mem, lookup);
	struct json *queries = json_new_array(mem);

	for (size_t i = 0; i < json_count(questions); i++) {
		struct json *question = json_item(mem, questions, i);
		struct json *query = json_new_object(mem);
		json_put_text(query, "name", json_get_text(question, "name"));
		json_put_text(query, "status",
			      json_get_text(question, "status"));
		json_put(query, "records", json_get(mem, question, "records"));
		json_add(queries, query);
	}
	return queries;
}

static void put_existence(struct json *object, enum existence exists)
{
	if (exists == EXISTENCE_UNASKED)
		json_put_null(object, "exists");
	else
		json_put_flag(object, "exists", exists == EXISTENCE_YES);
}

/* `other` is NULL without --both. */
static void print_json(TALLOC_CTX *mem, const struct lookup *lookup,
		       const struct lookup *other)
{
	struct json *object = json_new_object(mem);

	json_put_text(object, "domain", lookup->domain);
	put_existence(object, lookup->exists);
	verdict_put_policy(object, &lookup->found, lookup->method,
			   lookup->asked);
	json_put(object, "queries", queries_json(mem, lookup));
	if (other != NULL) {
		struct json *child = json_new_object(mem);
		verdict_put_policy(child, &other->found, other->method,
				   other->asked);
		json_put(object, "other", child);
		json_put_flag(object, "differs", differs(lookup, other));
	}
	(void)printf("%s\n", json_text(mem, object));
}

static const char *existence_text(enum existence exists)
{
	if (exists == EXISTENCE_UNASKED)
		return "unknown, DNS did not answer";
	return exists == EXISTENCE_YES ? "yes" : "no";
}

static const char *policy_domain_text(const struct discovery *found)
{
	if (!found->is_complete)
		return "unknown, DNS did not answer";
	return found->policy_domain == NULL ? "none publishes a policy"
					    : found->policy_domain;
}

static void print_record(const struct record *record)
{
	if (record == NULL)
		return;
	tool_print_member("record", record->text);
	if (record->problem != NULL)
		tool_print_member("problem", record->problem);
}

static void print_text(TALLOC_CTX *mem, const struct lookup *lookup)
{
	const struct discovery *found = &lookup->found;

	(void)printf("%s\n", lookup->domain);
	tool_print_member("exists", existence_text(lookup->exists));
	if (found->org_domain != NULL)
		tool_print_words(mem, "org. domain", "%s (%s)",
				 found->org_domain,
				 tree_method_text(lookup->method));
	tool_print_member("policy domain", policy_domain_text(found));
	print_record(found->record);
	if (found->comment != NULL)
		tool_print_member("note", found->comment);
	if (lookup->asked != REQUEST_ABSENT)
		tool_print_words(mem, "asked", "%s, of mail that fails",
				 request_text(lookup->asked));
	(void)printf("  questions, in the order asked\n");
	tool_print_questions(mem, questions_of(mem, lookup));
}

static void print_other(TALLOC_CTX *mem, const struct lookup *lookup,
			const struct lookup *other)
{
	(void)printf("  by the other method (%s), which would %s\n",
		     tree_method_text(other->method),
		     differs(lookup, other) ? "DIFFER" : "say the same");
	if (other->found.org_domain != NULL)
		tool_print_member("org. domain", other->found.org_domain);
	tool_print_member("policy domain", policy_domain_text(&other->found));
	if (other->asked != REQUEST_ABSENT)
		tool_print_words(mem, "asked", "%s, of mail that fails",
				 request_text(other->asked));
}

/* What the command line wants. */
struct wish {
	const char *text;
	bool is_json;
	bool is_both;
};

static void show(TALLOC_CTX *mem, const struct evaluator *evaluator,
		 const char *domain, const struct wish *wish)
{
	enum tree_method method =
	    (enum tree_method)evaluator->dmarc->org_domain_method;
	struct lookup lookup = look_up(mem, evaluator, domain, method);
	struct lookup other = lookup;

	if (wish->is_both)
		other = look_up(mem, evaluator, domain,
				method == TREE_WALK ? TREE_PSL : TREE_WALK);
	if (wish->is_json) {
		print_json(mem, &lookup, wish->is_both ? &other : NULL);
		return;
	}
	print_text(mem, &lookup);
	if (wish->is_both)
		print_other(mem, &lookup, &other);
}

/* False when the operand is no domain name. */
static bool run_lookup(const struct evaluator *evaluator,
		       const struct wish *wish, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *domain = domain_normalize(mem, span_of(wish->text));

	if (domain != NULL)
		show(mem, evaluator, domain, wish);
	else
		(void)error_set(
		    err, ERROR_USAGE, "\"%s\" is no domain name",
		    text_escape(mem, span_of(wish->text), 80, true));
	mem_free(mem);
	return domain != NULL;
}

static int run(struct tool *tool)
{
	struct engine *engine;
	struct error err;
	int status = TOOL_DONE;

	if (tool->operands.count != 1)
		return tool_usage(tool, "lookup: one DOMAIN is wanted");
	if (!tool_engine(tool, &engine, &err))
		return tool_fail(&err);
	const struct wish wish = {
	    .text = tool->operands.items[0],
	    .is_json = tool_has(tool, "--json"),
	    .is_both = tool_has(tool, "--both"),
	};
	if (!run_lookup(&engine->evaluator, &wish, &err))
		status = tool_fail(&err);
	engine_unref(engine);
	return status;
}

const struct command command_lookup = {
    .name = "lookup",
    .summary = "Show the policy for a domain, and how it was found.",
    .usage = "DOMAIN [--both] [--json]",
    .options = own_options,
    .run = run,
};
