/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session_rig.c - the daemon's session in one process, for benches
 */
#include "tests/bench/session_rig.h"

#include <stdio.h>

#include "lib/base/random.h"
#include "lib/base/strbuf.h"
#include "lib/dns/dns.h"
#include "lib/dns/dns_private.h"
#include "milter/log.h"
#include "milter/session.h"
#include "tests/bench/quiet_mta.h"
#include "tests/unit/caches.h"
#include "tests/unit/slow_dns.h"

#define NOW_S 1700000000
#define ZONE_MAX (64 * 1024 * 1024)
#define BODY_CHUNK 65535
#define MARK_KEY                                                               \
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct {
	TALLOC_CTX *mem;
	const char *folder;
	struct clock clock;
	struct random_source random;
	struct dns *dns;
	struct dns_memory *memory;
	struct engine *engine;
	struct service service;
	struct quiet_mta mta;
	unsigned long lines; /* of log */
	session_rig_seen *seen;
} rig = {.mta.tls_version = "TLSv1.3"};

/* --- what stands in for the log ------------------------------------------- */

void log_open(const struct log_settings *settings)
{
	(void)settings;
}

void log_write(enum log_level level, const char *format, ...)
{
	(void)level;
	(void)fprintf(stderr, "session_rig: log: %s\n", format);
}

void log_verdict(TALLOC_CTX *mem, const struct verdict *verdict,
		 const char *queue_id)
{
	if (rig.seen != NULL)
		rig.seen(verdict);
	rig.lines += verdict_log_line(mem, verdict, queue_id) != NULL;
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
	struct mark_keys *keys;
	char *zone;

	config->dns.fixture = path_of("zone");
	config->daemon.authserv_id = "mx.bench.test";
	caches_use(CACHES_ON);
	if (!mark_keys_read(rig.mem, span_of(MARK_KEY), "a key", &keys, err) ||
	    !engine_new(config, NULL, &rig.clock, &rig.random, &rig.engine,
			err) ||
	    !read_zone(&zone, err) || !caches_dns_new(zone, &rig.dns, err))
		return false;
	rig.engine->evaluator.dns = rig.dns;
	rig.engine->evaluator.mark_keys = keys;
	rig.memory = dns_memory_new(random_system());
	rig.engine->evaluator.memory = rig.memory;
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
	return open_engine(err) &&
	       store_open(&store, rig.service.host, &rig.clock,
			  &rig.service.store, err);
}

bool session_rig_open(const char *folder, session_rig_seen *seen,
		      struct error *err)
{
	rig.mem = mem_context(NULL);
	rig.folder = folder;
	rig.seen = seen;
	return open_service(err);
}

void session_rig_close(void)
{
	store_close(rig.service.store);
	current_done(&rig.service.current);
	dns_free(rig.dns);
	dns_memory_free(rig.memory);
	mem_free(rig.mem);
}

unsigned long session_rig_lines(void)
{
	return rig.lines;
}

struct dns *session_rig_dns(void)
{
	return rig.dns;
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
	rig.mta.is_held = false;
	session_mail(session, letter->mail_from);
	session_recipient(session, "<someone@mx.bench.test>");
	for (size_t i = 0; i < letter->count; i++)
		session_header(session, letter->fields[i].name,
			       letter->fields[i].value);
	session_end_of_header(session);
	send_body(session, letter->body);
	enum mta_answer answer = session_end_of_message(session);
	if (answer == MTA_CONTINUE)
		return rig.mta.is_held ? "quarantine" : "accept";
	return answer == MTA_REJECT ? "reject" : "tempfail";
}

const char *session_rig_send(const struct letter *letter)
{
	struct mta mta = quiet_mta(&rig.mta);
	struct session *session = session_new(&rig.service, &mta);
	struct net_address address;

	if (net_address_parse(letter->ip, &address))
		session_connect(session, letter->helo, &address);
	session_helo(session, letter->helo);
	const char *fate = send_letter(session, letter);
	session_free(session);
	return fate;
}

int64_t session_rig_hold_ms(const struct letter *letter, int64_t budget_ms)
{
	static const struct dns_settings settings = {
	    .timeout_ms = 10000,
	    .cache_entries = 1000,
	    .max_ttl_ms = 86400000,
	    .negative_ttl_ms = 300000,
	    .fixture = "",
	};
	struct evaluator *evaluator = &rig.engine->evaluator;
	int64_t usual_ms = evaluator->dns_budget_ms;
	struct slow_dns *silent = slow_dns_new(". SOA a. b. 1 1 1 1 1\n", 0);

	evaluator->dns = dns_new_over(slow_dns_backend(silent), &settings);
	evaluator->dns_budget_ms = budget_ms;
	int64_t start_ms = clock_monotonic_ms(clock_system());
	(void)session_rig_send(letter);
	int64_t held_ms = clock_monotonic_ms(clock_system()) - start_ms;
	/* Whatever is in flight has to land before its cache goes. */
	while (slow_dns_round(silent) > 0)
		;
	dns_free(evaluator->dns);
	evaluator->dns = rig.dns;
	evaluator->dns_budget_ms = usual_ms;
	return held_ms;
}
