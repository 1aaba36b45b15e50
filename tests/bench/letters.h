/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_BENCH_LETTERS_H
#define TESTS_BENCH_LETTERS_H

/*
 * letters - a file of messages with their envelopes, whole in memory
 *
 * One line before each message, "IP HELO <MAIL-FROM> WANT LENGTH", then LENGTH
 * bytes with CRLF line ends. WANT is accept, reject or quarantine.
 */

#include <stdio.h>

#include "lib/base/error.h"
#include "lib/base/text.h"

struct letter_field {
	char *name;
	char *value; /* as with SMFIP_HDR_LEADSPC */
};

struct letter {
	const char *ip;
	const char *helo;
	const char *mail_from;
	const char *want;
	size_t count;
	struct letter_field *fields;
	struct span body;
};

struct letters {
	size_t count;
	struct letter *items;
};

bool letters_read(TALLOC_CTX *mem, const char *path, struct letters *letters,
		  struct error *err) __attribute__((warn_unused_result));

/* Writes one in the same form. */
void letters_write(FILE *file, const char *envelope, struct span message);

#endif
