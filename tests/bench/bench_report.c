/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_report.c - what a day's reports cost: seconds, bytes, memory
 *
 *   bench_report make FILE DOMAINS TUPLES MESSAGES
 *   bench_report render FILE [rfc9990|rfc7489] [check]
 *
 * "make" fills a store with one day: the first policy domain has the most
 * tuples and mail, the N-th one N-th of that, as real mail has it. "render"
 * makes all reports of that day, compressed; with "check" they are held
 * against the schema too. Prints figures, never judges them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "lib/base/clock.h"
#include "lib/report/make/aggregate_validate.h"
#include "lib/report/make/aggregate_xml.h"
#include "lib/report/make/gzip.h"
#include "lib/store/store_columns.h"
#include "lib/store/store_db.h"

#define DAY_S ((int64_t)1777593600) /* 2026-05-01 */
#define SQL_MAX 4096
#define HOURS 24
#define TEN_YEARS_MS ((int64_t)3650 * 86400000)

static bool fail(const struct error *err)
{
	(void)fprintf(stderr, "bench_report: %s\n", err->words);
	return false;
}

/* --- making a day --- */

struct world {
	struct store_db *db;
	struct store_statement *add_tuple;
	struct store_statement *add_result;
	long domains;
	double tuples_of_first;
	double messages_of_first;
	int64_t tuple_id;
	int64_t results;
	int64_t messages;
};

/* The member buffers of one tuple. */
struct texts {
	char policy_domain[64];
	char author_domain[96];
	char record[160];
	char client_ip[32];
	char client_name[96];
	char dkim[600];
};

static struct store_tuple tuple_of(const struct world *world, long domain,
				   long number, struct texts *t)
{
	bool is_pass = number % 10 != 0;

	(void)snprintf(t->policy_domain, sizeof t->policy_domain,
		       "company%ld.example", domain);
	(void)snprintf(t->author_domain, sizeof t->author_domain, "%s%s",
		       number % 4 == 0 ? "news." : "", t->policy_domain);
	(void)snprintf(t->record, sizeof t->record,
		       "v=DMARC1; p=%s; rua=mailto:dmarc@%s,"
		       "mailto:reports@collector.example; adkim=r; aspf=r",
		       domain % 3 == 0 ? "none" : "reject", t->policy_domain);
	(void)snprintf(t->client_ip, sizeof t->client_ip, "%ld.%ld.%ld.%ld",
		       11 + domain % 200, number / 65536 % 256,
		       number / 256 % 256, number % 256);
	(void)snprintf(t->client_name, sizeof t->client_name, "out%ld.mail.%s",
		       number, t->policy_domain);
	(void)snprintf(
	    t->dkim, sizeof t->dkim,
	    "[{\"domain\":\"%s\",\"selector\":\"s%ld\",\"algorithm\":"
	    "\"rsa-sha256\",\"key_bits\":2048,\"result\":\"%s\",\"reason\":%s,"
	    "\"aligned\":true},{\"domain\":\"esp.example\",\"selector\":"
	    "\"mail\",\"algorithm\":\"rsa-sha256\",\"key_bits\":2048,"
	    "\"result\":\"pass\",\"reason\":null,\"aligned\":false}]",
	    t->policy_domain, number % 3, is_pass ? "pass" : "fail",
	    is_pass ? "null" : "\"body hash does not match\"");
	(void)world;
	return (struct store_tuple){
	    .author_domain = t->author_domain,
	    .author_error = "",
	    .policy_domain = t->policy_domain,
	    .org_domain = t->policy_domain,
	    .discovery = "treewalk",
	    .record = t->record,
	    .author_exists = -1,
	    .client_ip = t->client_ip,
	    .client_name = t->client_name,
	    .mail_from_domain = t->policy_domain,
	    .spf_result = is_pass ? "pass" : "softfail",
	    .spf_domain = t->policy_domain,
	    .spf_scope = "mfrom",
	    .dkim = t->dkim,
	    .arc = "{\"result\":\"none\",\"sealers\":[]}",
	    .dmarc_result = is_pass ? "pass" : "fail",
	    .is_dkim_aligned = is_pass,
	    .is_spf_aligned = is_pass,
	    .indirect = "none",
	    .policy = domain % 3 == 0 ? "none" : "reject",
	    .asked = domain % 3 == 0 ? "none" : "reject",
	    .applied = is_pass || domain % 3 == 0 ? "none" : "reject",
	    .override_type = "",
	    .override_comment = "",
	    .tls_version = "TLSv1.3",
	};
}

static bool add_result(struct world *world, int64_t hour, int64_t count,
		       struct error *err)
{
	store_db_bind_number(world->add_result, 1, DAY_S + hour * 3600);
	store_db_bind_number(world->add_result, 2, world->tuple_id);
	store_db_bind_number(world->add_result, 3, count);
	world->results++;
	world->messages += count;
	return store_db_execute(world->add_result, err);
}

