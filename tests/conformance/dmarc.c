/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dmarc.c - record, discovery and alignment against other projects' tables
 *
 * Reads $ALIGND_CORPORA (77 when absent) and prints for each suite how many
 * rows were met and contradicted. A contradicted row must stand in
 * dmarc.exceptions with the sentence that makes us right; a row that
 * stands there and is met is an error too.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/strbuf.h"
#include "lib/base/suffix.h"
#include "lib/dmarc/align.h"
#include "lib/dmarc/tree.h"
#include "tests/conformance/exceptions.h"
#include "tests/unit/caches.h"

#define PATH_BYTES 1024
#define TEST_SKIPPED 77

struct suite {
	const char *name;
	const char *file;
	const char *key; /* of the array in the file */
	bool (*is_met)(TALLOC_CTX *mem, json_t *row);
};

static const char *text_at(json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

static bool is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* A key that the row does not have asks for nothing. */
static bool agrees(json_t *row, const char *key, const char *got)
{
	const char *want = text_at(row, key);

	return want == NULL || is_same(want, got);
}

/* -- records ------------------------------------------------------------ */

static const struct record *parse(TALLOC_CTX *mem, json_t *row)
{
	struct span text = span_of(text_at(row, "record"));

	return record_has_version(text) ? record_parse(mem, text) : NULL;
}

static bool has_wanted_tags(json_t *row, const struct record *record)
{
	enum request sp = record->sp == REQUEST_ABSENT ? record->p : record->sp;
	enum request np = record->np == REQUEST_ABSENT ? sp : record->np;

	return agrees(row, "p", request_text(record->p)) &&
	       agrees(row, "sp", request_text(sp)) &&
	       agrees(row, "np", request_text(np)) &&
	       agrees(row, "psd", psd_text(record->psd)) &&
	       agrees(row, "t", record->is_test_mode ? "y" : "n") &&
	       agrees(row, "fo", record->fo) &&
	       agrees(row, "adkim", record->is_adkim_strict ? "s" : "r") &&
	       agrees(row, "aspf", record->is_aspf_strict ? "s" : "r");
}

/* A linter's "invalid" means that something must have been noticed. */
static bool is_noticed(const struct record *record)
{
	return record == NULL || !record->is_usable || record->problem != NULL;
}

static bool checkdmarc_row(TALLOC_CTX *mem, json_t *row)
{
	const struct record *record = parse(mem, row);

	if (!json_is_true(json_object_get(row, "valid")))
		return is_noticed(record);
	return record != NULL && record->is_usable &&
	       has_wanted_tags(row, record);
}

static bool opendmarc_parse_row(TALLOC_CTX *mem, json_t *row)
{
	const struct record *record = parse(mem, row);

	if (!is_same(text_at(row, "result"), "okay"))
		return is_noticed(record);
	return record != NULL && record->is_usable;
}

/* [["a@d.test", SIZE], ...]; the size is obsolete. */
static bool has_addresses(json_t *want, const struct text_list *uris)
{
	if (want == NULL)
		return true;
	if (json_array_size(want) != uris->count)
		return false;
	for (size_t i = 0; i < uris->count; i++) {
		const char *address = json_string_value(
		    json_array_get(json_array_get(want, i), 0));
		if (strncmp(uris->items[i], "mailto:", 7) != 0 ||
		    !is_same(uris->items[i] + 7, address))
			return false;
	}
	return true;
}

static bool stalwart_parse_row(TALLOC_CTX *mem, json_t *row)
{
	const struct record *record = parse(mem, row);

	return record != NULL && record->is_usable &&
	       has_wanted_tags(row, record) &&
	       has_addresses(json_object_get(row, "rua"), &record->rua) &&
	       has_addresses(json_object_get(row, "ruf"), &record->ruf);
}

/* -- discovery and alignment ------------------------------------------- */

static const char *author_of(json_t *row)
{
	return strchr(text_at(row, "from"), '@') + 1;
}

/* {"dns": {name: text}, "exists": [name]} or {"record": text}, which then
 * stands at the author domain. */
static const char *zone_of(TALLOC_CTX *mem, json_t *row)
{
	struct strbuf zone;
	const char *name;
	json_t *value;
	size_t i;

	strbuf_init(&zone, mem, 10000);
	strbuf_add_text(&zone, "other.invalid. TXT \"x\"\n");
	json_object_foreach(json_object_get(row, "dns"), name, value)
	    strbuf_printf(&zone, "%s. TXT \"%s\"\n", name,
			  json_string_value(value));
	json_array_foreach(json_object_get(row, "exists"), i, value)
	    strbuf_printf(&zone, "%s. TXT \"x\"\n", json_string_value(value));
	if (text_at(row, "record") != NULL)
		strbuf_printf(&zone, "_dmarc.%s. TXT \"%s\"\n", author_of(row),
			      text_at(row, "record"));
	return strbuf_text(&zone);
}

static bool is_pass(json_t *row, const char *key)
{
	return is_same(text_at(row, key), "pass");
}

/* What "expect_dkim_aligned" or "spf_aligned" say of an identifier. */
static bool aligns_as_wanted(struct dns_session *session, TALLOC_CTX *mem,
			     json_t *row, const char *org,
			     const char *identifier, bool is_authenticated,
			     bool is_strict, const char *key)
{
	json_t *want = json_object_get(row, key);
	bool is_wanted =
	    json_is_true(want) || is_same(json_string_value(want), "pass");

	if (want == NULL)
		return true;
	enum alignment got = align_ask(mem, session, TREE_WALK, author_of(row),
				       org, identifier, is_strict);
	return (is_authenticated && got == ALIGNMENT_YES) == is_wanted;
}

static bool is_message_met(TALLOC_CTX *mem, json_t *row,
			   struct dns_session *session)
{
	const char *author = author_of(row);
	struct discovery found = tree_discover(mem, session, TREE_WALK, author);
	json_t *policy = json_object_get(row, "policy");
	bool is_adkim_strict =
	    found.record != NULL && found.record->is_adkim_strict;
	bool is_aspf_strict =
	    found.record != NULL && found.record->is_aspf_strict;

	if (policy != NULL &&
	    !is_same(json_string_value(policy),
		     request_text(tree_policy(&found, author))))
		return false;
	return aligns_as_wanted(session, mem, row, found.org_domain,
				text_at(row, "dkim_d"), is_pass(row, "dkim"),
				is_adkim_strict, "expect_dkim_aligned") &&
	       aligns_as_wanted(session, mem, row, found.org_domain,
				text_at(row, "mailfrom_domain"),
				is_pass(row, "spf"), is_aspf_strict,
				"expect_spf_aligned") &&
	       aligns_as_wanted(session, mem, row, found.org_domain,
				text_at(row, "mailfrom_domain"),
				is_pass(row, "spf"), is_aspf_strict,
				"spf_aligned");
}

static bool stalwart_message_row(TALLOC_CTX *mem, json_t *row)
{
	struct dns *dns;
	struct error err;

	if (!caches_dns_new(zone_of(mem, row), &dns, &err)) {
		(void)printf("%s\n", err.words);
		return false;
	}
	bool is_met =
	    is_message_met(mem, row, dns_session_new(mem, dns, 20000));
	dns_free(dns);
	return is_met;
}

/* OpenDMARC aligns by the public suffix list and asks no DNS. */
static bool opendmarc_align_row(TALLOC_CTX *mem, json_t *row)
{
	const char *a = domain_normalize(mem, span_of(text_at(row, "a")));
	const char *b = domain_normalize(mem, span_of(text_at(row, "b")));
	bool is_strict = is_same(text_at(row, "mode"), "s");
	bool got = a != NULL && b != NULL &&
		   align_domains(a, suffix_registrable(a), b,
				 suffix_registrable(b), is_strict);

	return got == json_is_true(json_object_get(row, "aligned"));
}

/* [name, registrable domain]; null where there is none: such a name is its
 * own Organizational Domain, or no domain at all. */
static bool psl_row(TALLOC_CTX *mem, json_t *row)
{
	const char *input = json_string_value(json_array_get(row, 0));
	const char *want = json_string_value(json_array_get(row, 1));
	const char *name = domain_normalize(mem, span_of(input));

	if (want != NULL)
		want = domain_normalize(mem, span_of(want));
	if (name == NULL)
		return want == NULL;
	return is_same(suffix_registrable(name), want == NULL ? name : want);
}

/* -- the table ---------------------------------------------------------- */

static const struct suite suites[] = {
    {"checkdmarc", "dmarc-checkdmarc/records.json", "cases", checkdmarc_row},
    {"opendmarc-parse", "dmarc-opendmarc/tables.json", "dmarc_parse",
     opendmarc_parse_row},
    {"opendmarc-align", "dmarc-opendmarc/tables.json", "alignment",
     opendmarc_align_row},
    {"stalwart-parse", "dmarc-stalwart/cases.json", "parse",
     stalwart_parse_row},
    {"stalwart-align", "dmarc-stalwart/cases.json", "align",
     stalwart_message_row},
    {"stalwart-discovery", "dmarc-stalwart/cases.json", "policy_discovery",
     stalwart_message_row},
    {"stalwart-walk", "dmarc-stalwart/cases.json", "tree_walk",
     stalwart_message_row},
    {"psl", "psl/test_psl.json", "cases", psl_row},
};

static void show_row(const struct suite *suite, size_t row, json_t *value,
		     const char *what)
{
	char *text = json_dumps(value, JSON_COMPACT);

	(void)printf("%s %zu %s: %s\n", suite->name, row, what, text);
	free(text);
}

/* Returns the number of rows that are not as they must be. */
static size_t run_rows(const struct suite *suite, json_t *rows,
		       const char *exceptions)
{
	size_t met = 0;
	size_t listed = 0;
	size_t bad = 0;
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		TALLOC_CTX *mem = mem_context(NULL);
		bool is_met = suite->is_met(mem, row);
		bool has_exception =
		    exceptions_have_number(exceptions, suite->name, i + 1);
		met += is_met;
		listed += has_exception && !is_met;
		if (is_met == has_exception) {
			bad++;
			show_row(suite, i + 1, row,
				 is_met ? "met, but excepted" : "contradicted");
		}
		mem_free(mem);
	}
	(void)printf("%-20s %4zu rows %4zu met %3zu listed %3zu contradicted\n",
		     suite->name, json_array_size(rows), met, listed,
		     json_array_size(rows) - met - listed);
	return json_array_size(rows) == 0 ? 1 : bad;
}

