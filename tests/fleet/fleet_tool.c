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

static const struct {
	const char *word;
	void (*run)(char *rest);
} commands[] = {
    {"connect", run_connect}, {"run", run_run},	  {"exec", run_exec},
    {"types", run_types},     {"init", run_init}, {"wait", run_wait},
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
