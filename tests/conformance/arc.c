/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arc.c - the ARC chains of ValiMail's test suite, through arc.h
 *
 * Reads $ALIGND_CORPORA (77 when absent) and prints how many cases were met and
 * contradicted. Every contradiction is an error. Cases without an expected
 * result stand in arc.exceptions; they must only not be a pass.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/arc.h"
#include "lib/base/strbuf.h"
#include "lib/mail/eml.h"
#include "tests/conformance/exceptions.h"
#include "tests/unit/caches.h"

#define PATH_BYTES 1024
#define TEXT_BYTES (1024 * 1024)
#define TEST_SKIPPED 77

#define SUITE "arc-valimail-suite/arc-draft-validation-tests.json"

#define NAME "arc-valimail"

static const char *exceptions;

struct tally {
	unsigned met;
	unsigned contradicted;
	unsigned listed;
};

static const char *text_at(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text == NULL ? "" : text;
}

/* The group's keys as a zone file, in strings of at most 200 bytes. */
static const char *zone_of(TALLOC_CTX *mem, json_t *group)
{
	struct strbuf zone;
	const char *name;
	json_t *value;

	strbuf_init(&zone, mem, TEXT_BYTES);
	strbuf_add_text(&zone, "other.invalid. TXT \"x\"\n");
	json_object_foreach(json_object_get(group, "txt-records"), name, value)
	{
		const char *text = json_string_value(value);
		strbuf_printf(&zone, "%s. TXT", name);
		for (size_t i = 0; i < strlen(text); i += 200)
			strbuf_printf(&zone, " \"%.200s\"", text + i);
		strbuf_add_char(&zone, '\n');
	}
	return strbuf_text(&zone);
}

struct reading {
	TALLOC_CTX *mem;
	struct field_list fields;
	struct signed_message *content;
	struct arc *arc;
	bool is_body_wanted;
};

static bool on_field(void *context, struct span name, struct span value)
{
	struct reading *reading = context;

	struct field field = field_copy(reading->mem, name, value, 0);
	field_list_add(reading->mem, &reading->fields, field);
	arc_header(reading->arc, field);
	return true;
}

static bool on_end_of_header(void *context)
{
	struct reading *reading = context;

	reading->is_body_wanted = arc_end_of_header(reading->arc);
	return true;
}

static bool on_body(void *context, struct span chunk)
{
	struct reading *reading = context;

	if (reading->is_body_wanted)
		body_hashes_add(reading->content->bodies, chunk);
	return true;
}

static struct evidence_arc validate(TALLOC_CTX *mem, struct dns *dns,
				    const char *message)
{
	struct reading reading = {.mem = mem};
	const struct eml_handler handler = {
	    .field = on_field,
	    .end_of_header = on_end_of_header,
	    .body = on_body,
	    .context = &reading,
	};

	reading.content = signed_message_new(mem, &reading.fields);
	reading.arc =
	    arc_begin(mem, clock_system(), dns_session_new(mem, dns, 5000),
		      reading.content);
	size_t length = strlen(message);
	char *copy = mem_strdup(mem, message);
	FILE *file = length == 0 ? fopen("/dev/null", "rb")
				 : fmemopen(copy, length, "rb");
	struct error err;

	if (file == NULL || !eml_read(file, &handler, &err)) {
		(void)fprintf(stderr, "a message cannot be read\n");
		exit(EXIT_FAILURE);
	}
	(void)fclose(file);
	return arc_finish(reading.arc);
}

static bool is_listed(const char *name, const char *want)
{
	return want[0] == '\0' && exceptions_have(exceptions, NAME, name);
}

static void run_case(struct dns *dns, const char *name, json_t *row,
		     struct tally *tally)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *want = text_at(row, "cv");
	struct evidence_arc arc = validate(mem, dns, text_at(row, "message"));
	const char *got = auth_result_text(arc.result);
	const char *reason = arc.reason == NULL ? "" : arc.reason;

	if (arc.result != AUTH_PASS && is_listed(name, want)) {
		tally->listed++;
		(void)printf("  listed %s: %s (%s)\n", name, got, reason);
	} else if (text_equals_nocase(want, got)) {
		tally->met++;
		if (getenv("VERBOSE") != NULL)
			(void)printf("  %s: %s (%s)\n", name, got, reason);
	} else {
		tally->contradicted++;
		(void)printf("  CONTRADICTED %s: want %s, got %s (%s)\n", name,
			     want, got, reason);
	}
	mem_free(mem);
}

static void run_group(json_t *group, struct tally *sum)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct dns *dns;
	struct error err;
	const char *name;
	json_t *row;

	if (!caches_dns_new(zone_of(mem, group), &dns, &err)) {
		(void)fprintf(stderr, "%s\n", err.words);
		exit(EXIT_FAILURE);
	}
	json_object_foreach(json_object_get(group, "tests"), name, row)
	    run_case(dns, name, row, sum);
	dns_free(dns);
	mem_free(mem);
}

static json_t *load(void)
{
	const char *corpora = getenv("ALIGND_CORPORA");
	char path[PATH_BYTES];

	if (corpora == NULL)
		return NULL;
	(void)snprintf(path, sizeof path, "%s/%s", corpora, SUITE);
	return json_load_file(path, 0, NULL);
}

int main(void)
{
	struct tally sum = {0};
	json_t *suite = load();
	json_t *group;
	size_t i;

	if (suite == NULL) {
		(void)puts("$ALIGND_CORPORA/" SUITE " is not there");
		return TEST_SKIPPED;
	}
	TALLOC_CTX *mem = mem_context(NULL);
	exceptions = exceptions_read(mem, "arc");
	json_array_foreach(json_object_get(suite, "scenarios"), i, group)
	    run_group(group, &sum);
	(void)printf("%-20s %4u rows %4u met %3u listed %3u contradicted\n",
		     NAME, sum.met + sum.listed + sum.contradicted, sum.met,
		     sum.listed, sum.contradicted);
	mem_free(mem);
	json_decref(suite);
	return sum.contradicted > 0 || sum.met == 0 ? EXIT_FAILURE
						    : EXIT_SUCCESS;
}
