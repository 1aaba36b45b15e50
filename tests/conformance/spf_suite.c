/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_suite.c - public SPF suites, run against spf_check()
 *
 * Prints one line a suite (rows, met, contradicted) and every row not met.
 * Exit 77 without $ALIGND_CORPORA. ALIGND_ENGINE=libspf2 puts the library in
 * the place of spf_check().
 */
#include "tests/conformance/spf_suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/engines/engines.h"
#include "tests/conformance/exceptions.h"
#include "tests/unit/caches.h"

static struct path path_of(TALLOC_CTX *mem, const char *mail_from)
{
	const char *at = strrchr(mail_from, '@');

	if (mail_from[0] == '\0')
		return (struct path){.is_null = true};
	if (at == NULL)
		return (struct path){.is_null = false};
	char *domain = domain_normalize(mem, span_of(at + 1));
	if (domain == NULL)
		return (struct path){.is_null = false};
	return (struct path){
	    .local_part = mem_strndup(mem, mail_from, (size_t)(at - mail_from)),
	    .domain = domain};
}

enum auth_result spf_row_check(struct dns *dns, const struct spf_row *row)
{
	static const struct spf_settings settings = {.term_limit = 10,
						     .void_limit = 2};
	TALLOC_CTX *mem = mem_context(NULL);
	struct path path = path_of(mem, row->mail_from);
	struct net_address client = {.family = NET_NONE};
	struct dns_session *session = dns_session_new(mem, dns, 20000);

	if (!net_address_parse(row->host, &client))
		(void)printf("%s: bad host %s\n", row->id, row->host);
	const char *name = getenv("ALIGND_ENGINE");
	bool is_library = name != NULL && strcmp(name, ENGINE_SPF2) == 0;

	spf_ask_ahead(session, &client, row->helo, &path);
	struct evidence_spf evidence =
	    (is_library ? engine_spf2.check : spf_check)(
		mem, session, &settings, &client, row->helo, &path);
	mem_free(mem);
	return evidence.result;
}

void suite_note(struct suite *suite, const char *id, bool is_met,
		const char *want, const char *got)
{
	bool has_exception =
	    exceptions_have(suite->exceptions, suite->name, id);

	suite->rows++;
	suite->met += is_met;
	suite->excepted += !is_met && has_exception;
	if (!is_met)
		(void)printf("%s %s: want %s, got %s%s\n", suite->name, id,
			     want, got, has_exception ? " (excepted)" : "");
	else if (has_exception)
		(void)printf("%s %s: met, but listed as an exception\n",
			     suite->name, id);
}

static bool is_wanted(const json_t *results, const char *got)
{
	size_t i;
	json_t *result;

	json_array_foreach(results, i, result)
	{
		if (strcmp(json_string_value(result), got) == 0)
			return true;
	}
	return false;
}

static const char *text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void run_scenario(struct suite *suite, const json_t *scenario)
{
	struct dns *dns;
	struct error err;
	const char *id;
	json_t *test;
	char *zone = zone_from_openspf(suite->mem,
				       json_object_get(scenario, "zonedata"));

	if (!caches_dns_new(zone, &dns, &err)) {
		(void)printf("%s: %s\n", suite->name, err.words);
		exit(1);
	}
	json_object_foreach(json_object_get(scenario, "tests"), id, test)
	{
		struct spf_row row = {.id = id,
				      .host = text_at(test, "host"),
				      .helo = text_at(test, "helo"),
				      .mail_from = text_at(test, "mailfrom")};
		const json_t *results = json_object_get(test, "result");
		const char *got = auth_result_text(spf_row_check(dns, &row));
		suite_note(suite, id, is_wanted(results, got),
			   json_string_value(json_array_get(results, 0)), got);
	}
	dns_free(dns);
}

static void run_openspf(struct suite *suite, const json_t *root)
{
	size_t i;
	json_t *scenario;

	json_array_foreach(json_object_get(root, "scenarios"), i, scenario)
	    run_scenario(suite, scenario);
}

static json_t *load(const char *corpora, const char *file)
{
	json_error_t problem;
	char path[1024];

	(void)snprintf(path, sizeof path, "%s/%s", corpora, file);
	json_t *root = json_load_file(path, JSON_ALLOW_NUL, &problem);
	if (root == NULL) {
		(void)printf("SKIP: %s: %s\n", path, problem.text);
		exit(77);
	}
	return root;
}

int main(void)
{
	static const struct {
		const char *name;
		const char *file;
		bool is_binding;
		void (*run)(struct suite *, const json_t *);
	} suites[] = {
	    {"rfc7208", "spf-openspf/rfc7208-tests.json", true, run_openspf},
	    {"pyspf", "spf-openspf/pyspf-tests.json", true, run_openspf},
	    {"mox", "spf-mox/spf.json", true, suite_run_mox},
	    {"rfc4408", "spf-openspf/rfc4408-tests.json", false, run_openspf},
	};
	const char *corpora = getenv("ALIGND_CORPORA");
	struct strbuf table;
	bool is_good = true;

	if (corpora == NULL) {
		(void)printf("SKIP: ALIGND_CORPORA is not set\n");
		return 77;
	}
	TALLOC_CTX *mem = mem_context(NULL);
	strbuf_init(&table, mem, 4096);
	for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
		struct suite suite = {.name = suites[i].name,
				      .is_binding = suites[i].is_binding,
				      .exceptions =
					  exceptions_read(mem, "spf_suite"),
				      .mem = mem};
		json_t *root = load(corpora, suites[i].file);
		suites[i].run(&suite, root);
		json_decref(root);
		int contradicted = suite.rows - suite.met - suite.excepted;
		strbuf_printf(
		    &table,
		    "%-20s %4d rows %4d met %3d listed %3d contradicted%s\n",
		    suite.name, suite.rows, suite.met, suite.excepted,
		    contradicted,
		    suite.is_binding ? "" : " (information only)");
		if (suite.is_binding &&
		    (contradicted > 0 || suite.rows == 0 ||
		     suite.excepted !=
			 exceptions_count(suite.exceptions, suite.name)))
			is_good = false;
	}
	(void)printf("%s", strbuf_text(&table));
	mem_free(mem);
	return is_good ? 0 : 1;
}
