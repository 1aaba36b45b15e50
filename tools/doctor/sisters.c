/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sisters.c - by which hosts does mail for our domains come in? Asks for their
 * MX Tested by test_doctor.
 */
#include "tools/doctor/doctor.h"

#include "tools/engine.h"

#define BUDGET_MS 3000 /* for all of it: nothing else waits for so little */

static struct text_list hosts_of(TALLOC_CTX *mem,
				 const struct dns_answer *answer)
{
	struct text_list hosts = {
	    .items = mem_array(mem, const char *, answer->count)};

	for (size_t i = 0; i < answer->count; i++) {
		if (answer->records[i].name[0] != '\0')
			hosts.items[hosts.count++] =
			    mem_strdup(mem, answer->records[i].name);
	}
	return hosts;
}

/* What has no answer has no sisters that we could name. */
static void ask(struct doctor *doctor, struct dns_session *session,
		const struct text_list *domains, struct postfix_beside *beside)
{
	struct postfix_mx *found =
	    mem_array(doctor->mem, struct postfix_mx, domains->count);

	for (size_t i = 0; i < domains->count; i++)
		dns_session_ask_ahead(session, domains->items[i], DNS_MX);
	for (size_t i = 0; i < domains->count; i++)
		found[i] = (struct postfix_mx){
		    .domain = domains->items[i],
		    .hosts = hosts_of(
			doctor->mem,
			dns_session_ask(session, domains->items[i], DNS_MX)),
		};
	beside->mx = found;
	beside->mx_count = domains->count;
}

void doctor_find_sisters(struct doctor *doctor,
			 const struct postfix_facts *facts,
			 struct postfix_beside *beside)
{
	struct text_list domains =
	    postfix_domains(doctor->mem, facts, &doctor->config->own.domains);
	struct engine *engine;
	struct error unknown;

	if (domains.count == 0 || !tool_engine(doctor->tool, &engine, &unknown))
		return;
	TALLOC_CTX *mem = mem_context(doctor->mem);
	ask(doctor, dns_session_new(mem, engine->evaluator.dns, BUDGET_MS),
	    &domains, beside);
	mem_free(mem);
	engine_unref(engine);
}
