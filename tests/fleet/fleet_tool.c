/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_tool - lib/fleet by commands on standard input, for the tests in Python
 *
 *	connect WAIT_MS CONNINFO	-> the kind, and words
 *	run SQL, exec SQL		-> the kind, words; rows as
 *tab-separated types				-> each type of parameter there
 *and back init [upgrade]			-> fleet_schema_apply()
 *
 * Each answer ends with a line of one dot.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/fleet/pg.h"
#include "lib/fleet/push.h"
#include "lib/fleet/schema.h"

#define LINE_MAX_BYTES 65536

static TALLOC_CTX *mem;
static struct pg *pg;

static void tell(enum pg_kind kind, const struct error *err)
{
	printf("%s%s%s\n", pg_kind_text(kind), kind == PG_DONE ? "" : " ",
	       kind == PG_DONE ? "" : err->words);
}

static void print_rows(const struct pg_result *rows)
{
	for (size_t row = 0; row < pg_rows(rows); row++) {
		for (size_t column = 0; column < pg_columns(rows); column++) {
			struct span value = pg_value(rows, row, column);
			printf("%s%.*s", column == 0 ? "" : "\t",
			       value.data == NULL ? 4 : (int)value.length,
			       value.data == NULL ? "NULL" : value.data);
		}
		(void)putchar('\n');
	}
}

static void run_connect(char *rest)
{
	struct error err = {.kind = ERROR_NONE};
	char *string = strchr(rest, ' ');

	mem_free(pg);
	pg = NULL;
	tell(pg_connect(mem, string == NULL ? "" : string + 1,
			strtol(rest, NULL, 10), &pg, &err),
	     &err);
}

static void run_run(char *rest)
{
	struct error err = {.kind = ERROR_NONE};

	tell(pg_run(pg, rest, &err), &err);
}

static void print_exec(const char *sql, const struct pg_param *params,
		       size_t count)
{
	struct error err = {.kind = ERROR_NONE};
	struct pg_result *rows = NULL;
	enum pg_kind kind = pg_exec(pg, sql, params, count, &rows, &err);

	tell(kind, &err);
	if (kind != PG_DONE)
		return;
	print_rows(rows);
	printf("affected %" PRId64 "\n", pg_affected(rows));
	pg_result_free(rows);
}

static void run_exec(char *rest)
{
	print_exec(rest, NULL, 0);
}

static void run_types(char *rest)
{
	static const uint8_t uuids[32] = {0x01, 0x23, [15] = 0xff, [31] = 0x07};
	static const int64_t numbers[] = {0, -1, INT64_MAX, INT64_MIN};
	static const char *const texts[] = {"", "a\"b\\c", "\xc3\xa4", "NULL"};

	(void)rest;
	print_exec("SELECT $1::bigint, $2::text, $3::bytea, $4::uuid, "
		   "$5::bigint[], $6::text[], $7::uuid[], $8::text, "
		   "$9::text[], $10::text IS NULL",
		   PG_PARAMS(pg_number(-5), pg_text("it's"),
			     pg_bytes(span_make("\0\1\2", 3)), pg_uuid(uuids),
			     pg_numbers(numbers, COUNT_OF(numbers)),
			     pg_texts(texts, COUNT_OF(texts)),
			     pg_uuids(uuids, 2), pg_text(""), pg_texts(NULL, 0),
			     pg_text(NULL)));
}

static void run_init(char *rest)
{
	struct error err = {.kind = ERROR_NONE};
	int before = -1;
	enum pg_kind kind =
	    fleet_schema_apply(pg, strcmp(rest, "upgrade") == 0, &before, &err);

	tell(kind, &err);
	printf("before %d\n", before);
}

static void run_wait(char *rest)
{
	pg_set_wait(pg, strtol(rest, NULL, 10));
	(void)puts("done");
}

/* --- segments --- */

struct wish {
	struct fleet_segment segment;
	long seed;
	long count;
	long drop;
	long longer;
};

static void read_ident(const char *text, uint8_t ident[FLEET_IDENT])
{
	for (size_t i = 0; i < FLEET_IDENT; i++)
		ident[i] = (uint8_t)(ascii_hex_value(text[2 * i]) * 16 +
				     ascii_hex_value(text[2 * i + 1]));
}

