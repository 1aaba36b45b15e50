/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.c - one connection of the MTA, and the message on it
 *
 * The order at end of message is design law: evaluate, record, then change
 * headers and answer, so that nothing is answered that is not on record.
 */
#include "milter/session.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include "lib/app/failure_keeping.h"
#include "lib/app/record_keeping.h"
#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "milter/log.h"
#include "milter/metrics.h"
#include "milter/reply.h"
#include "milter/wire.h"

/* A commit takes milliseconds; a disk that needs longer must not hold mail. */
#define STORE_WAIT_MS 5000

/* One second, for a connection that makes room. */
#define ROOM_TRIES 200

/* Of the body that an MTA sends at once, the last piece but shorter. */
#define CHUNK_BYTES 65535

/* What an evaluation of usual mail allocates, and a little more. */
#define POOL_BYTES 49152

/* One message, from MAIL to its end. */
struct transaction {
	struct engine *engine; /* a share */
	struct message *message;
	struct store_place place;    /* of the incident that it is */
	struct text_list recipients; /* kept for a redirect only */
	bool is_streaming;	     /* a header field or the body came */
	bool is_body_wanted;
	bool is_long_unneeded; /* a body that nobody wants fills a chunk */
};

struct session {
	struct service *service;
	struct mta mta;
	struct client client;
	char *helo; /* client.helo */
	bool is_client_known;
	bool is_counted;		 /* false: one connection too many */
	struct transaction *transaction; /* NULL between messages */
};

/* A connection that makes room is closed by another thread, in moments. */
static bool enter_in_place_of_another(atomic_long *connections, long max)
{
	static const struct timespec moment = {.tv_nsec = 5000000};

	if (!wire_make_room())
		return false;
	for (int i = 0; i < ROOM_TRIES; i++) {
		if (gate_enter(connections, max))
			return true;
		(void)nanosleep(&moment, NULL);
	}
	return false;
}

struct session *session_new(struct service *service, const struct mta *mta)
{
	struct session *session = mem_new(NULL, struct session);

	session->service = service;
	session->mta = *mta;
	atomic_long *connections = &service->gate.connections;
	long max = gate_bound(service->gate.max_connections, LIMIT_CONNECTIONS);
	session->is_counted = gate_enter(connections, max) ||
			      enter_in_place_of_another(connections, max);
	metrics_count(session->is_counted ? METRIC_CONNECTIONS
					  : METRIC_CONNECTIONS_REFUSED);
	return session;
}

void session_connect(struct session *session, const char *hostname,
		     const struct net_address *address)
{
	session->client = (struct client){
	    .name = mta_client_name(session, &session->mta, hostname),
	};
	session->is_client_known = address != NULL;
	if (address != NULL)
		session->client.address = *address;
}

void session_helo(struct session *session, const char *name)
{
	mem_free(session->helo);
	session->helo = mem_strdup(session, name);
	session->client.helo = session->helo;
}

/* The one place where a message ends. The message goes before its engine. */
static void end_transaction(struct session *session)
{
	struct transaction *transaction = session->transaction;

	if (transaction == NULL)
		return;
	struct gate *gate = &session->service->gate;
	struct engine *engine = transaction->engine;
	if (transaction->is_streaming)
		gate_leave(&gate->streaming);
	mem_free(transaction);
	session->transaction = NULL;
	engine_unref(engine);
	gate_leave(&gate->begun);
}

/* Why the client's mail is not evaluated, or NULL. */
static const char *skip_reason(const struct session *session,
			       const struct trust_rules *rules,
			       const struct client *client)
{
	struct net_address nowhere = {.family = NET_IPV4};

	/* A client whose address the MTA could not tell is no local one:
	 * 0.0.0.0 stands for it, which no connection can come from. */
	return trust_reason(
	    rules, session->is_client_known ? &client->address : &nowhere,
	    client->user);
}

void session_mail(struct session *session, const char *sender)
{
	end_transaction(session);
	if (!session->is_counted)
		return;
	struct transaction *transaction =
	    mem_pooled(session, struct transaction, POOL_BYTES);
	struct client client = session->client;

	session->transaction = transaction;
	(void)gate_enter(&session->service->gate.begun, LONG_MAX);
	transaction->engine = current_share(&session->service->current);
	mta_read_client(transaction, &session->mta, &client);
	transaction->message = message_begin(
	    transaction, &transaction->engine->evaluator, &client,
	    span_of(sender),
	    skip_reason(session, &transaction->engine->trust, &client));
}

