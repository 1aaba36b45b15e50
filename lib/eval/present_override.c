/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * present_override.c - the comment on why a policy was not followed
 *
 * For a trusted ARC sealer RFC 8617 7.2.2 wants the chain itself, the newest
 * seal first, so that the domain owner who reads the report sees which path the
 * mail took.
 */
#include "lib/eval/present.h"

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

void present_override(TALLOC_CTX *mem, struct verdict *verdict)
{
	const struct evidence_arc *arc = &verdict->evidence.arc;
	struct strbuf words;

	verdict->comment =
	    decide_comment(mem, &verdict->input, &verdict->decision);
	if (verdict->decision.comment != REASON_TRUSTED_SEALER)
		return;
	strbuf_init(&words, mem, LIMIT_OVERRIDE_COMMENT);
	strbuf_add_text(&words, "arc=pass");
	for (size_t i = arc->count; i > 0; i--)
		strbuf_printf(&words, " as[%zu].d=%s as[%zu].s=%s", i,
			      arc->sealers[i - 1].domain, i,
			      arc->sealers[i - 1].selector);
	if (arc->remote_ip != NULL)
		strbuf_printf(&words, " remote-ip[1]=%s", arc->remote_ip);
	verdict->comment = strbuf_text(&words);
}