/* The tuple's messages, over some hours of the day. */
static bool add_results(struct world *world, int64_t messages,
			struct error *err)
{
	int64_t hours = messages < 4 ? messages : 4;

	for (int64_t i = 0; i < hours; i++) {
		int64_t hour = (world->tuple_id + i * 6) % HOURS;
		int64_t count = messages / hours;
		if (i == 0)
			count += messages % hours;
		if (!add_result(world, hour, count, err))
			return false;
	}
	return true;
}

static bool add_tuple(struct world *world, long domain, long number,
		      int64_t messages, struct error *err)
{
	struct texts texts;
	struct store_tuple tuple = tuple_of(world, domain, number, &texts);

	world->tuple_id++;
	store_db_bind_number(world->add_tuple, 1, world->tuple_id);
	store_columns_bind(&store_tuple_columns, &tuple, world->add_tuple, 2);
	return store_db_execute(world->add_tuple, err) &&
	       add_results(world, messages, err);
}

static long at_least_one(double value)
{
	return value < 1 ? 1 : (long)value;
}

/* Round by round, so that a domain's tuples lie apart as in a real store. */
static bool add_all(struct world *world, struct error *err)
{
	long rounds = at_least_one(world->tuples_of_first);

	for (long number = 0; number < rounds; number++) {
		for (long domain = 1; domain <= world->domains; domain++) {
			long tuples = at_least_one(world->tuples_of_first /
						   (double)domain);
			double mail = world->messages_of_first / (double)domain;
			if (number >= tuples)
				break;
			if (!add_tuple(world, domain, number,
				       at_least_one(mail / (double)tuples),
				       err))
				return false;
		}
	}
	return true;
}

static bool prepare(struct world *world, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf sql;

	strbuf_init(&sql, mem, SQL_MAX);
	strbuf_add_text(&sql, "INSERT INTO tuple (fingerprint, ");
	store_columns_names(&store_tuple_columns, "", ", ", &sql);
	strbuf_add_text(&sql, ") VALUES (?");
	for (size_t i = 0; i < store_tuple_columns.count; i++)
		strbuf_add_text(&sql, ", ?");
	strbuf_add_text(&sql, ")");
	bool ok = store_db_prepare(world->db, strbuf_text(&sql),
				   &world->add_tuple, err) &&
		  store_db_prepare(world->db,
				   "INSERT INTO result (hour_s, tuple_id, "
				   "count) VALUES (?, ?, ?)",
				   &world->add_result, err);
	mem_free(mem);
	return ok;
}

static bool make_schema(const char *path, struct error *err)
{
	struct store_settings settings = {
	    .sqlite = path,
	    .keep_incidents_ms = TEN_YEARS_MS,
	    .keep_results_ms = TEN_YEARS_MS,
	};
	struct store *store;

	if (!store_open(&settings, "mx", clock_system(), &store, err))
		return false;
	store_close(store);
	return true;
}

/* The sum of 1/N: what the first has, so that all have the total. */
static double share_of_first(long domains)
{
	double sum = 0;

	for (long domain = 1; domain <= domains; domain++)
		sum += 1.0 / (double)domain;
	return 1.0 / sum;
}

static bool make(char **argv, struct error *err)
{
	struct world world = {.domains = strtol(argv[3], NULL, 10)};
	double first = share_of_first(world.domains);

	world.tuples_of_first = strtod(argv[4], NULL) * first;
	world.messages_of_first = strtod(argv[5], NULL) * first;
	if (!make_schema(argv[2], err) ||
	    !store_db_open(argv[2], STORE_DB_WRITE, &world.db, err))
		return false;
	bool ok = prepare(&world, err) &&
		  store_db_run(world.db, "BEGIN", err) &&
		  add_all(&world, err) && store_db_run(world.db, "COMMIT", err);
	store_db_finish(world.add_tuple);
	store_db_finish(world.add_result);
	store_db_checkpoint(world.db, true);
	store_db_close(world.db);
	if (ok)
		(void)printf("made: %" PRId64 " messages, %" PRId64
			     " tuples, %" PRId64 " counters\n",
			     world.messages, world.tuple_id, world.results);
	return ok;
}

/* --- rendering it --- */

struct totals {
	struct aggregate_day *day;
	struct report_settings settings;
	struct gzip *gzip;
	struct aggregate_validator *validator; /* NULL: no check */
	int64_t reports;
	int64_t parts;
	int64_t rows;
	int64_t messages;
	int64_t bytes;
	int64_t packed;
	int64_t invalid;
	struct error err;
	bool has_failed;
};

static bool on_packed(void *context, const char *bytes, size_t length,
		      struct error *err)
{
	struct totals *totals = context;

