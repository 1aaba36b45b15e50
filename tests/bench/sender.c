/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sender.c - one connection of a fake MTA, message after message
 *
 * Macros are sent where Postfix sends them.
 */
#include "tests/bench/sender.h"

#include <arpa/inet.h>
#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/net.h"

#define MILTER_VERSION 6
#define ALL_ACTIONS 0x1ffU
#define ALL_STEPS 0x1fffffU

/* In the order of the protocol; FIELD and BODY repeat. */
enum {
	STEP_OPTIONS,
	STEP_CONNECT,
	STEP_HELO,
	STEP_MAIL,
	STEP_RCPT,
	STEP_DATA,
	STEP_FIELD,
	STEP_END_OF_HEADER,
	STEP_BODY,
	STEP_END,
};

/* By step: the bit by which the milter promises not to answer. */
static const uint32_t quiet_bits[] = {
    [STEP_CONNECT] = SMFIP_NR_CONN,
    [STEP_HELO] = SMFIP_NR_HELO,
    [STEP_MAIL] = SMFIP_NR_MAIL,
    [STEP_RCPT] = SMFIP_NR_RCPT,
    [STEP_DATA] = SMFIP_NR_DATA,
    [STEP_FIELD] = SMFIP_NR_HDR,
    [STEP_END_OF_HEADER] = SMFIP_NR_EOH,
    [STEP_BODY] = SMFIP_NR_BODY,
    [STEP_END] = 0,
};

static const char *const action_texts[] = {"accept", "reject", "quarantine",
					   "tempfail", "error"};

const char *sender_action_text(enum sender_action action)
{
	return action_texts[action];
}

void sender_init(struct sender *sender)
{
	*sender = (struct sender){.link = {.fd = -1}};
}

static void put_options(struct sender *sender)
{
	const uint32_t words[] = {htonl(MILTER_VERSION), htonl(ALL_ACTIONS),
				  htonl(ALL_STEPS)};

	link_put(&sender->link, SMFIC_OPTNEG, words, sizeof words);
}

static void put_connect(struct sender *sender)
{
	/* Name, family, port in network order, address. */
	static const char head[] = "unknown\0"
				   "4\x9c\x40";
	const char *ip = sender->letter->ip;
	/* The command letter stands before the first macro's name. */
	const char *const macros[] = {
	    "Cj", "mx.bench.test", "v", "bench", "{daemon_name}", "smtpd", "_",
	    ip};
	char text[sizeof head + NET_ADDRESS_TEXT];
	int length =
	    snprintf(text + sizeof head - 1, NET_ADDRESS_TEXT, "%s", ip);

	memcpy(text, head, sizeof head - 1);
	link_put_texts(&sender->link, SMFIC_MACRO, macros,
		       sizeof macros / sizeof macros[0]);
	link_put(&sender->link, SMFIC_CONNECT, text,
		 sizeof head + (size_t)length);
}

static void put_mail(struct sender *sender)
{
	const char *from = sender->letter->mail_from;

	link_put_texts(&sender->link, SMFIC_MACRO,
		       (const char *const[]){"M{mail_addr}", from}, 2);
	link_put_texts(&sender->link, SMFIC_MAIL, &from, 1);
}

static void put_end(struct sender *sender)
{
	char id[32];

	(void)snprintf(id, sizeof id, "B%lX", sender->number);
	link_put_texts(&sender->link, SMFIC_MACRO,
		       (const char *const[]){"Ei", id}, 2);
	link_put(&sender->link, SMFIC_BODYEOB, NULL, 0);
}

static void put_body(struct sender *sender)
{
	const struct span *body = &sender->letter->body;
	size_t length = body->length - sender->place;

	if (length > MILTER_CHUNK_SIZE)
		length = MILTER_CHUNK_SIZE;
	link_put(&sender->link, SMFIC_BODY, body->data + sender->place, length);
	sender->place += length;
}

static void put_step(struct sender *sender)
{
	const struct letter *letter = sender->letter;
	const char *const recipient = "<someone@mx.bench.test>";

	switch (sender->step) {
	case STEP_OPTIONS:
		put_options(sender);
		break;
	case STEP_CONNECT:
		put_connect(sender);
		break;
	case STEP_HELO:
		link_put_texts(&sender->link, SMFIC_HELO, &letter->helo, 1);
		break;
	case STEP_MAIL:
		put_mail(sender);
		break;
	case STEP_RCPT:
		link_put_texts(&sender->link, SMFIC_RCPT, &recipient, 1);
		break;
	case STEP_DATA:
		link_put(&sender->link, SMFIC_DATA, NULL, 0);
		break;
	case STEP_FIELD: {
		const struct letter_field *field =
		    &letter->fields[sender->place++];
		link_put_texts(&sender->link, SMFIC_HEADER,
			       (const char *const[]){field->name, field->value},
			       2);
		break;
	}
	case STEP_END_OF_HEADER:
		link_put(&sender->link, SMFIC_EOH, NULL, 0);
		break;
	case STEP_BODY:
		put_body(sender);
		break;
	case STEP_END:
		put_end(sender);
		break;
	default:
		break;
	}
}