/* Before the answer is written, since it names the incident. */
static bool take_place(void *context, const struct verdict *verdict,
		       char reference[REFERENCE_TEXT])
{
	struct session *session = context;
	struct store_place *place = &session->transaction->place;
	const char *author = verdict->author.domain;
	char client[NET_ADDRESS_TEXT];

	if (session->service->store == NULL)
		return false;
	store_take_place(session->service->store, verdict->time_s,
			 net_address_text(&verdict->client.address, client),
			 author == NULL ? "" : author, place);
	if (place->is_counted)
		memcpy(reference, place->reference, REFERENCE_TEXT);
	return place->is_counted;
}

static bool is_redirecting(const struct transaction *transaction)
{
	return transaction->engine->config->policy.quarantine_action ==
	       QUARANTINE_REDIRECT;
}

void session_recipient(struct session *session, const char *recipient)
{
	struct transaction *transaction = session->transaction;

	if (transaction == NULL)
		return;
	message_recipient(transaction->message, span_of(recipient));
	if (!is_redirecting(transaction))
		return;
	/* One past the limit is counted, as the mark of "too many". */
	struct text_list *list = &transaction->recipients;
	if (list->count > LIMIT_RECIPIENTS)
		return;
	list->items =
	    mem_resize(transaction, list->items, const char *, list->count + 1);
	list->items[list->count++] = mem_strdup(transaction, recipient);
}

static void start_streaming(struct session *session)
{
	struct transaction *transaction = session->transaction;

	if (transaction->is_streaming ||
	    gate_is_closed(&session->service->gate))
		return;
	transaction->is_streaming = true;
	(void)gate_enter(&session->service->gate.streaming, LONG_MAX);
}

void session_header(struct session *session, const char *name,
		    const char *value)
{
	struct transaction *transaction = session->transaction;

	if (transaction == NULL)
		return;
	start_streaming(session);
	if ((session->mta.grants & MTA_LEADING_BLANK) != 0)
		message_header(transaction->message, span_of(name),
			       span_of(value));
	else
		message_header_without_blank(transaction->message,
					     span_of(name), span_of(value));
}

void session_end_of_header(struct session *session)
{
	if (session->transaction == NULL)
		return;
	start_streaming(session);
	session->transaction->is_body_wanted =
	    message_end_of_header(session->transaction->message);
}

enum mta_answer session_body(struct session *session, const char *bytes,
			     size_t length)
{
	struct transaction *transaction = session->transaction;
	bool has_skip = (session->mta.grants & MTA_SKIP_BODY) != 0;

	if (transaction != NULL && transaction->is_body_wanted) {
		message_body(transaction->message, span_make(bytes, length));
		return MTA_CONTINUE;
	}
	/* A body that nobody needs is counted all the same: what is held has a
	 * bound in bytes. A full chunk says that more would follow, which is
	 * not waited for. */
	bool is_full = length >= CHUNK_BYTES;
	if (transaction != NULL) {
		transaction->is_long_unneeded |= is_full;
		message_body_passed(
		    transaction->message,
		    has_skip && is_full ? LIMIT_HOLD_UNSEEN_BYTES : length);
	}
	return has_skip ? MTA_SKIP : MTA_CONTINUE;
}

/* Each once, and of one client a few a day (store_paths.h): the others stand in
 * "alignctl paths --broken". */
static void tell_broken_paths(struct store *store)
{
	struct store_path_alarm alarm;
	char day[CLOCK_TEXT];

	while (store_path_alarm(store, &alarm)) {
		bool is_kept = alarm.reference[0] != '\0';
		log_write(
		    LOG_LEVEL_WARNING,
		    "mail of %s by way of %s is refused, which passed on %u "
		    "days (SPF %u, DKIM alone %u, last on %s): alignctl "
		    "%s%s; if it is genuine: alignctl review allow %s "
		    "--owner YOU",
		    alarm.name.subject, alarm.name.client, alarm.days,
		    alarm.spf, alarm.dkim,
		    clock_day_text((int64_t)alarm.last_day * 86400, day),
		    is_kept ? "explain " : "paths --broken", alarm.reference,
		    is_kept ? alarm.reference : "REF");
	}
}

/* Mail flows whatever the store says; what it lost is counted and told. False
 * only when the store has ended: then nothing may be answered any more. */
