/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_aggregate_xml.c - whole documents in both formats, parts, hostile texts
 *
 * Everything rendered here is held against its schema by the fixture.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "tests/unit/report_fixture.h"

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static struct store_entry full_entry(void)
{
	struct store_entry entry = report_entry();

	entry.tuple.record = "v=DMARC1; p=reject; sp=quarantine; t=y; aspf=s; "
			     "fo=1:d; pct=50; rua=mailto:a@example.com,bad";
	entry.tuple.client_ip = "2001:db8::7";
	entry.tuple.policy = "quarantine";
	entry.tuple.dmarc_result = "fail";
	entry.tuple.is_spf_aligned = 0;
	entry.tuple.applied = "none";
	entry.tuple.override_type = "policy_test_mode";
	entry.tuple.dkim =
	    "[{\"domain\":\"list.test\",\"selector\":\"s1\",\"result\":"
	    "\"pass\",\"reason\":null,\"aligned\":false},{\"domain\":"
	    "\"example.com\",\"selector\":null,\"result\":\"permerror\","
	    "\"reason\":\"no key for <s2>\",\"aligned\":true}]";
	return entry;
}

static void writes_rfc_9990(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = full_entry();

	(void)state;
	assert_string_equal(
	    report_of_entry(&store, &entry, REPORT_SCHEMA_RFC9990), DECLARATION
	    "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">\n"
	    " <version>1.0</version>\n"
	    " <report_metadata>\n"
	    "  <org_name>Example Receiver</org_name>\n"
	    "  <email>dmarc@mx.example</email>\n"
	    "  <extra_contact_info>https://mx.example/dmarc"
	    "</extra_contact_info>\n"
	    "  <report_id>" TEST_ID "</report_id>\n"
	    "  <date_range>\n"
	    "   <begin>1777593600</begin>\n"
	    "   <end>1777679999</end>\n"
	    "  </date_range>\n"
	    "  <error>rua has an invalid URI</error>\n"
	    "  <generator>" PACKAGE_STRING "</generator>\n"
	    " </report_metadata>\n"
	    " <policy_published>\n"
	    "  <domain>example.com</domain>\n"
	    "  <discovery_method>treewalk</discovery_method>\n"
	    "  <adkim>r</adkim>\n"
	    "  <aspf>s</aspf>\n"
	    "  <p>reject</p>\n"
	    "  <sp>quarantine</sp>\n"
	    "  <np>quarantine</np>\n"
	    "  <fo>1:d</fo>\n"
	    "  <testing>y</testing>\n"
	    " </policy_published>\n"
	    " <record>\n"
	    "  <row>\n"
	    "   <source_ip>2001:db8::7</source_ip>\n"
	    "   <count>1</count>\n"
	    "   <policy_evaluated>\n"
	    "    <disposition>none</disposition>\n"
	    "    <dkim>fail</dkim>\n"
	    "    <spf>fail</spf>\n"
	    "    <reason>\n"
	    "     <type>policy_test_mode</type>\n"
	    "    </reason>\n"
	    "   </policy_evaluated>\n"
	    "  </row>\n"
	    "  <identifiers>\n"
	    "   <envelope_from>bounce.example.com</envelope_from>\n"
	    "   <header_from>news.example.com</header_from>\n"
	    "  </identifiers>\n"
	    "  <auth_results>\n"
	    "   <dkim>\n"
	    "    <domain>list.test</domain>\n"
	    "    <selector>s1</selector>\n"
	    "    <result>pass</result>\n"
	    "   </dkim>\n"
	    "   <dkim>\n"
	    "    <domain>example.com</domain>\n"
	    "    <selector></selector>\n"
	    "    <result>permerror</result>\n"
	    "    <human_result>no key for &lt;s2&gt;</human_result>\n"
	    "   </dkim>\n"
	    "   <spf>\n"
	    "    <domain>bounce.example.com</domain>\n"
	    "    <scope>mfrom</scope>\n"
	    "    <result>pass</result>\n"
	    "   </spf>\n"
	    "  </auth_results>\n"
	    " </record>\n"
	    "</feedback>\n");
	report_store_end(&store);
}

