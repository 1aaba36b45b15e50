/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fields.c - what the elements of a report mean
 */
#include "lib/report/read/fields.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/net.h"

#define SHOWN_MAX 60

/* An element whose text is kept as it is. */
struct place {
	const char *parent;
	const char *name;
	size_t offset; /* of a const char * in struct received_fields */
	bool is_lower; /* names of domains, words of fixed lists */
};

#define AT(member) offsetof(struct received_fields, member)

static const struct place report_places[] = {
    {"report_metadata", "org_name", AT(report.org_name), false},
    {"report_metadata", "email", AT(report.email), false},
    {"report_metadata", "report_id", AT(report.report_id), false},
    {"date_range", "begin", AT(begin), false},
    {"date_range", "end", AT(end), false},
    {"policy_published", "domain", AT(report.domain), true},
    {"policy_published", "p", AT(report.p), true},
    {"policy_published", "sp", AT(report.sp), true},
    {"policy_published", "np", AT(report.np), true},
    {"policy_published", "adkim", AT(report.adkim), true},
    {"policy_published", "aspf", AT(report.aspf), true},
    {"policy_published", "pct", AT(report.pct), false},
    {"policy_published", "testing", AT(report.testing), true},
};

static const struct place row_places[] = {
    {"row", "source_ip", AT(source_ip), false},
    {"row", "count", AT(count), false},
    {"policy_evaluated", "disposition", AT(row.disposition), true},
    {"policy_evaluated", "dkim", AT(dkim), false},
    {"policy_evaluated", "spf", AT(spf), false},
    {"identifiers", "header_from", AT(row.header_from), true},
    {"identifiers", "envelope_from", AT(row.envelope_from), true},
};

static const char **value_at(struct received_fields *fields, size_t offset)
{
	return (const char **)(void *)((char *)fields + offset);
}

static void clear(struct received_fields *fields, const struct place *places,
		  size_t count)
{
	for (size_t i = 0; i < count; i++)
		*value_at(fields, places[i].offset) = "";
}

static void begin_row(struct received_fields *fields)
{
	TALLOC_CTX *parent = fields->report_mem;

	mem_free(fields->row_mem);
	fields->row_mem = mem_context(parent);
	fields->row = (struct received_row){.count = 0};
	fields->row.reason = "";
	fields->result_count = 0;
	fields->is_result_read = false;
	clear(fields, row_places, COUNT_OF(row_places));
}

void received_fields_init(struct received_fields *fields, TALLOC_CTX *mem)
{
	*fields = (struct received_fields){.report_mem = mem};
	clear(fields, report_places, COUNT_OF(report_places));
	begin_row(fields);
}

/* The text takes the place of what stood there: an element that comes a million
 * times takes the memory of one. */
static void keep_text(TALLOC_CTX *mem, const char **place, const char *text,
		      bool is_lower)
{
	const char *before = *place;

	*place = "";
	if (text[0] != '\0') {
		char *copy = mem_strdup(mem, text);
		if (is_lower)
			text_lower(copy);
		*place = copy;
	}
	if (before[0] != '\0')
		mem_free((void *)(uintptr_t)before);
}

/* --- results: auth_results/dkim, auth_results/spf --- */

static void begin_result(struct received_fields *fields, bool is_dkim)
{
	fields->is_result_read = fields->result_count < LIMIT_RECEIVED_RESULTS;
	if (!fields->is_result_read)
		return;
	fields->results[fields->result_count++] = (struct received_result){
	    .is_dkim = is_dkim,
	    .domain = "",
	    .selector = "",
	    .scope = "",
	    .result = "",
	};
}

static void put_result(struct received_fields *fields, const char *parent,
		       const char *name, const char *text)
{
	struct received_result *result;

	if (!fields->is_result_read)
		return;
	result = &fields->results[fields->result_count - 1];
	if (result->is_dkim != (strcmp(parent, "dkim") == 0))
		return;
	if (strcmp(name, "selector") == 0)
		keep_text(fields->row_mem, &result->selector, text, false);
	else if (strcmp(name, "domain") == 0)
		keep_text(fields->row_mem, &result->domain, text, true);
	else if (strcmp(name, "result") == 0)
		keep_text(fields->row_mem, &result->result, text, true);
	else if (strcmp(name, "scope") == 0)
		keep_text(fields->row_mem, &result->scope, text, true);
}

