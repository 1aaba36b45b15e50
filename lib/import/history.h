/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_HISTORY_H
#define IMPORT_HISTORY_H

/*
 * history - what OpenDMARC recorded of each message
 *
 * Its HistoryFile has a line for each fact, "key value", and a message begins
 * with "job". A line that is cut, joined with another or unknown is torn: it is
 * handed on with its reason, and so is a message that lacks what it cannot be
 * counted without. Everything else is a message. Memory does not grow with the
 * file.
 *
 * Numbers are OpenDMARC's: a policy as opendmarc_get_policy_to_enforce() has
 * it, results as its Authentication-Results parser has them, tags by their
 * letter.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/base/error.h"
#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/base/text.h"

enum history_policy {
	HISTORY_NO_AUTHOR = 13,
	HISTORY_NO_RECORD = 14,
	HISTORY_PASS = 15,
	HISTORY_FAIL_REJECT = 16,
	HISTORY_FAIL_QUARANTINE = 17,
	HISTORY_FAIL_NONE = 18,
};

enum history_action {
	HISTORY_REJECTED = 0,
	HISTORY_DISCARDED = 1,
	HISTORY_ACCEPTED = 2,
	HISTORY_DEFERRED = 3,
	HISTORY_HELD = 4,
};

#define HISTORY_ALIGNED 4 /* align_dkim, align_spf; all others: not */

struct history_signature {
	const char *domain;   /* domain.h's inner form */
	const char *selector; /* clean text, "" where it is not known */
	const char *result;   /* "pass", "fail", ... */
};

struct history_message {
	long line; /* where it begins */
	const char *job;
	const char *reporter;
	int64_t received_s;
	struct net_address client;
	const char *from;	   /* inner form */
	const char *mail_from;	   /* likewise, or "" */
	const char *policy_domain; /* likewise */
	const char *spf;	   /* "pass", "fail", ... */
	int policy;		   /* enum history_policy, or another number */
	int action;		   /* enum history_action */
	char p;			   /* 'n', 'q', 'r'; 0: not known */
	char sp;
	int align_dkim;
	int align_spf;
	size_t signature_count;
	struct history_signature signatures[LIMIT_IMPORT_SIGNATURES];
};

/* The message's texts live until it returns. Both return false to stop, with
 * words in `err`. */
struct history_handler {
	bool (*message)(void *context, const struct history_message *message,
			struct error *err);
	bool (*torn)(void *context, long line, const char *why,
		     struct error *err);
	void *context;
};

/* The same line by line, for what comes in another form (history_csv.h). `line`
 * is its number, for the words. The reader is freed by its end, which is also
 * that of the last message. False: a handler said so. */
struct history_reader;
struct history_reader *history_begin(TALLOC_CTX *mem,
				     const struct history_handler *handler,
				     struct error *err);
bool history_line(struct history_reader *reader, long line, struct span text);
bool history_end(struct history_reader *reader);

/* Reads a HistoryFile to its end. False: reading failed, or a handler did. */
bool history_read(FILE *file, const struct history_handler *handler,
		  struct error *err) __attribute__((warn_unused_result));

/* The result behind OpenDMARC's number of it; NULL: there is none. -1, which
 * stands for nothing found, is "none". */
const char *history_result_text(long number);

enum history_state {
	HISTORY_WHOLE,
	HISTORY_UNENDED, /* the file ends before the line does */
	HISTORY_SPOILT,	 /* longer than `size`, or holds a NUL */
};

/* A line of a file without its end, into `line` of `size` bytes. False at the
 * end of the file. */
bool history_next_line(FILE *file, char *line, size_t size, size_t *length,
		       enum history_state *state);

#endif
