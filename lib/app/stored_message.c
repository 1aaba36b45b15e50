/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stored_message.c - a message from a file, through the same evaluation as mail
 * Tested by test_alignctl_explain.
 */
#include "lib/app/stored_message.h"

#include "lib/mail/eml.h"

/* The body is read on even when no signature wants it: a read error in it
 * must not pass unseen. */
struct reading {
	struct message *message;
	bool is_body_wanted;
};

static bool on_field(void *context, struct span name, struct span value)
{
	struct reading *reading = context;

	message_header(reading->message, name, value);
	return true;
}

static bool on_end_of_header(void *context)
{
	struct reading *reading = context;

	reading->is_body_wanted = message_end_of_header(reading->message);
	return true;
}

static bool on_body(void *context, struct span chunk)
{
	struct reading *reading = context;

	if (reading->is_body_wanted)
		message_body(reading->message, chunk);
	return true;
}

bool stored_message_evaluate(TALLOC_CTX *mem, const struct evaluator *evaluator,
			     const struct stored_envelope *envelope, FILE *file,
			     const struct verdict **verdict, struct error *err)
{
	const char *mail_from =
	    envelope->mail_from == NULL ? "<>" : envelope->mail_from;
	struct reading reading = {
	    .message = message_begin(mem, evaluator, &envelope->client,
				     span_of(mail_from), NULL),
	};
	const struct eml_handler handler = {
	    .field = on_field,
	    .end_of_header = on_end_of_header,
	    .body = on_body,
	    .context = &reading,
	};

	for (size_t i = 0; i < envelope->rcpts.count; i++)
		message_recipient(reading.message,
				  span_of(envelope->rcpts.items[i]));
	if (!eml_read(file, &handler, err))
		return false;
	*verdict = message_finish(reading.message);
	return true;
}
