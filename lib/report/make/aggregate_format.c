/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aggregate_format.c - the elements of a report, in either format
 *
 * RFC 9990 appendix A and RFC 7489 appendix C. Where a schema leaves the order
 * free, the one of RFC 7489 is kept: old readers expect it.
 */
#include "lib/report/make/aggregate_format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/net.h"
#include "lib/dmarc/record.h"

#define NAMESPACE "urn:ietf:params:xml:ns:dmarc-2.0"
#define GROUPS_TEXT 40 /* eight groups of four, colons, NUL */

/* A name from outside: an A-label in lower case where it can be one. */
static void put_domain(struct xml_writer *writer, const char *element,
		       const char *name)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *shown = name;

	if (!domain_is_valid(name)) {
		char *made = domain_normalize(mem, span_of(name));
		if (made == NULL) {
			made = mem_strdup(mem, name);
			text_lower(made);
		}
		shown = made;
	}
	xml_text(writer, element, shown);
	mem_free(mem);
}

/* --- the head --- */

/* RFC 9990 has room for one: what is the matter with the record, and which
 * messages stand in no row. */
static void put_error(struct xml_writer *writer,
		      const struct aggregate_report *report,
		      const struct record *record)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *problem = record->problem == NULL ? "" : record->problem;
	const char *others = "";

	if (report->others > 0)
		others = mem_printf(mem,
				    "%" PRId64 " messages are in no row: they "
				    "came from more senders, or in more "
				    "names, than are told apart in an hour",
				    report->others);
	if (*problem != '\0' || *others != '\0')
		xml_text(
		    writer, "error",
		    mem_printf(mem, "%s%s%s", problem,
			       *problem == '\0' || *others == '\0' ? "" : "; ",
			       others));
	mem_free(mem);
}

/* RFC 7489 has this order; RFC 9990 takes any. */
static void put_metadata(struct xml_writer *writer,
			 const struct aggregate_report *report,
			 const struct record *record,
			 const struct report_settings *settings, const char *id)
{
	xml_start(writer, "report_metadata");
	xml_text(writer, "org_name", report_org_name(settings));
	xml_text(writer, "email", settings->from);
	if (*settings->contact != '\0')
		xml_text(writer, "extra_contact_info", settings->contact);
	xml_text(writer, "report_id", id);
	xml_start(writer, "date_range");
	xml_number(writer, "begin", report->begin_s);
	xml_number(writer, "end", report->end_s);
	xml_end(writer);
	put_error(writer, report, record);
	if (settings->schema == REPORT_SCHEMA_RFC9990)
		xml_text(writer, "generator", PACKAGE_STRING);
	xml_end(writer);
}

/* What is in force for names that exist, and for those that do not. */
static void put_requests(struct xml_writer *writer, const struct record *record,
			 bool has_np)
{
	enum request sp = record->sp != REQUEST_ABSENT ? record->sp : record->p;
	enum request np = record->np != REQUEST_ABSENT ? record->np : sp;

	xml_text(writer, "p", request_text(record->p));
	xml_text(writer, "sp", request_text(sp));
	if (has_np)
		xml_text(writer, "np", request_text(np));
}

static void put_policy(struct xml_writer *writer,
		       const struct aggregate_report *report,
		       const struct record *record, enum report_schema schema)
{
	bool is_new = schema == REPORT_SCHEMA_RFC9990;

	xml_start(writer, "policy_published");
	put_domain(writer, "domain", report->policy_domain);
	/* "" when both occur; anything else is a damaged store's. */
	if (is_new && (strcmp(report->discovery, "treewalk") == 0 ||
		       strcmp(report->discovery, "psl") == 0))
		xml_text(writer, "discovery_method", report->discovery);
	xml_text(writer, "adkim", record->is_adkim_strict ? "s" : "r");
	xml_text(writer, "aspf", record->is_aspf_strict ? "s" : "r");
	put_requests(writer, record, is_new);
	if (!is_new)
		xml_number(writer, "pct", record->pct < 0 ? 100 : record->pct);
	xml_text(writer, "fo", record->fo);
	if (is_new)
		xml_text(writer, "testing", record->is_test_mode ? "y" : "n");
	xml_end(writer);
}

/* The old format's namespace is left out, as everybody does: most readers
 * would not know the names in it. */
struct xml_writer *aggregate_format_head(TALLOC_CTX *mem,
					 const struct aggregate_report *report,
					 const struct report_settings *settings,
					 const char *id)
{
	enum report_schema schema = (enum report_schema)settings->schema;
	struct xml_writer *writer =
	    xml_writer_new(mem, "feedback",
			   schema == REPORT_SCHEMA_RFC9990 ? NAMESPACE : NULL);
	struct record *record =
	    record_parse(writer, text_unescape(writer, report->record));

	xml_text(writer, "version", "1.0");
	put_metadata(writer, report, record, settings, id);
	put_policy(writer, report, record, schema);
	mem_free(record);
	return writer;
}

/* --- one record --- */

