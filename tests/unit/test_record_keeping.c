/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_record_keeping.c - a verdict as the store's rows
 */
#include "tests/unit/unit.h"

#include <assert.h>
#include <string.h>

#include "lib/app/record_keeping.h"
#include "lib/base/json_shape.h"
#include "lib/base/limits.h"
#include "lib/explain/explain.h"
#include "lib/store/store_columns.h"

#define NOON_S ((int64_t)1777636800)
#define REF "K7QX-2M4D"

static struct record record = {
    .text = "v=DMARC1; p=reject",
    .is_usable = true,
    .p = REQUEST_REJECT,
};

static const char *const rcpt_domains[] = {"one.test", "two.test"};
static const bool aligned[] = {true};
static struct evidence_signature signature = {
    .domain = "example.test",
    .selector = "s1",
    .result = AUTH_FAIL,
    .reason = "body hash did not verify",
    .is_body_changed = true,
};

static struct verdict quarantined(void)
{
	return (struct verdict){
	    .time_s = NOON_S,
	    .client = {.address = {.family = NET_IPV4,
				   .bytes = {203, 0, 113, 5}},
		       .name = "said.by.mta.test",
		       .helo = "helo.test",
		       .tls_version = "TLSv1.3"},
	    .mail_from = {.local_part = "a", .domain = "other.test"},
	    .mail_from_text = "<a@other.test>",
	    .rcpt_domains = {.count = 2, .items = (const char **)rcpt_domains},
	    .list_id = "talk.list.test",
	    .author = {.domain = "news.example.test"},
	    .evidence = {.spf = {.result = AUTH_PASS, .domain = "other.test"},
			 .dkim = {.count = 1, .items = &signature},
			 .iprev = {.result = AUTH_PASS, .name = "out.test"}},
	    .is_aligned = aligned,
	    .discovery = {.is_complete = true,
			  .org_domain = "example.test",
			  .policy_domain = "example.test",
			  .record = &record,
			  .author_exists = EXISTENCE_YES},
	    .result = DMARC_RESULT_FAIL,
	    .reason = "SPF pass for other.test is not aligned (relaxed)",
	    .input = {.policy = REQUEST_REJECT,
		      .indirect = INDIRECT_BODY_CHANGED},
	    .decision = {.asked = REQUEST_REJECT,
			 .enforced = DISPOSITION_QUARANTINE,
			 .applied = DISPOSITION_QUARANTINE,
			 .override = OVERRIDE_LOCAL_POLICY,
			 .comment = REASON_BODY_CHANGED},
	    .comment = "body changed",
	    .is_incident = true,
	    .reference = REF,
	    .header = " mx.test; none",
	};
}

/* JSON with no key twice, in json_text()'s form to the byte. */
static void assert_json(TALLOC_CTX *mem, const char *text)
{
	struct json *read = json_read(mem, text);

	assert_non_null(read);
	assert_string_equal(json_text(mem, read), text);
}

static void keeps_the_tuple(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = quarantined();
	struct store_entry entry = record_entry(mem, &verdict, "9F2C", "mx");
	const struct store_tuple *tuple = &entry.tuple;

	(void)state;
	assert_int_equal(entry.time_s, NOON_S);
	assert_string_equal(tuple->author_domain, "news.example.test");
	assert_string_equal(tuple->author_error, "");
	assert_string_equal(tuple->policy_domain, "example.test");
	assert_string_equal(tuple->org_domain, "example.test");
	assert_string_equal(tuple->discovery, "treewalk");
	assert_string_equal(tuple->record, "v=DMARC1; p=reject");
	assert_int_equal(tuple->author_exists, 1);
	assert_string_equal(tuple->client_ip, "203.0.113.5");
	/* The name we confirmed, not the one the MTA gave. */
	assert_string_equal(tuple->client_name, "out.test");
	assert_string_equal(tuple->mail_from_domain, "other.test");
	assert_string_equal(tuple->spf_result, "pass");
	assert_string_equal(tuple->spf_domain, "other.test");
	assert_string_equal(tuple->spf_scope, "mfrom");
	assert_string_equal(
	    tuple->dkim,
	    "[{\"domain\":\"example.test\",\"selector\":\"s1\","
	    "\"algorithm\":null,\"key_bits\":null,\"result\":\"fail\","
	    "\"reason\":\"body hash did not verify\",\"aligned\":true}]");
	assert_string_equal(tuple->arc, "{\"result\":\"none\",\"sealers\":[]}");
	assert_string_equal(tuple->dmarc_result, "fail");
	assert_int_equal(tuple->is_dkim_aligned, 0);
	assert_int_equal(tuple->is_spf_aligned, 0);
	assert_string_equal(tuple->indirect, "body_changed");
	assert_string_equal(tuple->policy, "reject");
	assert_string_equal(tuple->asked, "reject");
	assert_string_equal(tuple->applied, "quarantine");
	assert_string_equal(tuple->override_type, "local_policy");
	assert_string_equal(tuple->override_comment, "body changed");
	assert_string_equal(tuple->tls_version, "TLSv1.3");
	assert_string_equal(tuple->iprev, "pass");
	mem_free(mem);
}