static bool record_message(const struct session *session,
			   const struct verdict *verdict, const char *queue_id)
{
	static struct log_limit limit;
	struct service *service = session->service;
	struct error why = {0};
	int64_t when_s;

	if (service->store == NULL)
		return true;
	struct store_entry entry = record_entry(session->transaction, verdict,
						queue_id, service->host);
	const struct engine *engine = session->transaction->engine;
	failure_keep(session->transaction, verdict, engine->config,
		     engine->evaluator.authserv_id, &entry);
	entry.place = session->transaction->place;
	int64_t start_us = clock_monotonic_us();
	enum store_outcome outcome =
	    store_record(service->store, &entry, STORE_WAIT_MS);
	metrics_time(TIMING_STORE, clock_monotonic_us() - start_us);
	tell_broken_paths(service->store);
	if (store_clock_doubt(service->store, &why))
		log_write(
		    LOG_LEVEL_ERROR,
		    "%s (alignctl doctor --believe-clock, if it is right)",
		    why.words);
	if (outcome == STORE_COMMITTED || outcome == STORE_ENDED)
		return outcome == STORE_COMMITTED;
	metrics_count(outcome == STORE_LATE ? METRIC_STORE_LATE
					    : METRIC_STORE_LOST);
	/* The reason is asked for where it is told. */
	if (!log_is_due(&limit))
		return true;
	bool has_reason = store_last_error(service->store, &why, &when_s);
	log_write(LOG_LEVEL_ERROR,
		  "the store %s a record, the mail flows on%s%s" LOG_SELDOM,
		  outcome == STORE_LATE ? "was late to commit" : "lost",
		  has_reason ? ": " : "", has_reason ? why.words : "");
	return true;
}

static enum mta_answer answer_stopping(struct session *session)
{
	TALLOC_CTX *mem = mem_context(session);
	enum mta_answer answer = reply_stopping(mem, &session->mta);

	metrics_count(METRIC_STOPPING);
	mem_free(mem);
	return answer;
}

static enum mta_answer judge_message(struct session *session)
{
	struct transaction *transaction = session->transaction;
	int64_t start_us = clock_monotonic_us();
	const struct reference_source references = {take_place, session};
	message_use_references(transaction->message, &references);
	const struct verdict *verdict = message_finish(transaction->message);
	const char *queue_id = mta_queue_id(transaction, &session->mta);
	bool has_recipients = is_redirecting(transaction) &&
			      transaction->recipients.count > 0 &&
			      transaction->recipients.count <= LIMIT_RECIPIENTS;
	struct reply_order order = {
	    .verdict = verdict,
	    .policy = &transaction->engine->config->policy,
	    .recipients = has_recipients ? &transaction->recipients : NULL,
	};

	if (verdict->skipped == NULL &&
	    !record_message(session, verdict, queue_id))
		return answer_stopping(session);
	log_verdict(transaction, verdict, queue_id);
	metrics_count_verdict(verdict);
	enum mta_answer answer =
	    reply_apply(transaction, &session->mta, &order);
	if (verdict->skipped == NULL)
		metrics_time(TIMING_END_OF_MESSAGE,
			     clock_monotonic_us() - start_us);
	return answer;
}

static enum mta_answer answer_overloaded(struct session *session,
					 const char *what)
{
	TALLOC_CTX *mem = mem_context(session);
	enum mta_answer answer = reply_overloaded(mem, &session->mta);

	metrics_count(METRIC_OVERLOADED);
	log_write_seldom(LOG_LEVEL_WARNING,
			 "action=tempfail reason=overloaded: %s", what);
	mem_free(mem);
	return answer;
}

enum mta_answer session_end_of_message(struct session *session)
{
	struct transaction *transaction = session->transaction;
	enum mta_answer answer;

	if (transaction == NULL)
		return answer_overloaded(session, "too many connections");
	struct gate *gate = &session->service->gate;
	unneeded_note(&session->service->unneeded,
		      transaction->is_long_unneeded);
	atomic_long *evaluating = &gate->evaluating;
	struct gate_wait wait;
	bool is_short;
	long max = gate_evaluations(
	    gate, transaction->engine->config->daemon.max_messages, &is_short);
	if (gate_enter(evaluating, max)) {
		gate_wait_begin(gate, &wait);
		answer = gate_is_closed(gate) ? answer_stopping(session)
					      : judge_message(session);
		gate_wait_end(gate, &wait);
		gate_leave(evaluating);
	} else {
		answer = answer_overloaded(
		    session, is_short ? "too few threads"
				      : "max_messages in evaluation");
	}
	end_transaction(session);
	return answer;
}

void session_abort(struct session *session)
{
	if (session->transaction != NULL)
		metrics_count(METRIC_ABORTED);
	end_transaction(session);
}

void session_free(struct session *session)
{
	if (session == NULL)
		return;
	session_abort(session);
	if (session->is_counted)
		gate_leave(&session->service->gate.connections);
	mem_free(session);
}
