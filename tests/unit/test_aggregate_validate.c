/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_aggregate_validate.c - a good report passes, each spoilt one does not
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/report/make/aggregate_validate.h"
#include "tests/unit/report_fixture.h"

/* A good report with `from` replaced by `to` once. */
static char *spoil(TALLOC_CTX *mem, const char *xml, const char *from,
		   const char *to)
{
	const char *at = strstr(xml, from);

	assert_non_null(at);
	return mem_printf(mem, "%.*s%s%s", (int)(at - xml), xml, to,
			  at + strlen(from));
}

static const struct spoilt {
	const char *from;
	const char *to;
	const char *words;
	bool is_new; /* for this format only */
	bool is_old;
} spoilt[] = {
    {"<version>1.0<", "<version>2.0<", "version", true, true},
    {"<org_name>Example Receiver<", "<org_name><", "org_name", true, true},
    {"<report_id>", "<report_id>!", "report_id", true, true},
    {"<report_metadata>", "<report_metadata><ri>1</ri>", "ri", true, true},
    {"<begin>1", "<begin>x1", "begin", true, true},
    {"<domain>example.com<", "<domain>Example.com<", "domain", true, true},
    {"<p>reject<", "<p>refuse<", "refuse", true, true},
    {"<adkim>r<", "<adkim>relaxed<", "adkim", true, true},
    {"<source_ip>192.0.2.7<", "<source_ip>host<", "source_ip", true, true},
    {"<count>1<", "<count>0<", "count", true, true},
    {"<disposition>pass<", "<disposition>tag<", "disposition", true, false},
    {"<disposition>none<", "<disposition>pass<", "disposition", false, true},
    {"<spf>pass</spf>", "<spf>softfail</spf>", "spf", true, true},
    {"<header_from>news.example.com</header_from>", "", "identifiers", true,
     true},
    {"<selector>s1</selector>", "", "dkim", true, false},
    {"<scope>mfrom<", "<scope>helo<", "scope", true, true},
    {"<result>pass<", "<result>maybe<", "result", true, true},
    {"</auth_results>", "</auth_results><note/>", "note", true, true},
    {"<pct>100<", "<pct>101<", "pct", false, true},
    {"<source_ip>192.0.2.7<", "<source_ip>2001:db8::1<", "source_ip", false,
     true},
    {"<testing>n<", "<testing>no<", "testing", true, false},
    {"xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"", "", "feedback", true, false},
    {"<feedback>", "<feedback xmlns=\"urn:x\">", "feedback", false, true},
    {"</feedback>", "", "end of the document", true, true},
    {"<version>", "<version>&nothing;", "nothing", true, true},
    {"<org_name>", "<org_name>\x01", "", true, true},
    {"<org_name>", "<org_name>\xff", "", true, true},
};

static const char *good_report(struct report_store *store,
			       enum report_schema schema)
{
	struct store_entry entry = report_entry();

	entry.tuple.dkim = "[{\"domain\":\"example.com\",\"selector\":\"s1\","
			   "\"result\":\"pass\",\"aligned\":true}]";
	return report_of_entry(store, &entry, schema);
}

static bool is_valid(enum report_schema schema, const char *xml,
		     struct error *err)
{
	struct aggregate_validator *validator =
	    aggregate_validator_new(NULL, schema);

	aggregate_validator_add(validator, xml, strlen(xml));
	bool ok = aggregate_validator_end(validator, err);
	mem_free(validator);
	return ok;
}

static void refuses_what_is_spoilt(void **state)
{
	(void)state;
	for (int is_old = 0; is_old < 2; is_old++) {
		enum report_schema schema =
		    is_old ? REPORT_SCHEMA_RFC7489 : REPORT_SCHEMA_RFC9990;
		struct report_store store = report_store_make();
		const char *good = good_report(&store, schema);
		struct error err = {.words = ""};
		assert_true(is_valid(schema, good, &err));
		for (size_t i = 0; i < sizeof spoilt / sizeof spoilt[0]; i++) {
			const struct spoilt *row = &spoilt[i];
			if (!(is_old ? row->is_old : row->is_new))
				continue;
			char *bad = spoil(store.mem, good, row->from, row->to);
			if (is_valid(schema, bad, &err))
				fail_msg("taken: %s", row->to);
			if (strstr(err.words, "defect of alignd") == NULL ||
			    strstr(err.words, row->words) == NULL)
				fail_msg("%s: %s", row->to, err.words);
		}
		report_store_end(&store);
	}
}

static void tells_the_line(void **state)
{
	struct report_store store = report_store_make();
	const char *good = good_report(&store, REPORT_SCHEMA_RFC9990);
	char *bad = spoil(store.mem, good, "<email>", "<e-mail>");
	struct error err;

	(void)state;
	bad = spoil(store.mem, bad, "</email>", "</e-mail>");
	assert_false(is_valid(REPORT_SCHEMA_RFC9990, bad, &err));
	assert_non_null(strstr(err.words, "line 6:"));
	assert_false(is_valid(REPORT_SCHEMA_RFC9990, "", &err));
	report_store_end(&store);
}

/* One validator, many documents, a bad one between good ones; byte by byte. */
static void is_ready_for_the_next(void **state)
{
	struct report_store store = report_store_make();
	const char *good = good_report(&store, REPORT_SCHEMA_RFC7489);
	struct aggregate_validator *validator =
	    aggregate_validator_new(store.mem, REPORT_SCHEMA_RFC7489);
	struct error err = {.words = ""};

	(void)state;
	for (int i = 0; i < 6; i++) {
		if (i % 3 == 1)
			aggregate_validator_add(validator, "<x>", 3);
		for (const char *at = good; *at != '\0'; at++)
			aggregate_validator_add(validator, at, 1);
		assert_int_equal(aggregate_validator_end(validator, &err),
				 i % 3 != 1);
	}
	/* left in the middle of one */
	aggregate_validator_add(validator, good, 100);
	report_store_end(&store);
}

/* No file is read for a document, and no entity grows. */
static void fetches_and_expands_nothing(void **state)
{
	static const char *const documents[] = {
	    "<!DOCTYPE feedback SYSTEM \"file:///etc/passwd\"><feedback/>",
	    "<!DOCTYPE feedback [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
	    "<feedback>&e;</feedback>",
	    "<!DOCTYPE feedback [<!ENTITY a \"xxxxxxxxxx\"><!ENTITY b "
	    "\"&a;&a;&a;&a;&a;&a;&a;&a;\">]><feedback>&b;&b;</feedback>",
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++)
		assert_false(
		    is_valid(REPORT_SCHEMA_RFC7489, documents[i], &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses_what_is_spoilt),
	    cmocka_unit_test(tells_the_line),
	    cmocka_unit_test(is_ready_for_the_next),
	    cmocka_unit_test(fetches_and_expands_nothing),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