static void keeps_the_incident(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = quarantined();
	struct store_entry entry = record_entry(mem, &verdict, "9F2C", "mx");
	const struct store_incident *incident = &entry.incident;

	(void)state;
	assert_true(entry.has_incident);
	assert_string_equal(incident->reference, REF);
	assert_string_equal(incident->indirect, "body_changed");
	assert_string_equal(incident->list_id, "talk.list.test");
	assert_int_equal(incident->time_s, NOON_S);
	assert_string_equal(incident->queue_id, "9F2C");
	assert_string_equal(incident->host, "mx");
	assert_string_equal(incident->helo, "helo.test");
	assert_string_equal(incident->mail_from, "<a@other.test>");
	assert_string_equal(incident->author_domain, "news.example.test");
	assert_string_equal(incident->reason, verdict.reason);
	assert_string_equal(incident->reply, "");
	assert_string_equal(incident->rcpt_domains,
			    "[\"one.test\",\"two.test\"]");
	assert_string_equal(incident->queries, "[]");
	assert_int_equal(strncmp(incident->verdict,
				 "{\"author_domain\":\"news.example.test\",",
				 37),
			 0);
	mem_free(mem);
}

/* What explaining it later needs stands beside alignctl check's members. */
/* The first address of From that is one, and the envelope's where it is another:
 * in small letters. */
static void keeps_by_what_it_is_found(void **state)
{
	static const struct {
		const char *from;
		const char *mail_from;
		const char *found_from;
		const char *found_sender;
	} table[] = {
	    {"\"A, B\" <Ann@Example.TEST>", "<Bounce-1@esp.test>",
	     "ann@example.test", "bounce-1@esp.test"},
	    {"ann@example.test (Ann)", "<ANN@example.test>", "ann@example.test",
	     ""},
	    {"ann@example.test, bob@example.test", "<>", "ann@example.test", ""},
	    {"a@b <c d@e.test>", "no address", "", ""},
	    {"", "<x@y.test>", "", "x@y.test"},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct verdict verdict = quarantined();
		const char *fields[] = {table[i].from};
		verdict.from_fields =
		    (struct text_list){.count = 1, .items = fields};
		verdict.mail_from_text = table[i].mail_from;
		struct store_entry entry =
		    record_entry(mem, &verdict, "9F2C", "mx");
		assert_string_equal(entry.from_address, table[i].found_from);
		assert_string_equal(entry.sender_address,
				    table[i].found_sender);
	}
	mem_free(mem);
}