/* Does the step repeat, or come to nothing at all? */
static bool is_more(const struct sender *sender)
{
	if (sender->step == STEP_FIELD)
		return sender->place < sender->letter->count;
	if (sender->step == STEP_BODY)
		return sender->place < sender->letter->body.length;
	return false;
}

static void next_step(struct sender *sender)
{
	if (is_more(sender))
		return;
	sender->place = 0;
	do
		sender->step++;
	while ((sender->step == STEP_FIELD || sender->step == STEP_BODY) &&
	       !is_more(sender));
}

static void finish(struct sender *sender, enum sender_action action)
{
	sender->action = action;
	if (action == SENT_ACCEPT && sender->is_quarantined)
		sender->action = SENT_QUARANTINE;
	sender->state = SENDER_DONE;
	sender->is_waiting = false;
	sender->step = STEP_MAIL;
}

static void read_options(struct sender *sender, struct span data)
{
	uint32_t words[3] = {0};

	if (data.length >= sizeof words)
		memcpy(words, data.data, sizeof words);
	sender->quiet = ntohl(words[2]);
}

static void go_on(struct sender *sender)
{
	sender->is_waiting = false;
	if (sender->step == STEP_END)
		finish(sender, SENT_ACCEPT);
	else
		next_step(sender);
}

static void take(struct sender *sender, const struct link_packet *packet)
{
	switch (packet->command) {
	case SMFIC_OPTNEG:
		read_options(sender, packet->data);
		go_on(sender);
		break;
	case SMFIR_CONTINUE:
		go_on(sender);
		break;
	case SMFIR_SKIP:
		sender->place = sender->letter->body.length;
		go_on(sender);
		break;
	case SMFIR_ACCEPT:
		finish(sender, SENT_ACCEPT);
		break;
	case SMFIR_REJECT:
	case SMFIR_DISCARD:
		finish(sender, SENT_REJECT);
		break;
	case SMFIR_TEMPFAIL:
		finish(sender, SENT_TEMPFAIL);
		break;
	case SMFIR_REPLYCODE:
		finish(sender, packet->data.data[0] == '5' ? SENT_REJECT
							   : SENT_TEMPFAIL);
		break;
	case SMFIR_QUARANTINE:
		sender->is_quarantined = true;
		break;
	default: /* header changes and the like */
		break;
	}
}

static void lose(struct sender *sender)
{
	link_close(&sender->link);
	sender->action = SENT_ERROR;
	sender->state = SENDER_LOST;
}

/* Up to the next step that is answered. */
static void put_steps(struct sender *sender)
{
	while (!sender->is_waiting) {
		int step = sender->step;
		put_step(sender);
		sender->is_waiting = step == STEP_OPTIONS || step == STEP_END ||
				     (sender->quiet & quiet_bits[step]) == 0;
		if (!sender->is_waiting)
			next_step(sender);
	}
}

void sender_begin(struct sender *sender, const char *where,
		  const struct letter *letter, long number)
{
	sender->letter = letter;
	sender->number = number;
	sender->place = 0;
	sender->is_waiting = false;
	sender->is_quarantined = false;
	sender->state = SENDER_WAITING;
	if (sender->link.fd < 0) {
		sender->on_connection = 0;
		sender->step = STEP_OPTIONS;
		if (!link_open(&sender->link, where)) {
			lose(sender);
			return;
		}
	}
	sender->on_connection++;
}

void sender_run(struct sender *sender)
{
	struct link_packet packet;
	bool is_all;

	if (sender->state != SENDER_WAITING)
		return;
	if (sender->is_waiting && !link_fill(&sender->link)) {
		lose(sender);
		return;
	}
	while (sender->state == SENDER_WAITING &&
	       link_next(&sender->link, &packet))
		take(sender, &packet);
	if (sender->state != SENDER_WAITING)
		return;
	put_steps(sender);
	if (!link_flush(&sender->link, &is_all))
		lose(sender);
}

void sender_quit(struct sender *sender)
{
	bool is_all;

	if (sender->link.fd >= 0) {
		link_put(&sender->link, SMFIC_QUIT, NULL, 0);
		(void)link_flush(&sender->link, &is_all);
		link_close(&sender->link);
	}
	sender->state = SENDER_IDLE;
}