/* F16: eight groups, no "pass"; and the other differences of the format. */
static void f16_writes_rfc_7489(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = full_entry();

	(void)state;
	assert_string_equal(
	    report_of_entry(&store, &entry, REPORT_SCHEMA_RFC7489),
	    DECLARATION "<feedback>\n"
			" <version>1.0</version>\n"
			" <report_metadata>\n"
			"  <org_name>Example Receiver</org_name>\n"
			"  <email>dmarc@mx.example</email>\n"
			"  <extra_contact_info>https://mx.example/dmarc"
			"</extra_contact_info>\n"
			"  <report_id>" TEST_ID "</report_id>\n"
			"  <date_range>\n"
			"   <begin>1777593600</begin>\n"
			"   <end>1777679999</end>\n"
			"  </date_range>\n"
			"  <error>rua has an invalid URI</error>\n"
			" </report_metadata>\n"
			" <policy_published>\n"
			"  <domain>example.com</domain>\n"
			"  <adkim>r</adkim>\n"
			"  <aspf>s</aspf>\n"
			"  <p>reject</p>\n"
			"  <sp>quarantine</sp>\n"
			"  <pct>50</pct>\n"
			"  <fo>1:d</fo>\n"
			" </policy_published>\n"
			" <record>\n"
			"  <row>\n"
			"   <source_ip>2001:db8:0:0:0:0:0:7</source_ip>\n"
			"   <count>1</count>\n"
			"   <policy_evaluated>\n"
			"    <disposition>none</disposition>\n"
			"    <dkim>fail</dkim>\n"
			"    <spf>fail</spf>\n"
			"    <reason>\n"
			"     <type>other</type>\n"
			"     <comment>t=y</comment>\n"
			"    </reason>\n"
			"   </policy_evaluated>\n"
			"  </row>\n"
			"  <identifiers>\n"
			"   <envelope_from>bounce.example.com</envelope_from>\n"
			"   <header_from>news.example.com</header_from>\n"
			"  </identifiers>\n"
			"  <auth_results>\n"
			"   <dkim>\n"
			"    <domain>list.test</domain>\n"
			"    <selector>s1</selector>\n"
			"    <result>pass</result>\n"
			"   </dkim>\n"
			"   <dkim>\n"
			"    <domain>example.com</domain>\n"
			"    <selector></selector>\n"
			"    <result>permerror</result>\n"
			"    <human_result>no key for &lt;s2&gt;"
			"</human_result>\n"
			"   </dkim>\n"
			"   <spf>\n"
			"    <domain>bounce.example.com</domain>\n"
			"    <scope>mfrom</scope>\n"
			"    <result>pass</result>\n"
			"   </spf>\n"
			"  </auth_results>\n"
			" </record>\n"
			"</feedback>\n");
	report_store_end(&store);
}

/* What one entry with a few members changed makes of one element. */
struct change {
	size_t member;
	const char *value;
};

#define AT(member) offsetof(struct store_tuple, member)
#define CHANGES 3

