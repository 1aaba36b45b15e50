/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_zone.c - the zone data of the SPF suites as master-file text
 *
 * "TIMEOUT" stands for every type of the name that is not listed.
 */
#include <string.h>

#include "tests/conformance/spf_suite.h"

static const char *const types[] = {"A", "AAAA", "MX", "PTR", "TXT"};

static bool is_plain(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) ||
	       (c != '\0' && strchr("-_.", c) != NULL);
}

void zone_add_bytes(struct strbuf *zone, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (is_plain(bytes[i]))
			strbuf_add_char(zone, bytes[i]);
		else
			strbuf_printf(zone, "\\%03u",
				      (unsigned)(unsigned char)bytes[i]);
	}
}

void zone_add_name(struct strbuf *zone, const char *name)
{
	size_t length = strlen(name);

	if (length > 0 && name[length - 1] == '.')
		length--;
	zone_add_bytes(zone, name, length);
	strbuf_add_char(zone, '.');
}

static void add_text(struct strbuf *zone, const json_t *strings)
{
	size_t i;
	json_t *string;

	if (json_array_size(strings) == 0)
		strbuf_add_text(zone, " \"\"");
	json_array_foreach(strings, i, string)
	{
		strbuf_add_text(zone, " \"");
		zone_add_bytes(zone, json_string_value(string),
			       json_string_length(string));
		strbuf_add_char(zone, '"');
	}
}

static void add_record(struct strbuf *zone, const char *name,
		       const json_t *record)
{
	const char *type = json_string_value(json_object_get(record, "type"));
	const json_t *data = json_object_get(record, "data");

	if (strcmp(type, "SPF") == 0) /* type 99 is dead, RFC 7208 3.1 */
		return;
	zone_add_name(zone, name);
	strbuf_printf(zone, " 60 IN %s", type);
	if (strcmp(type, "TXT") == 0) {
		add_text(zone, data);
	} else {
		strbuf_add_char(zone, ' ');
		if (strcmp(type, "MX") == 0)
			strbuf_printf(zone, "%lld ",
				      json_integer_value(
					  json_object_get(record, "pref")));
		if (strcmp(type, "A") == 0 || strcmp(type, "AAAA") == 0)
			strbuf_add_text(zone, json_string_value(data));
		else
			zone_add_name(zone, json_string_value(data));
	}
	strbuf_add_char(zone, '\n');
}

static bool has_type(const json_t *records, const char *type)
{
	size_t i;
	json_t *record;

	json_array_foreach(records, i, record)
	{
		json_t *found = json_object_get(record, "type");
		if (strcmp(json_string_value(found), type) == 0)
			return true;
	}
	return false;
}

static void add_timeouts(struct strbuf *zone, const char *name,
			 const json_t *records)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (!has_type(records, types[i]))
			strbuf_printf(zone, ";!FAIL %s %s TIMEOUT\n", name,
				      types[i]);
	}
}

char *zone_from_openspf(TALLOC_CTX *mem, const json_t *zonedata)
{
	struct strbuf zone;
	const char *name;
	json_t *records;
	json_t *record;
	size_t i;

	strbuf_init(&zone, mem, ZONE_MAX);
	json_object_foreach((json_t *)zonedata, name, records)
	{
		json_array_foreach(records, i, record)
		{
			if (json_object_get(record, "data") != NULL)
				add_record(&zone, name, record);
		}
		if (has_type(records, "TIMEOUT"))
			add_timeouts(&zone, name, records);
	}
	return strbuf_text(&zone);
}