static void keeps_what_explains(void **state)
{
	static const char *const fields[] = {"Ann <a@news.example.test>"};
	static const enum alignment alignments[] = {ALIGNMENT_YES};
	static const struct setting_origin origin = {
	    "policy.on_reject",	      "quarantine", "alignd.conf", 12,
	    "on_reject = quarantine", NULL};
	static const struct settings_origins origins = {.count = 1,
							.items = &origin};
	static const struct override lists = {
	    .name = "lists",
	    .line = 3,
	    .action = DISPOSITION_QUARANTINE,
	    .reason = OVERRIDE_MAILING_LIST,
	    .end_s = OVERRIDE_PERMANENT,
	    .owner = "ann",
	    .why = "ticket 4711",
	};
	const struct spf_level levels[] = {
	    {"a.test", span_of("v=spf1 include:b.test \\ -all"),
	     span_of("include:b.test"), "include"},
	    {"b.test", span_of("v=spf1"), span_of(""), NULL}};
	const struct spf_lookup lookup = {"a.test", span_of("include:b.test"),
					  "b.test", "TXT"};
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = quarantined();

	(void)state;
	verdict.evidence.spf.level_count = 2;
	verdict.evidence.spf.levels = levels;
	verdict.evidence.spf.lookup_count = 1;
	verdict.evidence.spf.lookups = &lookup;
	verdict.from_fields =
	    (struct text_list){.count = 1, .items = (const char **)fields};
	verdict.dkim_alignment = alignments;
	verdict.decision.decided_by = REASON_ON_REJECT;
	verdict.origins = &origins;
	verdict.override = &lists;
	verdict.overrides_path = "overrides.conf";
	struct store_entry entry = record_entry(mem, &verdict, "9F2C", "mx");
	assert_json(mem, entry.incident.verdict);
	assert_json(mem, entry.tuple.dkim);
	assert_json(mem, entry.tuple.arc);
	const char *explain = strstr(entry.incident.verdict, ",\"explain\":");
	assert_non_null(explain);
	assert_string_equal(
	    explain,
	    ",\"explain\":{\"client\":{\"name\":\"said.by.mta.test\","
	    "\"authenticated\":false,\"tls_cipher\":null},"
	    "\"from\":{\"fields\":[\"Ann <a@news.example.test>\"],"
	    "\"malformed\":false,\"domains\":[]},"
	    "\"spf\":{\"levels\":[{\"domain\":\"a.test\","
	    "\"record\":\"v=spf1 include:b.test \\\\\\\\ -all\","
	    "\"term\":\"include:b.test\",\"mechanism\":\"include\"},"
	    "{\"domain\":\"b.test\",\"record\":\"v=spf1\",\"term\":null,"
	    "\"mechanism\":null}],"
	    "\"lookups\":[{\"domain\":\"a.test\","
	    "\"term\":\"include:b.test\",\"type\":\"TXT\","
	    "\"name\":\"b.test\"}]},"
	    "\"alignment\":{\"spf\":\"no\",\"dkim\":[\"yes\"]},"
	    "\"arc\":{\"reason\":null,\"oldest_pass\":0,"
	    "\"remote_ip\":null},"
	    "\"indirect\":\"body_changed\","
	    "\"decided_by\":\"policy.on_reject\","
	    "\"enforced\":\"quarantine\","
	    "\"override\":{\"name\":\"lists\",\"action\":\"quarantine\","
	    "\"type\":\"mailing_list\",\"file\":\"overrides.conf\","
	    "\"line\":3,\"owner\":\"ann\",\"why\":\"ticket 4711\","
	    "\"until\":\"permanent\"},"
	    "\"settings\":[{\"name\":\"policy.on_reject\","
	    "\"value\":\"quarantine\",\"file\":\"alignd.conf\",\"line\":12,"
	    "\"text\":\"on_reject = quarantine\"}]}}");
	mem_free(mem);
}

/* A record of 8,192 bytes may stand on each of eleven levels. */
static void cuts_spf_records(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = quarantined();
	char text[LIMIT_SPF_RECORD_BYTES + 1];
	const struct spf_level level = {
	    "a.test", span_make(text, sizeof text - 1), span_of("-all"), "all"};

	(void)state;
	memset(text, 'x', sizeof text);
	verdict.evidence.spf.level_count = 1;
	verdict.evidence.spf.levels = &level;
	struct store_entry entry = record_entry(mem, &verdict, "9F2C", "mx");
	const char *kept =
	    strstr(entry.incident.verdict, "\"levels\":[{\"domain\":");
	assert_non_null(kept);
	assert_in_range(strspn(strstr(kept, "xxx"), "x."), 1000,
			LIMIT_SPF_TOLD_BYTES);
	mem_free(mem);
}

#define MANY 20

/* The longest of everything at once; the bytes are those that JSON makes most
 * of. */
static struct verdict longest(TALLOC_CTX *mem)
{
	struct verdict verdict = quarantined();
	char *bytes = mem_zeroed(mem, 16001, 1, "bytes");
	char *name = mem_zeroed(mem, LIMIT_DOMAIN_BYTES + 1, 1, "name");
	struct evidence_signature *signatures =
	    mem_array(mem, struct evidence_signature, MANY);
	struct spf_level *levels = mem_array(mem, struct spf_level, MANY);
	struct dns_record *txt = mem_new(mem, struct dns_record);
	struct dns_answer *answer = mem_new(mem, struct dns_answer);
	struct dns_question *questions =
	    mem_array(mem, struct dns_question, MANY);
	const char **rcpts = mem_array(mem, const char *, LIMIT_RECIPIENTS);
	const char **fields = mem_array(mem, const char *, MANY);
	bool *is_aligned = mem_array(mem, bool, MANY);

