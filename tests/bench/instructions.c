/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instructions.c - letters through the daemon's session, in one process
 *
 * instructions FOLDER ROUNDS: sends the letters of FOLDER/fifty so many times
 * through milter/session.c, as the daemon does behind libmilter: DNS answers of
 * FOLDER/zone through the cache, evaluation, the store's rows in FOLDER/db, the
 * log line, the MTA's changes. To be run under callgrind, which then counts
 * everything but libmilter and the kernel; the difference of two runs is what
 * the further rounds took. Fails when a letter fares otherwise than it should.
 *
 * Clock, randomness and answers are fixed, and one message is sent at a time,
 * so that two runs count the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/random.h"
#include "lib/base/strbuf.h"
#include "milter/log.h"
#include "milter/session.h"
#include "tests/bench/letters.h"
#include "tests/unit/caches.h"

#define NOW_S 1700000000
#define ZONE_MAX (16 * 1024 * 1024)
#define BODY_CHUNK 65535

struct rig {
	TALLOC_CTX *mem;
	const char *folder;
	struct letters letters;
	struct clock clock;
	struct random_source random;
	struct dns *dns;
	struct engine *engine;
	struct service service;
	bool is_held;	     /* the MTA was asked to */
	unsigned long lines; /* of log */
};

static struct rig rig;

/* --- what stands in for the MTA and the log ------------------------------ */

static const char *on_macro(void *context, const char *name)
{
	(void)context;
	if (strcmp(name, "i") == 0)
		return "4XyZ1234567890";
	return strcmp(name, "{tls_version}") == 0 ? "TLSv1.3" : NULL;
}

static bool on_delete(void *context, const char *name, unsigned index)
{
	(void)context;
	(void)name;
	return index > 0;
}

static bool on_pair(void *context, const char *name, const char *value)
{
	(void)context;
	return name != NULL && value != NULL;
}

static bool on_quarantine(void *context, const char *reason)
{
	(void)context;
	rig.is_held = true;
	return reason != NULL;
}

static bool on_recipient(void *context, const char *recipient)
{
	(void)context;
	return recipient != NULL;
}

static bool on_reply(void *context, const char *code, const char *enhanced,
		     const char *text)
{
	(void)context;
	return code != NULL && enhanced != NULL && text != NULL;
}

static const struct mta_ops mta_ops = {
    .macro = on_macro,
    .delete_header = on_delete,
    .insert_header = on_pair,
    .quarantine = on_quarantine,
    .delete_recipient = on_recipient,
    .add_recipient = on_recipient,
    .set_reply = on_reply,
};

void log_write(enum log_level level, const char *format, ...)
{
	(void)level;
	(void)fprintf(stderr, "instructions: log: %s\n", format);
}

void log_verdict(const struct verdict *verdict, const char *queue_id)
{
	TALLOC_CTX *mem = mem_context(NULL);

	rig.lines += verdict_log_line(mem, verdict, queue_id) != NULL;
	mem_free(mem);
}

bool log_is_due(struct log_limit *limit)
{
	(void)limit;
	return true;
}

/* --- the service --------------------------------------------------------- */

static const char *path_of(const char *name)
{
	return mem_printf(rig.mem, "%s/%s", rig.folder, name);
}

static bool read_zone(char **text, struct error *err)
{
	FILE *file = fopen(path_of("zone"), "r");
	struct strbuf zone;
	char part[4096];
	size_t length;

	if (file == NULL)
		return error_set(err, ERROR_INPUT, "no zone in %s", rig.folder);
	strbuf_init(&zone, rig.mem, ZONE_MAX);
	while ((length = fread(part, 1, sizeof part, file)) > 0)
		strbuf_add(&zone, part, length);
	(void)fclose(file);
	*text = strbuf_text(&zone);
	return true;
}

