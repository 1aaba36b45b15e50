/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dkim.c - public DKIM messages and tables against our verification
 *
 * Prints "suite rows met contradicted"; a contradicted row must be listed in
 * dkim.exceptions with its reason, and a listed one must be contradicted.
 * Exits 77 where the corpora are absent.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/signature_key.h"
#include "lib/auth/signature_tags.h"
#include "lib/base/strbuf.h"
#include "tests/conformance/exceptions.h"
#include "tests/unit/sign.h"
#include "tests/unit/verify.h"

struct suite {
	const char *name;
	int rows;
	int met;
	int listed;
};

static TALLOC_CTX *mem;
static const char *corpora;
static const char *exceptions;
static int faults;

static void note(struct suite *suite, const char *row, bool is_met,
		 const char *got, const char *want)
{
	bool is_listed = exceptions_have(exceptions, suite->name, row);

	suite->rows++;
	if (is_met)
		suite->met++;
	else if (is_listed)
		suite->listed++;
	if (is_met != is_listed)
		return;
	faults++;
	(void)printf("%s %s: %s, expected %s%s\n", suite->name, row, got, want,
		     is_listed ? " (listed as an exception)" : "");
}

static void finish(const struct suite *suite)
{
	(void)printf("%-20s %4d rows %4d met %3d listed %3d contradicted\n",
		     suite->name, suite->rows, suite->met, suite->listed,
		     suite->rows - suite->met - suite->listed);
}

/* The file as text, NULL when there is none. */
static char *slurp(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct strbuf text;
	char block[4096];
	size_t got;

	if (file == NULL)
		return NULL;
	strbuf_init(&text, mem, 1 << 24);
	while ((got = fread(block, 1, sizeof block, file)) > 0)
		strbuf_add(&text, block, got);
	(void)fclose(file);
	return strbuf_text(&text);
}

static char *corpus(const char *folder, const char *name)
{
	return slurp(mem_printf(mem, "%s/%s/%s", corpora, folder, name));
}

static json_t *table(const char *folder, const char *name)
{
	json_error_t error;
	json_t *json = json_load_file(
	    mem_printf(mem, "%s/%s/%s", corpora, folder, name), 0, &error);

	if (json == NULL)
		(void)printf("%s/%s: %s\n", folder, name, error.text);
	return json;
}

/* CRLF line ends; an mbox "From " line is left out. */
static struct span to_crlf(const char *text)
{
	struct strbuf out;

	if (strncmp(text, "From ", 5) == 0)
		text = strchr(text, '\n') + 1;
	strbuf_init(&out, mem, 1 << 24);
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\n' && (p == text || p[-1] != '\r'))
			strbuf_add_char(&out, '\r');
		strbuf_add_char(&out, *p);
	}
	return span_make(strbuf_text(&out), out.length);
}

/* Zone lines of a JSON object of names and texts. `over` goes before. */
static char *zone_of(json_t *names, json_t *over)
{
	struct strbuf zone;
	const char *name;
	json_t *text;

	strbuf_init(&zone, mem, 1 << 20);
	strbuf_add_text(&zone, "none.invalid. A 192.0.2.1\n");
	json_object_foreach(names, name, text)
	{
		const char *cut = strstr(name, "._domainkey.");
		if (cut == NULL)
			continue;
		if (json_object_get(over, name) != NULL)
			text = json_object_get(over, name);
		strbuf_add_text(
		    &zone,
		    sign_key_zone(mem, cut + strlen("._domainkey."),
				  mem_strndup(mem, name, (size_t)(cut - name)),
				  json_string_value(text)));
	}
	return strbuf_text(&zone);
}

static struct evidence_signatures verify(const char *zone, const char *text)
{
	struct dkim_settings settings = verify_defaults();

	return verify_once(mem, &settings, NULL, zone, to_crlf(text));
}

static const char *expected_text(json_t *want)
{
	json_t *result = json_object_get(want, "result");

	return json_string_value(result != NULL ? result : want);
}