	(void)bytes;
	(void)err;
	totals->packed += (int64_t)length;
	return true;
}

static bool on_bytes(void *context, const char *bytes, size_t length,
		     struct error *err)
{
	struct totals *totals = context;

	if (totals->validator != NULL)
		aggregate_validator_add(totals->validator, bytes, length);
	return gzip_add(totals->gzip, bytes, length, err);
}

static bool on_end(void *context, size_t part, struct error *err)
{
	struct totals *totals = context;

	(void)part;
	if (totals->validator != NULL &&
	    !aggregate_validator_end(totals->validator, err) &&
	    totals->invalid++ == 0)
		(void)fail(err);
	return gzip_end(totals->gzip, err);
}

static bool on_report(void *context, const struct aggregate_report *report)
{
	struct totals *totals = context;
	const struct aggregate_sink sink = {
	    .write = on_bytes, .end = on_end, .context = totals};
	struct aggregate_rendered rendered;

	totals->has_failed =
	    !aggregate_render(totals->day, report, &totals->settings,
			      "0123456789abcdef0123456789abcdef", &sink, NULL,
			      &rendered, &totals->err);
	if (totals->has_failed)
		return false;
	totals->reports++;
	totals->parts += (int64_t)rendered.parts;
	totals->rows += rendered.rows;
	totals->messages += rendered.messages;
	totals->bytes += rendered.bytes;
	return true;
}

static double seconds_since(int64_t begin_ms)
{
	return (double)(clock_monotonic_ms(clock_system()) - begin_ms) / 1000;
}

static void print_totals(const struct totals *totals, double gathered,
			 double rendered)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	(void)printf("reports   %" PRId64 " in %" PRId64 " parts, %" PRId64
		     " invalid\n",
		     totals->reports, totals->parts, totals->invalid);
	(void)printf("records   %" PRId64 " for %" PRId64 " messages\n",
		     totals->rows, totals->messages);
	(void)printf("bytes     %.1f MiB of XML, %.1f MiB compressed\n",
		     (double)totals->bytes / (1 << 20),
		     (double)totals->packed / (1 << 20));
	(void)printf("seconds   %.1f gathering, %.1f rendering\n", gathered,
		     rendered);
	(void)printf(
	    "cpu       %ld.%02ld s user, %ld.%02ld s system\n",
	    (long)usage.ru_utime.tv_sec, (long)usage.ru_utime.tv_usec / 10000,
	    (long)usage.ru_stime.tv_sec, (long)usage.ru_stime.tv_usec / 10000);
	(void)printf("memory    %.1f MiB at most\n",
		     (double)usage.ru_maxrss / 1024);
}

static bool render_all(TALLOC_CTX *mem, const char *path, struct totals *totals,
		       struct error *err)
{
	struct store_reader *reader;
	int64_t begin_ms = clock_monotonic_ms(clock_system());

	if (!store_reader_open(mem, path, &reader, err) ||
	    !aggregate_open(mem, reader, DAY_S, NULL, &totals->day, err))
		return false;
	double gathered = seconds_since(begin_ms);
	begin_ms = clock_monotonic_ms(clock_system());
	bool ok = aggregate_list(totals->day, on_report, totals, err);
	if (ok && totals->has_failed) {
		*err = totals->err;
		ok = false;
	}
	if (ok)
		print_totals(totals, gathered, seconds_since(begin_ms));
	mem_free(totals->day);
	return ok;
}

static bool render(int argc, char **argv, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_old = argc > 3 && strcmp(argv[3], "rfc7489") == 0;
	struct totals totals = {
	    .settings = {.org_name = "Bench",
			 .from = "dmarc@bench.example",
			 .contact = "",
			 .schema = is_old ? REPORT_SCHEMA_RFC7489
					  : REPORT_SCHEMA_RFC9990,
			 .max_size_mib = 50}};

	totals.gzip = gzip_new(mem, on_packed, &totals);
	if (argc > 4)
		totals.validator = aggregate_validator_new(
		    mem, (enum report_schema)totals.settings.schema);
	bool ok = render_all(mem, argv[2], &totals, err);
	mem_free(mem);
	return ok;
}

int main(int argc, char **argv)
{
	struct error err;

	if (argc == 6 && strcmp(argv[1], "make") == 0)
		return make(argv, &err) || fail(&err) ? EXIT_SUCCESS
						      : EXIT_FAILURE;
	if (argc >= 3 && strcmp(argv[1], "render") == 0)
		return render(argc, argv, &err) || fail(&err) ? EXIT_SUCCESS
							      : EXIT_FAILURE;
	(void)fputs("usage: bench_report make FILE DOMAINS TUPLES MESSAGES |\n"
		    "       render FILE [rfc9990|rfc7489] [check]\n",
		    stderr);
	return EXIT_FAILURE;
}
