/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tls_record.c - the TXT records of MTA-STS and TLS-RPT
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/tls_record.h"

#include <string.h>

#define ID_BYTES 32 /* RFC 8461 3.1: 1*32(ALPHA / DIGIT) */

bool tls_record_is(struct span text, const char *version)
{
	size_t length = strlen(version);
	struct span rest;

	if (!span_starts(text, version))
		return false;
	rest = span_trim(span_from(text, length));
	return rest.length == 0 || rest.data[0] == ';';
}

struct span tls_record_field(struct span text, const char *name)
{
	bool has_more = true;

	while (has_more) {
		struct span field;
		struct span key;
		struct span value;
		has_more = span_cut(text, ';', &field, &text);
		if (span_cut(field, '=', &key, &value) &&
		    span_equals(span_trim(key), name))
			return span_trim(value);
	}
	return span_make("", 0);
}

const char *tls_record_sts_fault(struct span text)
{
	struct span id = tls_record_field(text, "id");

	if (id.length == 0)
		return "id is missing";
	if (id.length > ID_BYTES)
		return "id is longer than 32 characters";
	for (size_t i = 0; i < id.length; i++) {
		if (!ascii_is_alpha(id.data[i]) && !ascii_is_digit(id.data[i]))
			return "id has other characters than letters and "
			       "digits";
	}
	return NULL;
}

const char *tls_record_report_fault(struct span text)
{
	struct span rest = tls_record_field(text, "rua");
	bool has_more = rest.length > 0;

	if (!has_more)
		return "rua is missing";
	while (has_more) {
		struct span uri;
		has_more = span_cut(rest, ',', &uri, &rest);
		uri = span_trim(uri);
		if (!span_starts_nocase(uri, "mailto:") &&
		    !span_starts_nocase(uri, "https://"))
			return "an address is neither mailto: nor https:";
	}
	return NULL;
}
