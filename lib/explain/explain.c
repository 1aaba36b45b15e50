/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.c - the steps of an explanation, in their order
 *
 * That of RFC 9989 5.3, as a person would ask: who, claiming to be whom, with
 * what proof, under whose policy, what follows, and what to do about it.
 */
#include "lib/explain/explain.h"

#include "lib/explain/dossier.h"

static const char *printable(TALLOC_CTX *mem, const char *text)
{
	return text == NULL ? NULL : text_printable(mem, text);
}

static void clean_decider(TALLOC_CTX *mem, struct explanation_decider *decider)
{
	decider->name = printable(mem, decider->name);
	decider->value = printable(mem, decider->value);
	decider->file = printable(mem, decider->file);
	decider->text = printable(mem, decider->text);
	decider->by = printable(mem, decider->by);
}

struct explanation *explain_incident(TALLOC_CTX *mem,
				     const struct store_incident *incident,
				     const struct explain_today *today,
				     bool is_recorded)
{
	static void (*const steps[EXPLANATION_STEPS])(struct dossier *) = {
	    explain_client, explain_from,	   explain_spf,
	    explain_dkim,   explain_arc,	   explain_discovery,
	    explain_policy, explain_result,	   explain_decision,
	    explain_reply,  explain_sender_advice, explain_operator_advice,
	};
	struct dossier dossier = dossier_open(mem, incident);

	dossier.explanation = mem_new(mem, struct explanation);
	dossier.today = today;
	dossier.is_recorded = is_recorded;
	for (size_t i = 0; i < EXPLANATION_STEPS; i++)
		steps[i](&dossier);
	clean_decider(mem, &dossier.explanation->decider);
	return dossier.explanation;
}