static const char *want_text(json_t *want)
{
	struct strbuf text;
	size_t i;
	json_t *item;

	strbuf_init(&text, mem, 4096);
	json_array_foreach(want, i, item) strbuf_printf(
	    &text, "%s%s", i == 0 ? "" : " ", expected_text(item));
	return strbuf_text(&text);
}

/* Does each expected signature have one of ours? A list in another order than
 * the message's is told apart by a=. */
static bool agrees(const struct evidence_signatures *got, json_t *want)
{
	size_t i;
	json_t *item;

	if (got->count != json_array_size(want))
		return false;
	json_array_foreach(want, i, item)
	{
		const char *algorithm =
		    json_string_value(json_object_get(item, "a"));
		const char *result = expected_text(item);
		size_t at = i;
		for (size_t j = 0; algorithm != NULL && j < got->count; j++) {
			if (got->items[j].algorithm != NULL &&
			    strcmp(got->items[j].algorithm, algorithm) == 0)
				at = j;
		}
		if (strcmp(result, "*") != 0 &&
		    strcmp(result, auth_result_text(got->items[at].result)) !=
			0)
			return false;
	}
	return true;
}

/* Tables of {file, signatures, dns}. */
static void run_messages(const char *folder, const char *name, const char *key)
{
	struct suite suite = {.name = folder};
	json_t *json = table(folder, name);
	json_t *names = json_object_get(json, "dns_TXT");
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(json, key), i, row)
	{
		const char *file =
		    json_string_value(json_object_get(row, "file"));
		json_t *want = json_object_get(row, "signatures");
		struct evidence_signatures got =
		    verify(zone_of(names, json_object_get(row, "dns")),
			   corpus(folder, file));
		note(&suite, mem_printf(mem, "%s#%zu", file, i),
		     agrees(&got, want), verify_text(mem, &got),
		     want_text(want));
	}
	finish(&suite);
	json_decref(json);
}

/* A PEM file's base64 as a key record. */
static const char *pem_record(const char *pem)
{
	struct strbuf record;

	strbuf_init(&record, mem, 4096);
	strbuf_add_text(&record, "v=DKIM1; p=");
	while (pem != NULL && *pem != '\0') {
		size_t line = strcspn(pem, "\r\n");
		if (*pem != '-')
			strbuf_add(&record, pem, line);
		pem += line + strspn(pem + line, "\r\n");
	}
	return strbuf_text(&record);
}

static const char *first_line(const char *text)
{
	return mem_strndup(mem, text, strcspn(text, "\r\n"));
}

/* Messages whose keys lie beside them. */
static void run_file(struct suite *suite, const char *folder, const char *file,
		     const char *zone, const char *want)
{
	struct evidence_signatures got = verify(zone, corpus(folder, file));
	struct strbuf results;

	strbuf_init(&results, mem, 1024);
	for (size_t i = 0; i < got.count; i++)
		strbuf_printf(&results, "%s%s", i == 0 ? "" : " ",
			      auth_result_text(got.items[i].result));
	note(suite, file, strcmp(strbuf_text(&results), want) == 0,
	     verify_text(mem, &got), want);
}