static void read_word(struct wish *wish, const char *word)
{
	struct fleet_sums *sums = &wish->segment.sums;
	const char *equals = strchr(word, '=');
	long number = equals == NULL ? 0 : strtol(equals + 1, NULL, 10);
	struct span name =
	    span_make(word, equals == NULL ? 0 : (size_t)(equals - word));

	if (span_equals(name, "seed"))
		wish->seed = number;
	else if (span_equals(name, "rows"))
		sums->results = number;
	else if (span_equals(name, "count"))
		wish->count = number;
	else if (span_equals(name, "incidents"))
		sums->incidents = number;
	else if (span_equals(name, "counted"))
		sums->counted = number;
	else if (span_equals(name, "acts"))
		sums->acts = number;
	else if (span_equals(name, "restated"))
		sums->restated = number;
	else if (span_equals(name, "long"))
		wish->longer = number;
	else if (span_equals(name, "drop"))
		wish->drop = number;
}

static struct wish read_wish(char *rest)
{
	struct wish wish = {.count = 1};
	char *save = NULL;
	char *word = strtok_r(rest, " ", &save);

	read_ident(word, wish.segment.ident);
	word = strtok_r(NULL, " ", &save);
	wish.segment.hour_s = strtoll(word, NULL, 10);
	while ((word = strtok_r(NULL, " ", &save)) != NULL)
		read_word(&wish, word);
	wish.segment.sums.messages = wish.segment.sums.results * wish.count;
	wish.segment.held =
	    (wish.segment.sums.results - wish.drop) * wish.count;
	return wish;
}

static char *long_text(TALLOC_CTX *in, long bytes)
{
	char *text = mem_array(in, char, (size_t)bytes + 1);

	memset(text, 'x', (size_t)bytes);
	return text;
}

/* Every column has something in some tuple. */
static struct store_tuple make_tuple(TALLOC_CTX *in, const struct wish *wish,
				     long at)
{
	long number = wish->seed + at;
	char *domain = mem_printf(in, "a%ld.example.test", number);

	return (struct store_tuple){
	    .author_domain = domain,
	    .author_error = number % 5 == 0 ? "" : "\xc3\xa4\xe2\x82\xac",
	    .policy_domain = domain,
	    .org_domain = "example.test",
	    .discovery = "treewalk",
	    .record = at == 0 && wish->longer > 0
			  ? long_text(in, wish->longer)
			  : "v=DMARC1; p=reject; \"'\\{},NULL",
	    .author_exists = (int)(number % 3) - 1,
	    .client_ip = mem_printf(in, "192.0.2.%ld", number % 250),
	    .client_name = number % 2 == 0 ? "" : "mail.example.test",
	    .mail_from_domain = "1=3:x",
	    .spf_result = "pass",
	    .dkim = "[]",
	    .arc = "{}",
	    .dmarc_result = number % 2 == 0 ? "pass" : "fail",
	    .is_dkim_aligned = (int)(number % 2),
	    .is_spf_aligned = 1,
	    .indirect = "none",
	    .is_known_path = (int)(number % 4 == 1),
	    .is_to_postmaster = (int)(number % 4 == 2),
	    .rcpt_rules = "[{\"rules\": []}]",
	    .policy = "reject",
	    .asked = "reject",
	    .applied = "none",
	    .override_type = "local_policy",
	    .tls_version = "TLSv1.3",
	    .is_report_mail = (int)(number % 4 == 3),
	    .rests_on = number % 9 == 0 ? "stale" : "",
	    .lookalike = number % 9 == 1 ? "homoglyph example.com" : "",
	    .iprev = "pass",
	};
}

static enum pg_kind push_counters(struct fleet_push *push,
				  const struct wish *wish, struct error *err)
{
	long rows = (long)wish->segment.sums.results;
	enum pg_kind kind = PG_DONE;

	for (long at = wish->drop; kind == PG_DONE && at < rows;) {
		TALLOC_CTX *in = mem_context(NULL);
		struct fleet_counter *batch =
		    mem_array(in, struct fleet_counter, FLEET_ROWS);
		size_t filled = 0;
		for (; filled < FLEET_ROWS && at < rows; at++, filled++)
			batch[filled] = (struct fleet_counter){
			    .tuple = make_tuple(in, wish, at),
			    .count = wish->count,
			    .tuple_id = at + 1,
			};
		kind = fleet_push_results(push, batch, filled, err);
		mem_free(in);
	}
	return kind;
}

static enum pg_kind push_counted_rows(struct fleet_push *push,
				      const struct wish *wish,
				      struct error *err)
{
	const struct store_counted row = {
	    .reference = "COUNTED1",
	    .network = "192.0.2.0/24",
	    .author_domain = "example.test",
	    .budget = 50,
	    .first_s = wish->segment.hour_s,
	    .last_s = wish->segment.hour_s + 60,
	    .messages = wish->segment.sums.counted,
	    .applied = {0, 0, 0, wish->segment.sums.counted, 0},
	};