/* The engine's own resolver, a zone file, has no cache. */
static bool open_engine(struct error *err)
{
	struct config *config = config_defaults(NULL);
	char *zone;

	config->dns.fixture = path_of("zone");
	config->daemon.authserv_id = "mx.bench.test";
	caches_use(CACHES_ON);
	if (!engine_new(config, NULL, &rig.clock, &rig.random, &rig.engine,
			err) ||
	    !read_zone(&zone, err) || !caches_dns_new(zone, &rig.dns, err))
		return false;
	rig.engine->evaluator.dns = rig.dns;
	current_init(&rig.service.current, rig.engine);
	return true;
}

static bool open_service(struct error *err)
{
	const struct store_settings store = {
	    .sqlite = path_of("db"),
	    .durability = DURABILITY_COMMIT,
	    .keep_incidents_ms = INT64_MAX / 2,
	    .keep_results_ms = INT64_MAX / 2,
	};

	rig.clock = clock_fixed(NOW_S);
	rig.random = random_fixed(1);
	rig.service.host = "mx.bench.test";
	return letters_read(rig.mem, path_of("fifty"), &rig.letters, err) &&
	       open_engine(err) &&
	       store_open(&store, rig.service.host, &rig.clock,
			  &rig.service.store, err);
}

static void close_service(void)
{
	store_close(rig.service.store);
	current_done(&rig.service.current);
	dns_free(rig.dns);
}

/* --- the messages -------------------------------------------------------- */

static void send_body(struct session *session, struct span body)
{
	for (size_t at = 0; at < body.length; at += BODY_CHUNK) {
		size_t left = body.length - at;
		size_t length = left < BODY_CHUNK ? left : BODY_CHUNK;
		if (session_body(session, body.data + at, length) == MTA_SKIP)
			return;
	}
}

static const char *send_letter(struct session *session,
			       const struct letter *letter)
{
	rig.is_held = false;
	session_mail(session, letter->mail_from);
	session_recipient(session, "<someone@mx.bench.test>");
	for (size_t i = 0; i < letter->count; i++)
		session_header(session, letter->fields[i].name,
			       letter->fields[i].value);
	session_end_of_header(session);
	send_body(session, letter->body);
	enum mta_answer answer = session_end_of_message(session);
	if (answer == MTA_CONTINUE)
		return rig.is_held ? "quarantine" : "accept";
	return answer == MTA_REJECT ? "reject" : "tempfail";
}

/* Each on a connection of its own. */
static bool connect_and_send(const struct letter *letter)
{
	struct mta mta = {.ops = &mta_ops, .grants = ~0U};
	struct session *session = session_new(&rig.service, &mta);
	struct net_address address;

	if (net_address_parse(letter->ip, &address))
		session_connect(session, letter->helo, &address);
	session_helo(session, letter->helo);
	const char *fate = send_letter(session, letter);
	session_free(session);
	if (strcmp(fate, letter->want) == 0)
		return true;
	(void)fprintf(stderr, "instructions: from %s: %s, not %s\n",
		      letter->mail_from, fate, letter->want);
	return false;
}

static unsigned long send_all(long rounds)
{
	unsigned long wrong = 0;

	for (long round = 0; round < rounds; round++) {
		for (size_t i = 0; i < rig.letters.count; i++)
			wrong += !connect_and_send(&rig.letters.items[i]);
	}
	return wrong;
}

int main(int argc, char **argv)
{
	struct error err;
	long rounds;

	if (argc != 3 || !text_number(span_of(argv[2]), 1, 1000, &rounds)) {
		(void)fputs("usage: instructions FOLDER ROUNDS\n", stderr);
		return EXIT_FAILURE;
	}
	rig.mem = mem_context(NULL);
	rig.folder = argv[1];
	if (!open_service(&err)) {
		(void)fprintf(stderr, "instructions: %s\n", err.words);
		return EXIT_FAILURE;
	}
	unsigned long wrong = send_all(rounds);
	close_service();
	unsigned long sent = (unsigned long)rounds * rig.letters.count;
	mem_free(rig.mem);
	(void)printf("%lu messages, %lu wrong\n", sent, wrong);
	return wrong == 0 && rig.lines == sent ? EXIT_SUCCESS : EXIT_FAILURE;
}
