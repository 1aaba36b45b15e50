/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_mox.c - the tables of spf-mox/spf.json
 *
 * "parse": records, valid or not. "macro": what a domain-spec expands to,
 * shown by an exists: that matches when the expansion is the name in the zone.
 * "scenarios" and "rfc7208_appendix_a_multi": zones and results.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/spf_record.h"
#include "tests/conformance/spf_suite.h"
#include "tests/unit/caches.h"

static const char *text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static struct dns *dns_of(struct strbuf *zone)
{
	struct dns *dns;
	struct error err;

	if (!caches_dns_new(strbuf_text(zone), &dns, &err)) {
		(void)printf("mox: %s\n", err.words);
		exit(1);
	}
	return dns;
}

static void run_parse(struct suite *suite, const json_t *rows, bool want)
{
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		struct span text = span_of(text_at(row, "record"));
		struct spf_record record;
		bool got = spf_record_is_spf(text) &&
			   spf_record_parse(suite->mem, text, &record) == NULL;
		char *id = mem_printf(suite->mem, "parse-%s-%zu",
				      want ? "valid" : "invalid", i);
		suite_note(suite, id, got == want, want ? "valid" : "invalid",
			   got ? "valid" : "invalid");
	}
}

/* Addresses are written as their reverse name for PTR. */
static void add_owner(struct strbuf *zone, const char *name, const char *type)
{
	struct net_address address;
	char reverse[NET_REVERSE_TEXT];

	if (strcmp(type, "PTR") == 0 && net_address_parse(name, &address))
		name = net_address_reverse(&address, reverse);
	zone_add_name(zone, name);
	strbuf_add_text(zone, " 60 IN ");
	strbuf_add_text(zone, type);
	strbuf_add_char(zone, ' ');
}

static void add_value(struct strbuf *zone, const char *type,
		      const json_t *value)
{
	if (strcmp(type, "MX") == 0) {
		strbuf_printf(zone, "%lld ",
			      json_integer_value(json_array_get(value, 0)));
		zone_add_name(zone,
			      json_string_value(json_array_get(value, 1)));
	} else if (strcmp(type, "TXT") == 0) {
		strbuf_add_char(zone, '"');
		zone_add_bytes(zone, json_string_value(value),
			       json_string_length(value));
		strbuf_add_char(zone, '"');
	} else if (strcmp(type, "PTR") == 0) {
		zone_add_name(zone, json_string_value(value));
	} else {
		strbuf_add_text(zone, json_string_value(value));
	}
	strbuf_add_char(zone, '\n');
}

static void add_values(struct strbuf *zone, const char *name, const char *type,
		       const json_t *values)
{
	size_t i;
	json_t *value;

	if (json_is_object(values)) { /* {"error": "SERVFAIL"} */
		strbuf_printf(zone, ";!FAIL %s %s SERVFAIL\n", name, type);
		return;
	}
	json_array_foreach(values, i, value)
	{
		add_owner(zone, name, type);
		add_value(zone, type, value);
	}
}

static void run_macro(struct suite *suite, const json_t *macro,
		      const json_t *row, size_t number)
{
	struct strbuf zone;
	const char *expansion = text_at(row, "expansion");
	bool is_error = json_is_true(json_object_get(row, "error"));
	const char *ip = text_at(row, "ip");
	const char *type;
	const char *name;
	json_t *names;
	json_t *values;

	strbuf_init(&zone, suite->mem, ZONE_MAX);
	strbuf_printf(
	    &zone, "email.example.com. 60 IN TXT \"v=spf1 exists:%s -all\"\n",
	    text_at(row, "macro"));
	json_object_foreach(json_object_get(macro, "ptr_zone"), type, names)
	{
		json_object_foreach(names, name, values)
		    add_values(&zone, name, type, values);
	}
	if (expansion != NULL) {
		zone_add_name(&zone, expansion);
		strbuf_add_text(&zone, " 60 IN A 192.0.2.1\n");
	}
	struct dns *dns = dns_of(&zone);
	struct spf_row check = {.id = "macro",
				.host = ip == NULL ? "192.0.2.3" : ip,
				.helo = "mx.mox.example",
				.mail_from = "strong-bad@email.example.com"};
	enum auth_result want = is_error ? AUTH_PERMERROR : AUTH_PASS;
	enum auth_result got = spf_row_check(dns, &check);
	suite_note(suite, mem_printf(suite->mem, "macro-%zu", number),
		   got == want, auth_result_text(want), auth_result_text(got));
	dns_free(dns);
}

static void run_macros(struct suite *suite, const json_t *macro)
{
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(macro, "cases"), i, row)
	{
		/* exp= is never expanded here. */
		if (strcmp(text_at(row, "kind"), "domain-spec") == 0)
			run_macro(suite, macro, row, i);
	}
}

static void run_appendix(struct suite *suite, const json_t *appendix)
{
	struct strbuf zone;
	const char *name;
	json_t *values;
	json_t *row;
	size_t i;

	strbuf_init(&zone, suite->mem, ZONE_MAX);
	json_object_foreach(json_object_get(appendix, "dns_TXT"), name, values)
	    add_values(&zone, name, "TXT", values);
	struct dns *dns = dns_of(&zone);
	json_array_foreach(json_object_get(appendix, "cases"), i, row)
	{
		struct spf_row check = {
		    .id = mem_printf(suite->mem, "appendix-%zu", i),
		    .host = text_at(row, "ip"),
		    .mail_from =
			mem_printf(suite->mem, "x@%s", text_at(row, "domain"))};
		const char *got = auth_result_text(spf_row_check(dns, &check));
		const char *want = text_at(row, "result");
		suite_note(suite, check.id, strcmp(want, got) == 0, want, got);
	}
	dns_free(dns);
}

static void run_scenarios(struct suite *suite, const json_t *scenarios)
{
	struct strbuf zone;
	const char *name;
	const char *type;
	json_t *types;
	json_t *values;
	json_t *row;
	size_t i;

	strbuf_init(&zone, suite->mem, ZONE_MAX);
	json_object_foreach(json_object_get(scenarios, "zone"), name, types)
	{
		json_object_foreach(types, type, values)
		    add_values(&zone, name, type, values);
	}
	struct dns *dns = dns_of(&zone);
	json_array_foreach(json_object_get(scenarios, "cases"), i, row)
	{
		struct spf_row check = {
		    .id = mem_printf(suite->mem, "scenario-%zu", i),
		    .host = text_at(row, "ip"),
		    .helo = text_at(row, "helo"),
		    .mail_from = text_at(row, "mailfrom")};
		const char *got = auth_result_text(spf_row_check(dns, &check));
		const char *want = text_at(row, "result");
		suite_note(suite, check.id, strcmp(want, got) == 0, want, got);
	}
	dns_free(dns);
}

void suite_run_mox(struct suite *suite, const json_t *root)
{
	const json_t *parse = json_object_get(root, "parse");

	run_parse(suite, json_object_get(parse, "invalid"), false);
	run_parse(suite, json_object_get(parse, "valid"), true);
	run_macros(suite, json_object_get(root, "macro"));
	run_appendix(suite, json_object_get(root, "rfc7208_appendix_a_multi"));
	run_scenarios(suite, json_object_get(root, "scenarios"));
}
