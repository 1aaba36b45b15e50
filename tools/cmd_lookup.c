/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_lookup.c - alignctl lookup: the policy for a domain, query by query
 */
#include "tools/tool.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/dmarc/tree.h"
#include "lib/show/questions.h"
#include "tools/engine.h"

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
	return json_read(mem, questions_json(mem, questions, count, SIZE_MAX));
}

/* Type and TTL are for people: other programs were promised these three. */
static struct json *queries_json(TALLOC_CTX *mem, const struct json *questions)
{
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

static const char *policy_domain_text(const struct discovery *found)
{
	if (!found->is_complete)
		return "unknown, DNS did not answer";
	return found->policy_domain == NULL ? "none publishes a policy"
					    : found->policy_domain;
}

static void say_record(struct show *show, const struct discovery *found)
{
	if (found->record != NULL) {
		show_put(show, NULL, "record", value_text(found->record->text));
		show_put(show, NULL, "problem",
			 value_text(found->record->problem));
	}
	show_put(show, NULL, "note", value_text(found->comment));
}

static void say_asked(struct show *show, enum request asked)
{
	if (asked != REQUEST_ABSENT)
		show_member(show, "asked", "%s, of mail that fails",
			    request_text(asked));
}

static void put_policy(struct show *show, const struct lookup *lookup)
{
	struct json_writer json;

	json_write_begin(&json, show);
	json_write_object(&json, NULL);
	verdict_put_policy(&json, &lookup->found, lookup->method,
			   lookup->asked);
	json_write_end_object(&json);
	json_put_members(show->json, json_write_done(&json));
}

static void put_lookup(struct show *show, const struct lookup *lookup)
{
	const struct discovery *found = &lookup->found;

	show_line(show, "%s", lookup->domain);
	show_data(show, "domain", value_text(lookup->domain));
	show_put(show, "exists", "exists",
		 lookup->exists == EXISTENCE_UNASKED
		     ? value_words(value_none(), "unknown, DNS did not answer")
		     : value_flag(lookup->exists == EXISTENCE_YES));
	if (found->org_domain != NULL)
		show_member(show, "org. domain", "%s (%s)", found->org_domain,
			    tree_method_text(lookup->method));
	show_put(show, NULL, "policy domain",
		 value_text(policy_domain_text(found)));
	say_record(show, found);
	say_asked(show, lookup->asked);
	put_policy(show, lookup);
}

static void put_questions(struct show *show, const struct lookup *lookup)
{
	struct json *questions = questions_of(show, lookup);

	show_line(show, "  questions, in the order asked");
	show_questions(show, questions);
	show_data(show, "queries", value_json(queries_json(show, questions)));
}

static void put_other(struct show *show, const struct lookup *lookup,
		      const struct lookup *other)
{
	bool is_other = differs(lookup, other);

	show_line(show, "  by the other method (%s), which would %s",
		  tree_method_text(other->method),
		  is_other ? "DIFFER" : "say the same");
	show_put(show, NULL, "org. domain",
		 value_text(other->found.org_domain));
	show_put(show, NULL, "policy domain",
		 value_text(policy_domain_text(&other->found)));
	say_asked(show, other->asked);
	put_policy(show_object(show, "other"), other);
	show_data(show, "differs", value_flag(is_other));
}

static void look_up_and_print(TALLOC_CTX *mem, const struct tool *tool,
			      const struct evaluator *evaluator,
			      const char *domain)
{
	enum tree_method method =
	    (enum tree_method)evaluator->dmarc->org_domain_method;
	struct lookup lookup = look_up(mem, evaluator, domain, method);
	struct show *show = show_new(mem);

	put_lookup(show, &lookup);
	put_questions(show, &lookup);
	if (tool_has(tool, "--both")) {
		struct lookup other =
		    look_up(mem, evaluator, domain,
			    method == TREE_WALK ? TREE_PSL : TREE_WALK);
		put_other(show, &lookup, &other);
	}
	show_write(stdout, tool_form(tool), show);
}

static int run_lookup(struct tool *tool)
{
	struct engine *engine;
	struct error err;

	if (tool->operands.count != 1)
		return tool_usage(tool, "lookup: one DOMAIN is wanted");
	if (!tool_engine(tool, &engine, &err))
		return tool_fail(&err);
	TALLOC_CTX *mem = mem_context(NULL);
	struct span text = span_of(tool->operands.items[0]);
	const char *domain = domain_normalize(mem, text);
	int status = TOOL_DONE;
	if (domain != NULL) {
		look_up_and_print(mem, tool, &engine->evaluator, domain);
	} else {
		(void)error_set(&err, ERROR_USAGE, "\"%s\" is no domain name",
				text_escape(mem, text, 80, true));
		status = tool_fail(&err);
	}
	mem_free(mem);
	engine_unref(engine);
	return status;
}

const struct command command_lookup = {
    .name = "lookup",
    .summary = "Show the policy for a domain, and how it was found.",
    .usage = "DOMAIN [--both] [--json]",
    .options = own_options,
    .run = run_lookup,
};