static void words_each_format(void **state)
{
	static const struct {
		const char *name;
		struct change changes[CHANGES];
		const char *element;
		const char *new_text; /* NULL: no such element */
		const char *old_text;
	} rows[] = {
	    {"F16 a pass under an enforcing policy",
	     {{AT(applied), "none"}},
	     "disposition",
	     "pass",
	     "none"},
	    {"F16 an IPv4 source",
	     {{AT(client_ip), "192.0.2.7"}},
	     "source_ip",
	     "192.0.2.7",
	     "192.0.2.7"},
	    {"F16 an IPv6 source of all zeros",
	     {{AT(client_ip), "::"}},
	     "source_ip",
	     "::",
	     "0:0:0:0:0:0:0:0"},
	    {"F5 the null path: MAIL FROM",
	     {{AT(mail_from_domain), ""},
	      {AT(spf_scope), "helo"},
	      {AT(spf_domain), "mx.helo.test"}},
	     "envelope_from",
	     NULL,
	     ""},
	    {"F5 the null path: scope",
	     {{AT(mail_from_domain), ""},
	      {AT(spf_scope), "helo"},
	      {AT(spf_domain), "mx.helo.test"}},
	     "scope",
	     "mfrom",
	     "mfrom"},
	    {"no name for SPF",
	     {{AT(mail_from_domain), ""},
	      {AT(spf_domain), ""},
	      {AT(spf_result), "none"}},
	     "scope",
	     NULL,
	     "mfrom"},
	    {"an SPF result the old format does not know",
	     {{AT(spf_result), "policy"}},
	     "result",
	     "policy",
	     "neutral"},
	    {"sampled out",
	     {{AT(override_type), "other"},
	      {AT(override_comment), "sampled out, pct=5"}},
	     "type",
	     "other",
	     "sampled_out"},
	    {"pct=0",
	     {{AT(override_type), "other"}, {AT(override_comment), "pct=0"}},
	     "type",
	     "other",
	     "other"},
	    {"a trusted forwarder",
	     {{AT(override_type), "trusted_forwarder"},
	      {AT(override_comment), "override f: known"}},
	     "comment",
	     "override f: known",
	     "override f: known"},
	    {"no way of discovery",
	     {{AT(discovery), "psl"}},
	     "discovery_method",
	     "psl",
	     NULL},
	    {"no pct published", {{0}}, "pct", NULL, "100"},
	    {"not testing", {{0}}, "testing", "n", NULL},
	    {"sp by default", {{0}}, "sp", "reject", "reject"},
	};

	(void)state;
	for (size_t i = 0; i < 2 * (sizeof rows / sizeof rows[0]); i++) {
		enum report_schema schema =
		    i % 2 == 0 ? REPORT_SCHEMA_RFC9990 : REPORT_SCHEMA_RFC7489;
		struct report_store store = report_store_make();
		struct store_entry entry = report_entry();
		for (size_t k = 0; k < CHANGES; k++) {
			const struct change *change = &rows[i / 2].changes[k];
			if (change->value != NULL)
				memcpy((char *)&entry.tuple + change->member,
				       &change->value, sizeof change->value);
		}
		const char *xml = report_of_entry(&store, &entry, schema);
		const char *want =
		    i % 2 == 0 ? rows[i / 2].new_text : rows[i / 2].old_text;
		char *got = element_text(store.mem, xml, rows[i / 2].element);
		if ((want == NULL) != (got == NULL) ||
		    (want != NULL && strcmp(want, got) != 0))
			fail_msg("%s: %s", rows[i / 2].name,
				 got == NULL ? "no element" : got);
		report_store_end(&store);
	}
}

/* F5: the HELO name is the domain of the SPF result. */
static void f5_names_the_helo_domain(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();

	(void)state;
	entry.tuple.mail_from_domain = "";
	entry.tuple.spf_scope = "helo";
	entry.tuple.spf_domain = "mx.helo.test";
	const char *xml =
	    report_of_entry(&store, &entry, REPORT_SCHEMA_RFC9990);
	assert_non_null(strstr(xml, "   <spf>\n"
				    "    <domain>mx.helo.test</domain>\n"
				    "    <scope>mfrom</scope>\n"));
	report_store_end(&store);
}

/* F2: what strangers wrote is lower case, escaped, and valid in the end. */
static void f2_survives_hostile_texts(void **state)
{
	struct report_store store = report_store_make();
	struct store_entry entry = report_entry();

	(void)state;
	entry.tuple.policy_domain = "EXAMPLE.Com";
	entry.tuple.record = "v=DMARC1; p=reject; x=]]><a b='c'>&amp;\x01\xff; "
			     "rua=mailto:a@example.com; p=<reject>";
	entry.tuple.mail_from_domain = "M\xc3\xbcnchen.Example";
	entry.tuple.spf_domain = "<]]>\x01\xff&amp;";
	entry.tuple.override_type = "local_policy";
	entry.tuple.override_comment = "</comment>]]>\x02 & \xc2\x80";
	entry.tuple.dkim = "[{\"domain\":\"A.B?<c>\",\"selector\":\"]]>S&\","
			   "\"result\":\"fail\",\"reason\":\"<x>\"}]";
	const char *xml =
	    report_of_entry(&store, &entry, REPORT_SCHEMA_RFC9990);
	assert_string_equal(element_text(store.mem, xml, "envelope_from"),
			    "xn--mnchen-3ya.example");
	assert_string_equal(element_text(store.mem, xml, "domain"),
			    "example.com");
	assert_string_equal(element_text(store.mem, xml, "error"),
			    "text that is no tag, p given twice");
	assert_string_equal(element_text(store.mem, xml, "comment"),
			    "&lt;/comment&gt;]]&gt;? &amp; ??");
	assert_non_null(strstr(xml, "<domain>a.b\?&lt;c&gt;</domain>"));
	assert_non_null(strstr(xml, "<selector>]]&gt;s&amp;</selector>"));
	assert_non_null(strstr(xml, "<domain>&lt;]]&gt;??&amp;amp;</domain>"));
	assert_int_equal(count_of(xml, "]]>"), 0);
	report_store_end(&store);
}

