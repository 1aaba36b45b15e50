/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signed_message.c - what the signatures of one message are about
 * Tested by test_signatures.
 */
#include "lib/auth/signed_message.h"

struct signed_message *signed_message_new(TALLOC_CTX *mem,
					  const struct field_list *fields)
{
	struct signed_message *message = mem_new(mem, struct signed_message);

	message->fields = fields;
	message->header = header_hash_new(message, fields);
	message->bodies = body_hashes_new(message);
	message->checks = signature_checks_new(message);
	return message;
}
