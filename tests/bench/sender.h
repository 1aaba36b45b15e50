/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_BENCH_SENDER_H
#define TESTS_BENCH_SENDER_H

/*
 * sender - one connection of a fake MTA, message after message
 *
 * Offers version 6 with every action and every step, sends what the milter did
 * not decline, and waits only where it did not promise silence. Never blocks
 * but for connecting: the caller waits for the socket and calls sender_run.
 */

#include "tests/bench/letters.h"
#include "tests/bench/link.h"

enum sender_state {
	SENDER_IDLE,	/* no message; the connection may be open */
	SENDER_WAITING, /* for an answer, or for room to send */
	SENDER_DONE,	/* with a message: take `action`, then begin another */
	SENDER_LOST,	/* the connection broke within a message */
};

enum sender_action {
	SENT_ACCEPT,
	SENT_REJECT,
	SENT_QUARANTINE,
	SENT_TEMPFAIL,
	SENT_ERROR,
	SENT_ACTIONS
};

struct sender {
	struct link link;
	enum sender_state state;
	int step;
	size_t place;	/* within the step: field number, byte of the body */
	uint32_t quiet; /* what the milter granted: SMFIP_NR_* */
	bool is_waiting;
	bool is_quarantined;
	enum sender_action action;
	const struct letter *letter;
	long number;
	long on_connection; /* messages so far */
	long next;	    /* the caller's own notes */
	int64_t begun_us;
};

/* "accept" "reject" "quarantine" "tempfail" "error" */
const char *sender_action_text(enum sender_action action);

void sender_init(struct sender *sender);

/* Starts a message, on a new connection to `where` unless one is open.
 * `number` makes its queue id. */
void sender_begin(struct sender *sender, const char *where,
		  const struct letter *letter, long number);

/* Goes on as far as can be without waiting. */
void sender_run(struct sender *sender);

/* Says goodbye and closes. */
void sender_quit(struct sender *sender);

#endif