void received_fields_begin(struct received_fields *fields, const char *parent,
			   const char *name)
{
	if (strcmp(name, "record") == 0)
		begin_row(fields);
	else if (strcmp(parent, "auth_results") == 0)
		begin_result(fields, strcmp(name, "dkim") == 0);
}

/* --- values --- */

static bool put_in(struct received_fields *fields, TALLOC_CTX *mem,
		   const struct place *places, size_t count, const char *parent,
		   const char *name, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(places[i].parent, parent) != 0 ||
		    strcmp(places[i].name, name) != 0)
			continue;
		keep_text(mem, value_at(fields, places[i].offset), text,
			  places[i].is_lower);
		return true;
	}
	return false;
}

static void put_reason(struct received_fields *fields, const char *text)
{
	if (strlen(fields->row.reason) > LIMIT_RECEIVED_VALUE_BYTES ||
	    text[0] == '\0')
		return;
	char *all = mem_printf(fields->row_mem, "%s%s%s", fields->row.reason,
			       fields->row.reason[0] == '\0' ? "" : " ", text);
	keep_text(fields->row_mem, &fields->row.reason, all, false);
	mem_free(all);
}

void received_fields_put(struct received_fields *fields, const char *parent,
			 const char *name, const char *text)
{
	if (put_in(fields, fields->report_mem, report_places,
		   COUNT_OF(report_places), parent, name, text) ||
	    put_in(fields, fields->row_mem, row_places, COUNT_OF(row_places),
		   parent, name, text))
		return;
	if (strcmp(parent, "reason") == 0 && strcmp(name, "type") == 0)
		put_reason(fields, text);
	else if (strcmp(parent, "dkim") == 0 || strcmp(parent, "spf") == 0)
		put_result(fields, parent, name, text);
}

/* --- what they must be --- */

static bool refuse_field(struct error *err, const char *name, const char *found,
			 const char *allowed)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)error_set(err, ERROR_INPUT, "%s is \"%s\" (allowed: %s)", name,
			text_escape(mem, span_of(found), SHOWN_MAX, true),
			allowed);
	mem_free(mem);
	return false;
}

static bool read_result(const char *name, const char *text, bool *is_pass,
			struct error *err)
{
	*is_pass = strcmp(text, "pass") == 0;
	return *is_pass || strcmp(text, "fail") == 0 ||
	       refuse_field(err, name, text, "pass, fail");
}

static bool read_count(const char *text, int64_t *count, struct error *err)
{
	int64_t number;

	if (!text_number64(span_of(text), 1, RECEIVED_COUNT_MAX, &number))
		return refuse_field(err, "row/count", text,
				    "a number from 1 to 1,000,000,000,000");
	*count = number;
	return true;
}

static bool read_address(TALLOC_CTX *mem, const char *text,
			 const char **source_ip, struct error *err)
{
	struct net_address address;

	if (!net_address_parse(text, &address))
		return refuse_field(err, "row/source_ip", text,
				    "an IPv4 or IPv6 address");
	*source_ip = net_address_copy(mem, &address);
	return true;
}

bool received_fields_row(struct received_fields *fields,
			 struct received_row *row, struct error *err)
{
	struct received_row read = fields->row;

	if (!read_address(fields->row_mem, fields->source_ip, &read.source_ip,
			  err) ||
	    !read_count(fields->count, &read.count, err) ||
	    !read_result("policy_evaluated/dkim", fields->dkim,
			 &read.is_dkim_aligned, err) ||
	    !read_result("policy_evaluated/spf", fields->spf,
			 &read.is_spf_aligned, err))
		return false;
	read.result_count = fields->result_count;
	read.results = fields->results;
	*row = read;
	return true;
}

static int64_t time_of(const char *text)
{
	int64_t number;

	return text_number64(span_of(text), 1, RECEIVED_TIME_MAX, &number)
		   ? number
		   : 0;
}

const struct received_report *
received_fields_report(struct received_fields *fields)
{
	fields->report.begin_s = time_of(fields->begin);
	fields->report.end_s = time_of(fields->end);
	return &fields->report;
}