static const char *rfc8463_zone(void)
{
	return mem_printf(
	    mem, "%s%s",
	    sign_key_zone(mem, "football.example.com", "brisbane",
			  "v=DKIM1; k=ed25519; "
			  "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
	    sign_key_zone(mem, "football.example.com", "test",
			  first_line(corpus("dkim-dkimpy", "test.txt"))));
}

static void run_mimekit(void)
{
	struct suite suite = {.name = "dkim-mimekit"};
	const char *gmail =
	    sign_key_zone(mem, "gmail.com", "20120113",
			  pem_record(corpus(suite.name, "gmail.pub")));

	run_file(&suite, suite.name, "gmail.msg", gmail, "pass");
	run_file(&suite, suite.name, "multipart-no-end-boundary.msg", gmail,
		 "pass");
	run_file(&suite, suite.name, "related.msg", gmail, "pass");
	run_file(&suite, suite.name, "rfc8463-example.msg", rfc8463_zone(),
		 "pass pass");
	finish(&suite);
}

static void run_dkimpy_key(struct suite *suite, const char *file,
			   const char *algorithm, bool want)
{
	struct signature_key *key =
	    signature_key_new(span_of(first_line(corpus(suite->name, file))));
	const char *fault = signature_key_fault(key, algorithm);

	note(suite, file, (fault == NULL) == want,
	     fault == NULL ? "usable" : fault, want ? "usable" : "not usable");
	signature_key_unref(key);
}

static void run_dkimpy(void)
{
	struct suite suite = {.name = "dkim-dkimpy"};

	run_file(&suite, suite.name, "rfc6376.signed.msg", rfc8463_zone(),
		 "pass pass");
	run_file(&suite, suite.name, "test.message", rfc8463_zone(), "");
	run_file(&suite, suite.name, "test_nofrom.message", rfc8463_zone(), "");
	run_dkimpy_key(&suite, "test.txt", "rsa-sha256", true);
	run_dkimpy_key(&suite, "test2.txt", "rsa-sha256", true);
	run_dkimpy_key(&suite, "ed25519test.dns", "ed25519-sha256", true);
	run_dkimpy_key(&suite, "eximtest.dns", "ed25519-sha256", true);
	run_dkimpy_key(&suite, "badk.txt", "rsa-sha256", false);
	run_dkimpy_key(&suite, "badversion.txt", "rsa-sha256", false);
	run_dkimpy_key(&suite, "test_tlsrpt.txt", "rsa-sha256", false);
	finish(&suite);
}

static void run_mox_signatures(json_t *rows)
{
	struct suite suite = {.name = "dkim-mox-signature"};
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		struct span name;
		struct span value;
		const char *text =
		    json_string_value(json_object_get(row, "header"));
		/* Another field, or none: no DKIM-Signature to look at. */
		if (!span_cut(span_of(text), ':', &name, &value) ||
		    !span_equals_nocase(name, "dkim-signature"))
			continue;
		struct signature_tags tags = signature_tags_parse(mem, value);
		bool is_usable = tags.result == AUTH_NONE;
		bool want = json_is_true(json_object_get(row, "valid"));
		note(&suite, mem_printf(mem, "%zu", i), is_usable == want,
		     tags.reason == NULL ? "usable" : tags.reason,
		     want ? "usable" : "not usable");
	}
	finish(&suite);
}

/* A valid record without a key is a revoked one: of no use, and no error. */
static void run_mox_keys(json_t *rows)
{
	struct suite suite = {.name = "dkim-mox-key"};
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		const char *text =
		    json_string_value(json_object_get(row, "record"));
		bool is_ed25519 = strstr(text, "ed25519") != NULL;
		struct signature_key *key = signature_key_new(span_of(text));
		const char *fault = signature_key_fault(
		    key, is_ed25519 ? "ed25519-sha256" : "rsa-sha256");
		bool is_revoked =
		    fault != NULL && strcmp(fault, "the key is revoked") == 0;
		bool want = json_is_true(json_object_get(row, "valid"));
		note(&suite, mem_printf(mem, "%zu", i),
		     (fault == NULL || is_revoked) == want,
		     fault == NULL ? "usable" : fault,
		     want ? "valid" : "not valid");
		signature_key_unref(key);
	}
	finish(&suite);
}

int main(void)
{
	corpora = getenv("ALIGND_CORPORA");
	mem = mem_context(NULL);
	if (corpora == NULL ||
	    corpus("dkim-rfc-samples", "expected.json") == NULL) {
		(void)printf("no corpora at ALIGND_CORPORA\n");
		mem_free(mem);
		return 77;
	}
	exceptions = exceptions_read(mem, "dkim");
	run_messages("dkim-rfc-samples", "expected.json", "cases");
	run_messages("dkim-go-msgauth", "cases.json", "verify");
	run_mimekit();
	run_dkimpy();
	json_t *mox = table("dkim-mox", "dkim-parse.json");
	run_mox_signatures(json_object_get(mox, "signature"));
	run_mox_keys(json_object_get(mox, "key_record"));
	json_decref(mox);
	mem_free(mem);
	return faults != 0;
}
