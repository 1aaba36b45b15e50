/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_mark.c - the mark on our field, and fields that bear one
 *
 * A message that is evaluated gets one. Of a message that is not, since it
 * comes from a trusted network, what a mark covers is kept, and its body summed
 * up, once a field with a mark is seen. Tested by test_session, test_mark.
 */
#include "lib/eval/message_private.h"

#include "lib/base/limits.h"

void message_mark_begin(struct message *message)
{
	const struct evaluator *evaluator = message->evaluator;
	const struct client *client = &message->verdict.client;

	message->believes_marks =
	    evaluator->mark_keys != NULL && message->verdict.skipped != NULL &&
	    trust_believes_marks(evaluator->trust, &client->address,
				 client->user);
}

/* The Authentication-Results field seen last claims to be ours. */
void message_mark_claim(struct message *message, struct span value)
{
	struct marked_field *marked = &message->marked[message->marked_count];

	if (!message->believes_marks ||
	    message->marked_count == LIMIT_MARKS_READ ||
	    !mark_read(message, value, &marked->mark))
		return;
	marked->index = message->authres.seen;
	message->marked_count++;
}

/* Past a limit of the header no digest could be right. */
static bool is_mark_wanted(const struct message *message)
{
	return !message->is_over_limit &&
	       (message->verdict.skipped == NULL
		    ? message->evaluator->mark_keys != NULL
		    : message->marked_count > 0);
}

bool message_mark_end_of_header(struct message *message)
{
	if (message->mark_content == NULL && is_mark_wanted(message))
		message->mark_content = mark_content_new(
		    message, message->evaluator->mark_keys, &message->fields,
		    message->verdict.skipped == NULL);
	return message->mark_content != NULL;
}

void message_mark_write(struct message *message)
{
	const struct evaluator *evaluator = message->evaluator;
	struct verdict *verdict = &message->verdict;

	/* What is refused bears no field. */
	if (message->mark_content == NULL || verdict->reply != NULL)
		return;
	mark_content_finish(message->mark_content);
	verdict->marked =
	    mark_write(message, evaluator->mark_keys, verdict->header,
		       message->mark_content, verdict->time_s);
}

static void forget_forged(struct field_claims *claims, unsigned index)
{
	size_t kept = 0;

	for (size_t i = 0; i < claims->forged_count; i++) {
		if (claims->forged[i] != index)
			claims->forged[kept++] = claims->forged[i];
	}
	claims->forged_count = kept;
}

void message_mark_keep(struct message *message)
{
	struct verdict *verdict = &message->verdict;

	if (message->marked_count == 0 || message->mark_content == NULL)
		return;
	mark_content_finish(message->mark_content);
	for (size_t i = 0; i < message->marked_count; i++) {
		const struct marked_field *marked = &message->marked[i];
		if (!mark_is_right(&marked->mark, message->evaluator->mark_keys,
				   message->mark_content, verdict->time_s))
			continue;
		forget_forged(&message->authres, marked->index);
		verdict->kept_fields++;
	}
}