	return fleet_push_counted(push, &row,
				  wish->segment.sums.counted > 0 ? 1 : 0, err);
}

static struct store_incident make_incident(TALLOC_CTX *in,
					   const struct wish *wish, long at)
{
	return (struct store_incident){
	    .id = at + 1,
	    .reference = mem_printf(in, "REF%ld", wish->seed + at),
	    .time_s = wish->segment.hour_s + at % 3600,
	    .host = "mx.example.test",
	    .client_ip = at == 0 && wish->longer > 0
			     ? long_text(in, wish->longer)
			     : "192.0.2.7",
	    .author_domain =
		mem_printf(in, "a%ld.example.test", wish->seed + at),
	    .applied = "none",
	    .override_type = at % 2 == 0 ? "local_policy" : "",
	    .verdict = at % 4 == 0 ? "{\"explain\": {\"enforced\": \"reject\"}}"
				   : "{\"explain\": {\"enforced\": 7, cut",
	    .queries = "[]",
	    .dmarc_result = "fail",
	    .reason = "it's \\ what \xc3\xa4 it is",
	};
}

static enum pg_kind push_incident_rows(struct fleet_push *push,
				       const struct wish *wish,
				       struct error *err)
{
	long rows = (long)wish->segment.sums.incidents;
	enum pg_kind kind = PG_DONE;

	for (long at = wish->drop; kind == PG_DONE && at < rows;) {
		TALLOC_CTX *in = mem_context(NULL);
		struct store_incident *batch =
		    mem_array(in, struct store_incident, FLEET_ROWS);
		size_t filled = 0;
		for (; filled < FLEET_ROWS && at < rows; at++, filled++)
			batch[filled] = make_incident(in, wish, at);
		kind = fleet_push_incidents(push, batch, filled, err);
		mem_free(in);
	}
	return kind;
}

static enum pg_kind push_act_rows(struct fleet_push *push,
				  const struct wish *wish, struct error *err)
{
	struct fleet_act acts[FLEET_ROWS];
	size_t count = (size_t)wish->segment.sums.acts;

	for (size_t i = 0; i < count; i++) {
		acts[i] = (struct fleet_act){
		    .id = (int64_t)i + 1,
		    .incident_id = 1,
		    .time_s = wish->segment.hour_s,
		    .who = "ann",
		    .kind = "confirm",
		    .note = "",
		};
		memcpy(acts[i].incident_ident, wish->segment.ident,
		       FLEET_IDENT);
	}
	return fleet_push_acts(push, acts, count, err);
}

static enum pg_kind push_all(struct fleet_push *push, const struct wish *wish,
			     enum fleet_wanted wanted, struct error *err)
{
	enum pg_kind kind = wanted == FLEET_TAKES_REST
				? PG_DONE
				: push_counters(push, wish, err);

	if (kind == PG_DONE)
		kind = push_counted_rows(push, wish, err);
	if (kind == PG_DONE)
		kind = push_incident_rows(push, wish, err);
	if (kind == PG_DONE)
		kind = push_act_rows(push, wish, err);
	return kind;
}

static const char *const wanted_texts[] = {
    [FLEET_TAKES] = "take",	   [FLEET_TAKES_MORE] = "more",
    [FLEET_TAKES_AGAIN] = "again", [FLEET_TAKES_REST] = "rest",
    [FLEET_HAS] = "has",	   [FLEET_HAS_MORE] = "has-more",
    [FLEET_OPEN] = "open",	   [FLEET_SEALED] = "sealed",
    [FLEET_OTHERS] = "others",
};

static void tell_pushed(enum pg_kind kind, enum fleet_wanted wanted,
			const struct fleet_push *push, const struct error *err)
{
	if (kind != PG_DONE)
		printf("%s %s\n", pg_kind_text(kind), err->words);
	else
		printf("done %s aside %" PRId64 " %s\n", wanted_texts[wanted],
		       fleet_push_aside(push), fleet_push_aside_words(push));
}

static void run_segment(char *rest)
{
	struct wish wish = read_wish(rest);
	struct fleet_push *push = fleet_push_new(mem, pg);
	struct error err = {.kind = ERROR_NONE};
	enum fleet_wanted wanted = FLEET_HAS;
	enum pg_kind kind =
	    fleet_push_begin(push, &wish.segment, &wanted, &err);

	if (kind == PG_DONE && wanted <= FLEET_TAKES_REST) {
		kind = push_all(push, &wish, wanted, &err);
		if (kind == PG_DONE)
			kind = fleet_push_end(push, &err);
	}
	tell_pushed(kind, wanted, push, &err);
	mem_free(push);
}

