/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_dnssec.c - which answers decided, and what DNSSEC said of them
 *
 * The state is that of the moment, as it was recorded with the answers; older
 * incidents, and those of a daemon that did not validate, have none.
 * Tested by test_explain.
 */
#include <string.h>

#include "lib/base/limits.h"
#include "lib/explain/dossier.h"

static bool is_noted(const struct explanation *explanation, const char *decided,
		     const struct recorded_answer *answer)
{
	for (size_t i = 0; i < explanation->answer_count; i++) {
		const struct explanation_answer *noted =
		    &explanation->answers[i];
		if (strcmp(noted->decided, decided) == 0 &&
		    strcmp(noted->type, answer->type) == 0 &&
		    strcmp(noted->name, answer->name) == 0)
			return true;
	}
	return false;
}

static void note(struct dossier *dossier, const char *decided,
		 const struct recorded_answer *answer)
{
	struct explanation *explanation = dossier->explanation;

	if (explanation->answer_count == LIMIT_QUESTIONS ||
	    is_noted(explanation, decided, answer))
		return;
	explanation->answers = mem_resize(explanation, explanation->answers,
					  struct explanation_answer,
					  explanation->answer_count + 1);
	explanation->answers[explanation->answer_count++] =
	    (struct explanation_answer){
		.decided = decided,
		.type = text_printable(dossier->mem, answer->type),
		.name = text_printable(dossier->mem, answer->name),
		.security = answer->security,
	    };
}

const char *explain_security(struct dossier *dossier, const char *decided,
			     const struct recorded_answer *answer)
{
	if (answer == NULL)
		return "";
	note(dossier, decided, answer);
	return answer->security == NULL
		   ? ""
		   : mem_printf(dossier->mem, ", DNSSEC: %s", answer->security);
}