	memset(bytes, 1, 16000);
	memset(name, 'n', LIMIT_DOMAIN_BYTES);
	*txt = (struct dns_record){.text = bytes, .length = 15000};
	*answer =
	    (struct dns_answer){.status = DNS_OK, .count = 1, .records = txt};
	for (size_t i = 0; i < MANY; i++) {
		is_aligned[i] = false;
		fields[i] = bytes;
		questions[i] =
		    (struct dns_question){name, DNS_TXT, answer, false};
		levels[i] = (struct spf_level){name, span_make(bytes, 8000),
					       span_make(bytes, 2000), "all"};
		signatures[i] = (struct evidence_signature){.domain = name,
							    .selector = name,
							    .result = AUTH_FAIL,
							    .reason = bytes};
	}
	for (size_t i = 0; i < LIMIT_RECIPIENTS; i++)
		rcpts[i] = name;
	verdict.author.domain = name;
	verdict.mail_from_text =
	    text_escape(mem, span_of(bytes), LIMIT_ADDRESS_BYTES, true);
	verdict.client.helo = bytes;
	verdict.client.tls_version = bytes;
	verdict.reason = bytes;
	verdict.list_id = name;
	verdict.header = mem_strndup(mem, bytes, LIMIT_AUTHRES_WRITTEN);
	verdict.from_fields = (struct text_list){MANY, fields};
	verdict.rcpt_domains = (struct text_list){LIMIT_RECIPIENTS, rcpts};
	verdict.evidence.dkim.count = MANY;
	verdict.evidence.dkim.items = signatures;
	verdict.evidence.spf.levels = levels;
	verdict.evidence.spf.level_count = MANY;
	verdict.is_aligned = is_aligned;
	verdict.questions = questions;
	verdict.question_count = MANY;
	return verdict;
}

/* hazard H1 */
static void h1_what_is_kept_is_bounded(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = longest(mem);
	struct store_entry entry = record_entry(mem, &verdict, "9F2C", "mx");
	const struct store_incident *incident = &entry.incident;
	size_t bytes = store_columns_bytes(&store_incident_columns, incident);

	(void)state;
	print_message("the longest incident: %zu bytes of %d\n", bytes,
		      LIMIT_INCIDENT_BYTES);
	assert_in_range(bytes, LIMIT_INCIDENT_BYTES / 2, LIMIT_INCIDENT_BYTES);
	assert_true(
	    json_has_shape(span_of(incident->verdict), JSON_OBJECT_SHAPE));
	assert_true(
	    json_has_shape(span_of(incident->dkim), JSON_OBJECTS_SHAPE));
	assert_true(
	    json_has_shape(span_of(incident->queries), JSON_OBJECTS_SHAPE));
	assert_true(
	    json_has_shape(span_of(incident->rcpt_domains), JSON_TEXTS_SHAPE));
	static_assert(LIMIT_VERDICT_KEPT + LIMIT_SIGNATURES_KEPT +
			      LIMIT_RECIPIENTS_KEPT + LIMIT_ANSWERS_KEPT <
			  LIMIT_INCIDENT_BYTES,
		      "the parts fit");
	assert_in_range(strlen(incident->verdict), LIMIT_VERDICT_KEPT / 4,
			LIMIT_VERDICT_KEPT);
	assert_in_range(strlen(incident->reason), LIMIT_REASON_KEPT / 2,
			LIMIT_REASON_KEPT);
	assert_in_range(strlen(incident->dkim), LIMIT_SIGNATURES_KEPT / 4,
			LIMIT_SIGNATURES_KEPT);
	assert_in_range(strlen(incident->queries), LIMIT_ANSWERS_KEPT / 2,
			LIMIT_ANSWERS_KEPT);
	assert_in_range(strlen(incident->rcpt_domains),
			LIMIT_RECIPIENTS_KEPT / 2, LIMIT_RECIPIENTS_KEPT);
	/* Each part says that it was cut. */
	assert_non_null(strstr(incident->queries, "(cut: 15000 bytes)"));
	assert_non_null(strstr(incident->queries, "{\"left_out\":"));
	assert_non_null(strstr(incident->dkim, "{\"left_out\":"));
	assert_non_null(strstr(incident->verdict, "(cut: "));
	assert_non_null(strstr(incident->rcpt_domains, " more)\"]"));
	/* And it can be explained. */
	const struct explain_today today = {.now_s = NOON_S};
	struct explanation *told =
	    explain_incident(mem, incident, &today, true);
	assert_true(told->count > 8);
	mem_free(mem);
}