static void run_open(char *rest)
{
	struct wish wish = read_wish(rest);
	struct fleet_push *push = fleet_push_new(mem, pg);
	struct error err = {.kind = ERROR_NONE};
	enum fleet_wanted wanted = FLEET_HAS;
	enum pg_kind kind = fleet_push_open(push, wish.segment.ident,
					    wish.segment.hour_s, &wanted, &err);

	if (kind == PG_DONE && wanted == FLEET_OPEN) {
		kind = push_incident_rows(push, &wish, &err);
		if (kind == PG_DONE)
			kind = fleet_push_end(push, &err);
	}
	tell_pushed(kind, wanted, push, &err);
	mem_free(push);
}

/* --- what a host asks --- */

static void run_ledger(char *rest)
{
	struct error err = {.kind = ERROR_NONE};
	uint8_t idents[1][FLEET_IDENT];
	struct fleet_sums sums = {.results = 0};

	read_ident(rest, idents[0]);
	tell(fleet_ledger(pg, (const uint8_t(*)[FLEET_IDENT])idents, 1, &sums,
			  &err),
	     &err);
	printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
	       sums.results, sums.messages, sums.incidents, sums.counted,
	       sums.acts);
}

static void run_erase(char *rest)
{
	struct error err = {.kind = ERROR_NONE};
	struct fleet_erased row = {
	    .incident_id = strtol(rest + 2 * FLEET_IDENT, NULL, 10)};

	read_ident(rest, row.ident);
	tell(fleet_erase(pg, &row, 1, &err), &err);
}

static void run_beat(char *rest)
{
	struct error err = {.kind = ERROR_NONE};
	struct fleet_answer answer = {.now_ms = 0};
	char *second = strchr(rest, ' ');
	const struct fleet_heartbeat heartbeat = {
	    .version = "0.2.0",
	    .sealed_until_s = strtol(rest, NULL, 10),
	    .reported_until_s = second == NULL ? 0 : strtol(second, NULL, 10),
	    .last_error = "",
	    .authserv_id = "mx.example.test",
	    .addresses = "192.0.2.1",
	};

	tell(fleet_heartbeat(pg, &heartbeat, &answer, &err), &err);
	printf("schema %d keep %" PRId64 " overrides %" PRId64 " taken %" PRId64
	       " now %" PRId64 "\n",
	       answer.schema, answer.keep_results_s, answer.override_version,
	       answer.taken_until_s, answer.now_ms);
}

static void run_maintain(char *rest)
{
	struct error err = {.kind = ERROR_NONE};
	enum pg_kind kind = PG_DONE;
	bool is_done = false;
	int steps = 0;

	(void)rest;
	while (kind == PG_DONE && !is_done) {
		kind = fleet_maintain(pg, &is_done, &err);
		steps++;
	}
	tell(kind, &err);
	printf("steps %d\n", steps);
}

static void run_put(char *rest)
{
	struct error err = {.kind = ERROR_NONE};
	char *text = strchr(rest, ' ');
	int64_t version = -1;

	tell(fleet_override_put(pg, strtol(rest, NULL, 10),
				text == NULL ? "" : text + 1, "ann", &version,
				&err),
	     &err);
	printf("version %" PRId64 "\n", version);
}

static void run_text(char *rest)
{
	struct error err = {.kind = ERROR_NONE};
	const char *text = NULL;

	tell(fleet_override_text(mem, pg, strtol(rest, NULL, 10), &text, &err),
	     &err);
	(void)puts(text == NULL ? "none" : text);
}

static const struct {
	const char *word;
	void (*run)(char *rest);
} commands[] = {
    {"connect", run_connect}, {"run", run_run},	  {"exec", run_exec},
    {"types", run_types},     {"init", run_init}, {"wait", run_wait},
    {"segment", run_segment}, {"open", run_open}, {"ledger", run_ledger},
    {"erase", run_erase},     {"beat", run_beat}, {"maintain", run_maintain},
    {"put", run_put},	      {"text", run_text},
};

static void run_line(char *line)
{
	char *rest = strchr(line, ' ');

	if (rest != NULL)
		*rest++ = '\0';
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		if (strcmp(commands[i].word, line) == 0) {
			commands[i].run(rest == NULL ? line + strlen(line)
						     : rest);
			break;
		}
	}
	(void)puts(".");
	(void)fflush(stdout);
}

int main(void)
{
	static char line[LINE_MAX_BYTES];

	mem = mem_context(NULL);
	while (fgets(line, sizeof line, stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		run_line(line);
	}
	mem_free(mem);
	return 0;
}
