/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * question.c - what is asked of the kept reports, as the options have it
 * Tested by test_alignctl_inbox_says.
 */
#include "tools/inbox/question.h"

#include "lib/auth/iprev.h"
#include "tools/engine.h"
#include "tools/option.h"
#include "tools/time.h"

#define SOURCES_SHOWN 25
#define LIMIT_MAX 1000000
#define NAMES_ASKED 200 /* those that fail most: a budget of the DNS each */
#define AT_ONCE 50

/* Sources past the first are asked ahead, so that they wait together. */
static void ask_names(TALLOC_CTX *mem, struct dns *dns, int64_t budget_ms,
		      struct inbox_source *sources, size_t count)
{
	struct dns_session *sessions[AT_ONCE];
	struct net_address addresses[AT_ONCE];

	for (size_t i = 0; i < count; i++) {
		sessions[i] = dns_session_new(mem, dns, budget_ms);
		addresses[i] = (struct net_address){.family = NET_NONE};
		(void)net_address_parse(sources[i].address, &addresses[i]);
		iprev_ask_ahead(sessions[i], &addresses[i]);
	}
	for (size_t i = 0; i < count; i++) {
		struct evidence_iprev found =
		    iprev_check(mem, sessions[i], &addresses[i]);
		if (found.name != NULL)
			sources[i].name = found.name;
	}
}

static bool name_sources(struct tool *tool, struct inbox_summary *summary,
			 struct error *err)
{
	struct engine *engine;
	size_t count = summary->source_count < NAMES_ASKED
			   ? summary->source_count
			   : NAMES_ASKED;

	if (!tool_engine(tool, &engine, err))
		return false;
	for (size_t at = 0; at < count; at += AT_ONCE) {
		TALLOC_CTX *mem = mem_context(tool->mem);
		ask_names(mem, engine->evaluator.dns,
			  engine->evaluator.dns_budget_ms,
			  &summary->sources[at],
			  count - at < AT_ONCE ? count - at : AT_ONCE);
		for (size_t i = at; i < at + AT_ONCE && i < count; i++)
			summary->sources[i].name =
			    mem_strdup(tool->mem, summary->sources[i].name);
		mem_free(mem);
	}
	engine_unref(engine);
	return true;
}

static bool read_order(struct tool *tool, enum inbox_order *order)
{
	static const char *const words[] = {
	    [INBOX_BY_MESSAGES] = "messages",
	    [INBOX_BY_FAILING] = "failing",
	};
	const char *given = tool_value(tool, "--by");
	int place =
	    given == NULL ? (int)*order : text_place(words, COUNT_OF(words), given);

	if (place < 0) {
		(void)tool_usage(tool, "--by: \"%s\" (allowed: messages, "
				       "failing)",
				 text_printable(tool->mem, given));
		return false;
	}
	*order = (enum inbox_order)place;
	return true;
}

static bool read_options(struct tool *tool, const char *address,
			 int64_t since_s, struct inbox_question *question)
{
	struct store_inbox_period *period = &question->period;
	int64_t now_s = clock_now_s(&tool->clock);

	*period = (struct store_inbox_period){
	    .since_s = since_s, .domain = "", .address = address};
	if (!tool_time(tool, "--since", now_s, &period->since_s) ||
	    !tool_domain(tool, "--domain", &period->domain) ||
	    !read_order(tool, &question->order) ||
	    !tool_limit(tool, LIMIT_MAX, &question->limit))
		return false;
	period->until_s = now_s + 1;
	period->before_s = period->since_s - (now_s - period->since_s);
	return true;
}

static bool read_all(struct tool *tool, struct inbox_question *question,
		     struct error *err)
{
	struct inbox_services *services;
	bool wants_names =
	    *question->period.address != '\0' || tool_has(tool, "--names");

	if (!tool_config(tool, &question->config, err) ||
	    !inbox_services_load(tool->mem, question->config->inbox.services,
				 INBOX_BY_DOMAIN_OR_NETWORK, &services, err) ||
	    !store_inbox_open(tool->mem, question->config->store.sqlite,
			      STORE_DB_READ, &question->inbox, err))
		return false;
	if (tool->flaws == NULL)
		tool->flaws = store_flaws_new(tool->mem);
	store_inbox_list_flaws(question->inbox, tool->flaws);
	if (!inbox_summary_read(tool->mem, question->inbox, &question->period,
				question->order, &question->summary, err) ||
	    (wants_names && !name_sources(tool, &question->summary, err)))
		return false;
	inbox_summary_name(tool->mem, &question->summary, services);
	return true;
}

int inbox_question_ask(struct tool *tool, const char *address, int64_t since_s,
		       enum inbox_order order, struct inbox_question *question)
{
	struct error err;

	*question =
	    (struct inbox_question){.order = order, .limit = SOURCES_SHOWN};
	if (!read_options(tool, address, since_s, question))
		return TOOL_BAD_USAGE;
	return read_all(tool, question, &err) ? TOOL_DONE : tool_fail(&err);
}
