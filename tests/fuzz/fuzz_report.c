/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_report.c - any bytes as what the store holds of a message
 *
 * Each line is a member of the tuple, in the order of the table below; the
 * record has a rua. Properties: whatever the row shows, the document is valid
 * in both formats, and the same a second time.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/dmarc/record.h"
#include "lib/report/make/aggregate_format.h"
#include "lib/report/make/aggregate_row.h"
#include "lib/report/make/aggregate_validate.h"

#define ID "0123456789abcdef0123456789abcdef"

static const size_t members[] = {
    offsetof(struct store_tuple, policy_domain),
    offsetof(struct store_tuple, record),
    offsetof(struct store_tuple, discovery),
    offsetof(struct store_tuple, client_ip),
    offsetof(struct store_tuple, author_domain),
    offsetof(struct store_tuple, mail_from_domain),
    offsetof(struct store_tuple, spf_result),
    offsetof(struct store_tuple, spf_domain),
    offsetof(struct store_tuple, spf_scope),
    offsetof(struct store_tuple, dmarc_result),
    offsetof(struct store_tuple, policy),
    offsetof(struct store_tuple, applied),
    offsetof(struct store_tuple, override_type),
    offsetof(struct store_tuple, override_comment),
    offsetof(struct store_tuple, dkim),
};

static struct store_tuple read_tuple(TALLOC_CTX *mem, struct span rest)
{
	struct store_tuple tuple = {.is_spf_aligned = 1};

	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		struct span line;
		(void)span_cut(rest, '\n', &line, &rest);
		const char *text = mem_strndup(mem, line.data, line.length);
		memcpy((char *)&tuple + members[i], &text, sizeof text);
	}
	tuple.record =
	    mem_printf(mem, "v=DMARC1;rua=mailto:a@b.test;%s", tuple.record);
	return tuple;
}

static struct span document(TALLOC_CTX *mem, const struct store_tuple *tuple,
			    const struct aggregate_row *row, int schema)
{
	const struct report_settings settings = {.org_name = "Fuzz",
						 .from = "a@fuzz.test",
						 .contact = "",
						 .schema = schema};
	const struct aggregate_report report = {
	    .policy_domain = tuple->policy_domain,
	    .record = tuple->record,
	    .discovery = tuple->discovery,
	    .end_s = AGGREGATE_DAY_S - 1,
	};
	struct xml_writer *writer =
	    aggregate_format_head(mem, &report, &settings, ID);

	aggregate_format_record(writer, (enum report_schema)schema, row);
	xml_finish(writer);
	return xml_take(writer);
}

static void check(TALLOC_CTX *mem, const struct store_tuple *tuple,
		  const struct aggregate_row *row, int schema)
{
	static struct aggregate_validator *validators[2];
	struct span first = document(mem, tuple, row, schema);
	struct span second = document(mem, tuple, row, schema);
	struct error err = {.words = ""};

	if (validators[schema] == NULL)
		validators[schema] =
		    aggregate_validator_new(NULL, (enum report_schema)schema);
	aggregate_validator_add(validators[schema], first.data, first.length);
	if (!aggregate_validator_end(validators[schema], &err))
		(void)fprintf(stderr, "%s\n", err.words);
	require(err.words[0] == '\0');
	require(first.length == second.length &&
		memcmp(first.data, second.data, first.length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_tuple tuple =
	    read_tuple(mem, span_make((const char *)data, size));
	struct aggregate_row row;
	struct error err;

	/* As aggregate_open and aggregate_list let them through. */
	bool is_reported =
	    *tuple.policy_domain != '\0' &&
	    record_parse(mem, text_unescape(mem, tuple.record))->is_usable;
	if (is_reported && aggregate_row_make(mem, &tuple, 1, &row, &err)) {
		check(mem, &tuple, &row, REPORT_SCHEMA_RFC9990);
		check(mem, &tuple, &row, REPORT_SCHEMA_RFC7489);
	}
	mem_free(mem);
	return 0;
}
