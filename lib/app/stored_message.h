/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_STORED_MESSAGE_H
#define APP_STORED_MESSAGE_H

/*
 * stored_message - a message from a file, through the same evaluation as mail
 */

#include <stdio.h>

#include "lib/eval/message.h"

/* The envelope and client that the file does not tell. */
struct stored_envelope {
	struct client client;
	const char *mail_from; /* NULL or "<>": the null sender */
	struct text_list rcpts;
};

/* Reads `file` to its end and evaluates it; nothing is skipped. The verdict
 * belongs to `mem`. False only when reading failed. */
bool stored_message_evaluate(TALLOC_CTX *mem, const struct evaluator *evaluator,
			     const struct stored_envelope *envelope, FILE *file,
			     const struct verdict **verdict, struct error *err)
    __attribute__((warn_unused_result));

#endif