/* --- parts --- */

static void derives_ids(void **state)
{
	static const struct {
		const char *id;
		size_t part;
		const char *want;
	} rows[] = {
	    {TEST_ID, 0, TEST_ID},
	    {TEST_ID, 1, "0123456789abcdef0123456789abcdf0"},
	    {"ffffffffffffffffffffffffffffffff", 0,
	     "ffffffffffffffffffffffffffffffff"},
	    {"ffffffffffffffffffffffffffffffff", 2,
	     "ffffffffffffffffffffffffffff0001"},
	    {"00000000000000000000000000000000", 99,
	     "00000000000000000000000000000063"},
	};
	char text[AGGREGATE_ID_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(
		    aggregate_part_id(rows[i].id, rows[i].part, text),
		    rows[i].want);
	assert_true(aggregate_id_is_valid(TEST_ID));
	assert_false(aggregate_id_is_valid(""));
	assert_false(aggregate_id_is_valid("0123456789ABCDEF0123456789abcdef"));
	assert_false(aggregate_id_is_valid(TEST_ID "0"));
}

/* Rows of about `kib` each, from so many clients. */
static void record_wide_rows(struct report_store *store, int rows, int kib)
{
	struct store_entry entry = report_entry();
	char address[32];
	struct strbuf dkim;
	char *reason = mem_array(store->mem, char, 1025);

	memset(reason, '&', 1024 / 5);
	strbuf_init(&dkim, store->mem, 1 << 20);
	for (int i = 0; i < kib; i++)
		strbuf_printf(&dkim,
			      "%s{\"domain\":\"d%d.test\",\"selector\":\"s\","
			      "\"result\":\"fail\",\"reason\":\"%s\"}",
			      i == 0 ? "[" : ",", i, reason);
	strbuf_add_char(&dkim, ']');
	entry.tuple.dkim = strbuf_text(&dkim);
	entry.tuple.client_ip = address;
	for (int i = 0; i < rows; i++) {
		(void)snprintf(address, sizeof address, "10.0.%d.%d", i / 256,
			       i % 256);
		report_record(store, &entry, 1);
	}
}

/* Every part is whole and below the limit, has its id, and together they have
 * every row once; a second time, all is the same. */
static void cuts_into_parts(void **state)
{
	struct report_store store = report_store_make();
	struct report_settings settings =
	    report_test_settings(REPORT_SCHEMA_RFC9990);

	(void)state;
	settings.max_size_mib = 1;
	record_wide_rows(&store, 45, 50);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	struct aggregate_report *report = report_first(&store, day);
	struct rendered_text first =
	    report_text(&store, day, report, &settings);
	assert_int_equal(first.done.parts, 3);
	assert_int_equal(first.done.rows, 45);
	assert_int_equal(first.done.messages, 45);
	assert_int_equal(count_of(first.xml, "<record>"), 45);
	assert_int_equal(count_of(first.xml, "</feedback>\n"), 3);
	assert_int_equal(count_of(first.xml, "<begin>1777593600<"), 3);
	for (size_t part = 0; part < 3; part++) {
		char id[AGGREGATE_ID_TEXT];
		assert_string_equal(first.ids.items[part],
				    aggregate_part_id(TEST_ID, part, id));
		assert_int_equal(count_of(first.xml, id), 1);
	}
	const char *second_part =
	    strstr(strstr(first.xml, "</feedback>"), DECLARATION);
	assert_in_range(second_part - first.xml, (1 << 20) - 60 * 1024,
			1 << 20);

	struct rendered_text second =
	    report_text(&store, day, report, &settings);
	assert_int_equal(second.length, first.length);
	assert_memory_equal(second.xml, first.xml, first.length);
	mem_free(day);
	day = report_open(&store, NOON_S, "example.com");
	second = report_text(&store, day, report_first(&store, day), &settings);
	assert_int_equal(second.length, first.length);
	assert_memory_equal(second.xml, first.xml, first.length);
	report_store_end(&store);
}

/* A row that no part would hold has one of its own. */
static void gives_a_huge_row_its_part(void **state)
{
	struct report_store store = report_store_make();
	struct report_settings settings =
	    report_test_settings(REPORT_SCHEMA_RFC9990);

	(void)state;
	settings.max_size_mib = 0;
	record_wide_rows(&store, 3, 2);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	struct rendered_text text =
	    report_text(&store, day, report_first(&store, day), &settings);
	assert_int_equal(text.done.parts, 3);
	assert_int_equal(text.done.rows, 3);
	report_store_end(&store);
}

/* Nobody is sent more than so many parts. */
static void stops_at_the_last_part(void **state)
{
	struct report_store store = report_store_make();
	struct report_settings settings =
	    report_test_settings(REPORT_SCHEMA_RFC9990);

	(void)state;
	settings.max_size_mib = 0;
	record_wide_rows(&store, AGGREGATE_PARTS_MAX + 7, 1);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	struct rendered_text text =
	    report_text(&store, day, report_first(&store, day), &settings);
	assert_int_equal(text.done.parts, AGGREGATE_PARTS_MAX);
	assert_int_equal(text.done.rows, AGGREGATE_PARTS_MAX);
	assert_int_equal(text.done.left_out, 7);
	assert_string_equal(text.notes,
			    "left out of the report to example.com: 7 rows "
			    "that 100 parts of 0 MiB do not hold\n");
	report_store_end(&store);
}

/* F13: a report of bad rows only is none. */
static void f13_writes_nothing_without_a_row(void **state)
{
	struct report_store store = report_store_make();
	struct report_settings settings =
	    report_test_settings(REPORT_SCHEMA_RFC9990);
	struct store_entry entry = report_entry();

	(void)state;
	entry.tuple.client_ip = "?";
	report_record(&store, &entry, 2);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	struct rendered_text text =
	    report_text(&store, day, report_first(&store, day), &settings);
	assert_int_equal(text.done.parts, 0);
	assert_int_equal(text.done.left_out, 1);
	assert_int_equal(text.length, 0);
	assert_non_null(strstr(text.notes, "no client address"));
	report_store_end(&store);
}

/* --- sinks --- */

static bool refuse(void *context, const char *bytes, size_t length,
		   struct error *err)
{
	(void)bytes;
	(void)length;
	if (--*(int *)context > 0)
		return true;
	return error_set(err, ERROR_SYSTEM, "no room");
}

static void hands_on_a_refusal(void **state)
{
	struct report_store store = report_store_make();
	struct report_settings settings =
	    report_test_settings(REPORT_SCHEMA_RFC9990);
	struct aggregate_rendered done = {.parts = 77};
	struct error err;

	(void)state;
	record_wide_rows(&store, 3, 1);
	struct aggregate_day *day = report_open(&store, NOON_S, NULL);
	struct aggregate_report *report = report_first(&store, day);
	for (int left = 1; left <= 5; left++) {
		int count = left;
		struct aggregate_sink sink = {.write = refuse,
					      .context = &count};
		assert_false(aggregate_render(day, report, &settings, TEST_ID,
					      &sink, NULL, &done, &err));
		assert_string_equal(err.words, "no room");
		assert_int_equal(done.parts, 77);
	}
	int count = 100;
	struct aggregate_sink sink = {.write = refuse, .context = &count};
	assert_true(aggregate_render(day, report, &settings, TEST_ID, &sink,
				     NULL, &done, &err));
	assert_int_equal(done.parts, 1);
	report_store_end(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_rfc_9990),
	    cmocka_unit_test(f16_writes_rfc_7489),
	    cmocka_unit_test(words_each_format),
	    cmocka_unit_test(f5_names_the_helo_domain),
	    cmocka_unit_test(f2_survives_hostile_texts),
	    cmocka_unit_test(derives_ids),
	    cmocka_unit_test(cuts_into_parts),
	    cmocka_unit_test(gives_a_huge_row_its_part),
	    cmocka_unit_test(stops_at_the_last_part),
	    cmocka_unit_test(f13_writes_nothing_without_a_row),
	    cmocka_unit_test(hands_on_a_refusal),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