/* Texts are never NULL: the store's columns are not. */
static void keeps_what_is_absent(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = {
	    .mail_from = {.is_null = true},
	    .mail_from_text = "<>",
	    .author = {.error = AUTHOR_NO_FROM},
	    .evidence = {.spf = {.result = AUTH_NONE, .is_helo = true}},
	    .result = DMARC_RESULT_PERMERROR,
	    .is_incident = true,
	    .reference = REF,
	};
	struct store_entry entry = record_entry(mem, &verdict, NULL, NULL);
	const struct store_incident *incident = &entry.incident;
	const char *const empty[] = {
	    entry.tuple.author_domain,
	    entry.tuple.policy_domain,
	    entry.tuple.org_domain,
	    entry.tuple.record,
	    entry.tuple.client_name,
	    entry.tuple.mail_from_domain,
	    entry.tuple.spf_domain,
	    entry.tuple.policy,
	    entry.tuple.asked,
	    entry.tuple.override_type,
	    entry.tuple.tls_version,
	    entry.tuple.override_comment,
	    incident->queue_id,
	    incident->host,
	    incident->helo,
	    incident->reason,
	    incident->reply,
	};

	(void)state;
	for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
		assert_string_equal(empty[i], "");
	assert_string_equal(entry.tuple.author_error, "no From field");
	assert_int_equal(entry.tuple.author_exists, -1);
	assert_string_equal(entry.tuple.client_ip, "unknown");
	assert_string_equal(entry.tuple.spf_scope, "helo");
	assert_string_equal(incident->mail_from, "<>");
	assert_string_equal(incident->rcpt_domains, "[]");
	mem_free(mem);
}

static void keeps_no_incident_of_fine_mail(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct verdict verdict = quarantined();

	(void)state;
	verdict.is_incident = false;
	struct store_entry entry = record_entry(mem, &verdict, "9F2C", "mx");
	assert_false(entry.has_incident);
	assert_null(entry.incident.reference);
	mem_free(mem);
}

/* What client and MTA say is bounded and fit for a terminal. */
static void cleans_foreign_text(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *huge = mem_zeroed(mem, 10001, 1, "huge");
	struct verdict verdict = quarantined();

	(void)state;
	memset(huge, 'h', 10000);
	verdict.client.helo = "a b\x1b[2J\r\n\xff";
	verdict.client.tls_version = "TLS\n1";
	struct store_entry entry = record_entry(mem, &verdict, huge, "mx");
	assert_string_equal(entry.incident.helo, "a b\\x1b[2J\\x0d\\x0a\\xff");
	assert_string_equal(entry.tuple.tls_version, "TLS\\x0a1");
	assert_int_equal(strlen(entry.incident.queue_id), LIMIT_WORD_KEPT);
	mem_free(mem);
}

/* What is nested deeper than ours is not looked at. */
static void nests_so_deep(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		/* the object itself is one */
		size_t depth = LIMIT_JSON_NESTING - 1 + more;
		char *text = mem_zeroed(mem, depth + 1, 1, "brackets");
		memset(text, '[', depth);
		char *ends = mem_zeroed(mem, depth + 1, 1, "brackets");
		memset(ends, ']', depth);
		assert_int_equal(
		    json_has_shape(
			span_of(mem_printf(mem, "{\"a\":%s%s}", text, ends)),
			JSON_OBJECT_SHAPE),
		    more == 0);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_the_tuple),
	    cmocka_unit_test(keeps_the_incident),
	    cmocka_unit_test(keeps_by_what_it_is_found),
	    cmocka_unit_test(keeps_what_explains),
	    cmocka_unit_test(cuts_spf_records),
	    cmocka_unit_test(h1_what_is_kept_is_bounded),
	    cmocka_unit_test(keeps_what_is_absent),
	    cmocka_unit_test(keeps_no_incident_of_fine_mail),
	    cmocka_unit_test(cleans_foreign_text),
	    cmocka_unit_test(nests_so_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