static size_t run_suite(const struct suite *suite, const char *corpora,
			const char *exceptions)
{
	char path[PATH_BYTES];
	json_error_t error;

	(void)snprintf(path, sizeof path, "%s/%s", corpora, suite->file);
	json_t *file = json_load_file(path, 0, &error);
	if (file == NULL) {
		(void)printf("%s: %s\n", path, error.text);
		return 1;
	}
	size_t bad =
	    run_rows(suite, json_object_get(file, suite->key), exceptions);
	json_decref(file);
	return bad;
}

static bool is_folder_there(const char *corpora)
{
	char path[PATH_BYTES];

	if (corpora == NULL)
		return false;
	(void)snprintf(path, sizeof path, "%s/%s", corpora, suites[0].file);
	FILE *file = fopen(path, "r");
	if (file == NULL)
		return false;
	(void)fclose(file);
	return true;
}

int main(void)
{
	const char *corpora = getenv("ALIGND_CORPORA");
	size_t bad = 0;

	if (!is_folder_there(corpora)) {
		(void)printf("no test corpora at ALIGND_CORPORA: skipped\n");
		return TEST_SKIPPED;
	}
	TALLOC_CTX *mem = mem_context(NULL);
	const char *exceptions = exceptions_read(mem, "dmarc");
	for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
		bad += run_suite(&suites[i], corpora, exceptions);
	mem_free(mem);
	return bad != 0;
}
