/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record_tool.c - fills a store for test scripts, as the daemon would
 *
 *   record-tool CONFIG ZONEFILE STORE
 *
 * Each line of standard input is a message:
 *   EPOCH CLIENT-IP MAIL-FROM RCPT QUEUE-ID HELO TLS FILE
 * It is evaluated at that time and recorded; the answer is its reference, or
 * "-" when it is no incident.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/app/config.h"
#include "lib/app/engine.h"
#include "lib/app/failure_keeping.h"
#include "lib/app/record_keeping.h"
#include "lib/app/stored_message.h"

#define WAIT_MS 10000
#define TEN_YEARS_MS ((int64_t)3650 * 86400000)

struct line {
	long long epoch;
	char client_ip[64];
	char mail_from[256];
	char rcpt[256];
	char queue_id[64];
	char helo[256];
	char tls[32];
	char file[512];
};

static bool read_line(struct line *line, struct error *err)
{
	char text[2048];

	if (fgets(text, sizeof text, stdin) == NULL)
		return error_set(err, ERROR_NONE, "end");
	if (sscanf(text, "%lld %63s %255s %255s %63s %255s %31s %511s",
		   &line->epoch, line->client_ip, line->mail_from, line->rcpt,
		   line->queue_id, line->helo, line->tls, line->file) != 8)
		return error_set(err, ERROR_INPUT, "not eight words");
	return true;
}

static bool record(TALLOC_CTX *mem, struct engine *engine, struct store *store,
		   const struct line *line, struct error *err)
{
	const char *rcpt = line->rcpt;
	struct stored_envelope envelope = {
	    .client = {.helo = line->helo, .tls_version = line->tls},
	    .mail_from = line->mail_from,
	    .rcpts = {.count = 1, .items = &rcpt},
	};
	const struct verdict *verdict;
	FILE *file = fopen(line->file, "rb");

	if (file == NULL ||
	    !net_address_parse(line->client_ip, &envelope.client.address))
		return error_set(err, ERROR_INPUT, "%.100s, %s", line->file,
				 line->client_ip);
	bool ok = stored_message_evaluate(mem, &engine->evaluator, &envelope,
					  file, &verdict, err);
	(void)fclose(file);
	if (!ok)
		return false;
	struct store_entry entry =
	    record_entry(mem, verdict, line->queue_id, "mx.test");
	failure_keep(mem, verdict, engine->config,
		     engine->evaluator.authserv_id, &entry);
	if (store_record(store, &entry, WAIT_MS) != STORE_COMMITTED)
		return error_set(err, ERROR_STORE, "not committed");
	(void)puts(verdict->is_incident ? verdict->reference : "-");
	return true;
}

static bool take_line(struct config *config, struct store *store,
		      const struct line *line, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct clock clock = clock_fixed(line->epoch);
	struct engine *engine;
	bool ok =
	    engine_new(config, NULL, &clock, random_system(), &engine, err);

	if (ok) {
		ok = record(mem, engine, store, line, err);
		engine_unref(engine);
	}
	mem_free(mem);
	return ok;
}

static bool run(char **argv, struct error *err)
{
	struct store_settings settings = {
	    .sqlite = argv[3],
	    .keep_incidents_ms = TEN_YEARS_MS,
	    .keep_results_ms = TEN_YEARS_MS,
	};
	/* Before anything was recorded: nothing is ever old enough to go. */
	struct clock clock = clock_fixed(0);
	struct store *store;
	struct line line;
	bool ok = true;

	if (!store_open(&settings, "mx.test", &clock, &store, err))
		return false;
	while (ok && read_line(&line, err)) {
		struct config *config;
		ok = config_load(NULL, argv[1], &config, err) &&
		     settings_set(config, config_sections, "dns.fixture",
				  argv[2], config, err) &&
		     take_line(config, store, &line, err);
	}
	store_close(store);
	return ok && err->kind == ERROR_NONE;
}

int main(int argc, char **argv)
{
	struct error err = {.kind = ERROR_NONE};

	if (argc != 4) {
		(void)fputs("usage: record-tool CONFIG ZONEFILE STORE\n",
			    stderr);
		return EXIT_FAILURE;
	}
	if (run(argv, &err))
		return EXIT_SUCCESS;
	(void)fprintf(stderr, "record-tool: %s\n", err.words);
	return EXIT_FAILURE;
}