/* The old schema's pattern refuses "::" (hazard F16). */
static const char *all_groups(const char *client_ip, char text[GROUPS_TEXT])
{
	struct net_address address;
	size_t length = 0;

	if (!net_address_parse(client_ip, &address) ||
	    address.family != NET_IPV6)
		return client_ip;
	for (size_t i = 0; i < 16; i += 2)
		length += (size_t)snprintf(text + length, GROUPS_TEXT - length,
					   "%s%x", i == 0 ? "" : ":",
					   (unsigned)address.bytes[i] << 8 |
					       address.bytes[i + 1]);
	return text;
}

/* The old format has other words for what it does not know. */
static void put_reason(struct xml_writer *writer, enum report_schema schema,
		       const struct aggregate_row *row)
{
	bool is_old = schema == REPORT_SCHEMA_RFC7489;
	const char *sampled = decide_reason_text(REASON_SAMPLED_OUT);
	const char *type = override_type_text(row->reason);
	const char *comment = row->reason_comment;

	if (row->reason == OVERRIDE_NONE)
		return;
	if (is_old && row->reason == OVERRIDE_POLICY_TEST_MODE) {
		type = "other";
		comment = *comment == '\0' ? "t=y" : comment;
	} else if (is_old && strncmp(comment, sampled, strlen(sampled)) == 0) {
		type = "sampled_out";
	}
	xml_start(writer, "reason");
	xml_text(writer, "type", type);
	if (*comment != '\0')
		xml_text(writer, "comment", comment);
	xml_end(writer);
}

static void put_evaluated(struct xml_writer *writer, enum report_schema schema,
			  const struct aggregate_row *row)
{
	bool is_old_pass = schema == REPORT_SCHEMA_RFC7489 &&
			   row->disposition == AGGREGATE_PASS;

	xml_start(writer, "policy_evaluated");
	xml_text(writer, "disposition",
		 aggregate_disposition_text(is_old_pass ? AGGREGATE_NONE
							: row->disposition));
	xml_text(writer, "dkim", row->is_dkim_aligned ? "pass" : "fail");
	xml_text(writer, "spf", row->is_spf_aligned ? "pass" : "fail");
	put_reason(writer, schema, row);
	xml_end(writer);
}

static void put_row(struct xml_writer *writer, enum report_schema schema,
		    const struct aggregate_row *row)
{
	char groups[GROUPS_TEXT];

	xml_start(writer, "row");
	xml_text(writer, "source_ip",
		 schema == REPORT_SCHEMA_RFC9990
		     ? row->client_ip
		     : all_groups(row->client_ip, groups));
	xml_number(writer, "count", row->count);
	put_evaluated(writer, schema, row);
	xml_end(writer);
}

/* RFC 9990 3.1.1.10 leaves the element out for the null path, RFC 7489 has to
 * have it (hazard F5). */
static void put_identifiers(struct xml_writer *writer,
			    enum report_schema schema,
			    const struct aggregate_row *row)
{
	xml_start(writer, "identifiers");
	if (schema == REPORT_SCHEMA_RFC7489 || *row->envelope_from != '\0')
		put_domain(writer, "envelope_from", row->envelope_from);
	put_domain(writer, "header_from", row->header_from);
	xml_end(writer);
}

/* A selector that nobody knows stands there, empty: the new format wants the
 * element, and old readers miss it (hazard F6). */
static void put_signature(struct xml_writer *writer,
			  const struct aggregate_signature *signature)
{
	xml_start(writer, "dkim");
	put_domain(writer, "domain", signature->domain);
	put_domain(writer, "selector", signature->selector);
	xml_text(writer, "result", auth_result_text(signature->result));
	if (*signature->reason != '\0')
		xml_text(writer, "human_result", signature->reason);
	xml_end(writer);
}

/* RFC 7489 wants an SPF result in every record, readers of it want a name
 * there (HELO [192.0.2.1] gives none), and it has no word for "policy".
 * MAIL FROM is the only identity there is (RFC 9990 3.1.1.14), HELO stands in
 * for it. */
static void put_spf(struct xml_writer *writer, enum report_schema schema,
		    const struct aggregate_row *row)
{
	bool is_new = schema == REPORT_SCHEMA_RFC9990;
	bool is_old_policy = !is_new && row->spf_result == AUTH_POLICY;

	if (is_new && !row->has_spf)
		return;
	xml_start(writer, "spf");
	put_domain(writer, "domain",
		   row->has_spf ? row->spf_domain : "unknown");
	xml_text(writer, "scope", "mfrom");
	xml_text(
	    writer, "result",
	    auth_result_text(is_old_policy ? AUTH_NEUTRAL : row->spf_result));
	xml_end(writer);
}

void aggregate_format_record(struct xml_writer *writer,
			     enum report_schema schema,
			     const struct aggregate_row *row)
{
	xml_start(writer, "record");
	put_row(writer, schema, row);
	put_identifiers(writer, schema, row);
	xml_start(writer, "auth_results");
	for (size_t i = 0; i < row->signature_count; i++)
		put_signature(writer, &row->signatures[i]);
	put_spf(writer, schema, row);
	xml_end(writer);
	xml_end(writer);
}
