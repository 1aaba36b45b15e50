/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_world.c - whole messages with a hostile DNS: the attacker owns both
 *
 * Input: what world.h draws from; not a message. Default configuration.
 *
 * Properties: a protected domain, whose policy is reject, is never delivered
 * as the author unless the message is genuine, whatever alignd takes for the
 * author; what is genuine and undisturbed is delivered; the same message and
 * the same DNS get the same verdict; questions and processor time are bounded.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <time.h>

#include "lib/app/config.h"
#include "lib/base/limits.h"
#include "lib/base/random.h"
#include "lib/eval/message.h"
#include "tests/fuzz/world.h"

#define BUDGET_MS 2000
/* A plain message takes less than a millisecond; the slowest sanitizer on a
 * machine with other work to do is why there is so much room. */
#define CPU_MAX_MS 2000

struct outcome {
	const struct verdict *verdict;
	const char *line; /* without its time */
	int64_t cpu_ms;
};

/* -- the message, cut as an MTA would hand it over ------------------------ */

static const char *end_of_field(const char *at)
{
	do {
		at = strstr(at, "\r\n") + 2;
	} while (*at == ' ' || *at == '\t');
	return at;
}

static void hand_over(struct message *message, const char *at)
{
	while (strncmp(at, "\r\n", 2) != 0) {
		const char *end = end_of_field(at);
		struct span name;
		struct span value;
		if (span_cut(span_make(at, (size_t)(end - at) - 2), ':', &name,
			     &value))
			message_header(message, name, value);
		at = end;
	}
	(void)message_end_of_header(message);
	message_body(message, span_of(at + 2));
}

static int64_t cpu_now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static char *without_time(char *line)
{
	char *at = strstr(line, " ms=");

	if (at != NULL)
		*at = '\0';
	return line;
}

static struct outcome evaluate(TALLOC_CTX *mem,
			       const struct evaluator *evaluator,
			       const struct world *world)
{
	struct client client = {.name = world->client_name,
				.helo = world->helo};
	struct outcome outcome;

	require(net_address_parse(world->client, &client.address));
	int64_t began = cpu_now_ms();
	struct message *message = message_begin(
	    mem, evaluator, &client, span_of(world->mail_from), NULL);
	message_recipient(message, span_of("<you@rcpt.test>"));
	hand_over(message, world->message);
	outcome.verdict = message_finish(message);
	outcome.cpu_ms = cpu_now_ms() - began;
	outcome.line =
	    without_time(verdict_log_line(mem, outcome.verdict, NULL));
	return outcome;
}

/* -- the evaluator, as lib/app/engine.c wires it -------------------------- */

struct bench {
	struct clock clock;
	struct random_source random;
	struct config *config;
	struct signature_engine *signatures;
	struct trust_rules trust;
	struct evaluator evaluator;
};

static struct bench *get_bench(void)
{
	static struct bench bench;
	static const char *const ids[] = {"mx.test"};
	struct error err;

	if (bench.config != NULL)
		return &bench;
	bench.clock = clock_fixed(WORLD_NOW_S);
	bench.random = random_fixed(7);
	bench.config = config_defaults(NULL);
	bench.trust = trust_compile(bench.config, &bench.config->trust);
	require(signature_engine_new(&bench.config->dkim, &bench.clock,
				     &bench.signatures, &err));
	bench.evaluator = (struct evaluator){
	    .signatures = bench.signatures,
	    .clock = &bench.clock,
	    .random = &bench.random,
	    .dns_budget_ms = BUDGET_MS,
	    .authserv_id = ids[0],
	    .authserv_ids = {.count = 1, .items = (const char **)ids},
	    .spf = &bench.config->spf,
	    .dmarc = &bench.config->dmarc,
	    .policy = &bench.config->policy,
	    .trust = &bench.trust,
	    .mode = MODE_ENFORCE,
	};
	return &bench;
}

/* -- the properties -------------------------------------------------------- */

static void show(const struct world *world, const struct outcome *outcome)
{
	(void)fprintf(stderr,
		      "client %s (%s), helo %s, from %s; shown %d, genuine %d, "
		      "plain %d\n%s\n--\n%s\n--\n%s\n",
		      world->client,
		      world->client_name == NULL ? "-" : world->client_name,
		      world->helo, world->mail_from, world->is_shown,
		      world->is_genuine, world->is_plain, outcome->line,
		      world->message, world->zone);
}

static bool is_delivered(const struct verdict *verdict)
{
	return verdict->reply == NULL &&
	       (verdict->decision.applied == DISPOSITION_NONE ||
		verdict->decision.applied == DISPOSITION_TAG);
}

static void check(const struct world *world, const struct outcome *outcome)
{
	const struct verdict *verdict = outcome->verdict;
	const char *author = verdict->author.domain;
	bool is_protected = author != NULL && world_is_protected(author);
	bool lets_in = is_delivered(verdict) && !world->is_genuine &&
		       (world->is_shown || is_protected);
	bool keeps_out = world->is_plain && !is_delivered(verdict);

	if (lets_in || keeps_out || getenv("FUZZ_SHOW") != NULL)
		show(world, outcome);
	require(!lets_in);
	require(!keeps_out);
	require(verdict->question_count <= LIMIT_QUESTIONS);
	require(outcome->cpu_ms <= CPU_MAX_MS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct evaluator evaluator = get_bench()->evaluator;
	struct world world = world_draw(mem, data, size);
	struct error err;

	if (!dns_new_from_text(world.zone, &evaluator.dns, &err)) {
		(void)fprintf(stderr, "%s\n%s\n", err.words, world.zone);
		abort();
	}
	struct outcome first = evaluate(mem, &evaluator, &world);
	struct outcome second = evaluate(mem, &evaluator, &world);
	check(&world, &first);
	require(strcmp(first.line, second.line) == 0);
	require(strcmp(first.verdict->header, second.verdict->header) == 0);
	mem_free(mem);
	dns_free(evaluator.dns);
	return 0;
}
