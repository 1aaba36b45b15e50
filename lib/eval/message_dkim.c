/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_dkim.c - who verifies a message's signatures
 *
 * Ours (signatures.h), unless the evaluator has an engine (dkim.engine).
 */
#include "lib/eval/message_private.h"

#include "lib/base/limits.h"

void message_dkim_begin(struct message *message)
{
	const struct evaluator *evaluator = message->evaluator;
	const struct dkim_engine *engine = evaluator->dkim_engine;

	if (engine == NULL)
		message->signatures =
		    signatures_begin(message, evaluator->signatures,
				     message->session, message->content);
	else
		message->engine_signatures =
		    engine->begin(message, engine, message->session);
}

void message_dkim_header(struct message *message, struct span name,
			 struct span value)
{
	const struct dkim_engine *engine = message->evaluator->dkim_engine;

	if (engine == NULL)
		signatures_header(message->signatures, name, value);
	else
		engine->header(message->engine_signatures, name, value);
}

/* A library keeps its hashes to itself; what indirect_evidence.c asks of the
 * body is hashed beside it. */
static void want_bodies(struct message *message)
{
	struct header_hash *header = message->content->header;
	size_t count = header_hash_occurs(header, "DKIM-Signature");

	for (size_t i = 0; i < count && i < LIMIT_SIGNATURES_LOOKED_AT; i++) {
		struct signature_tags tags = signature_tags_parse(
		    message,
		    header_hash_field_of(header, "DKIM-Signature", i).value);
		tags.body_length = -1;
		(void)body_hashes_want(message->content->bodies, &tags);
	}
}

bool message_dkim_end_of_header(struct message *message)
{
	const struct dkim_engine *engine = message->evaluator->dkim_engine;
	const struct author *author = &message->verdict.author;

	if (engine == NULL)
		return signatures_end_of_header(
		    message->signatures,
		    author->error == AUTHOR_OK ? author->domain : NULL);
	want_bodies(message);
	return engine->end_of_header(message->engine_signatures);
}

/* Ours sees it in the message's hashes. */
void message_dkim_body(struct message *message, struct span chunk)
{
	const struct dkim_engine *engine = message->evaluator->dkim_engine;

	if (engine != NULL)
		engine->body(message->engine_signatures, chunk);
}

struct evidence_signatures message_dkim_finish(struct message *message)
{
	const struct dkim_engine *engine = message->evaluator->dkim_engine;

	if (engine == NULL)
		return signatures_finish(message->signatures);
	body_hashes_finish(message->content->bodies);
	return engine->finish(message->engine_signatures);
}
