/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bounce.c - is a message the bounce of a report, and of which?
 *
 * No MIME is taken apart: the lines that matter (Action, Status,
 * Final-Recipient, the returned header's Message-ID) stand as they are in
 * every bounce that follows RFC 3464, and in most that do not quite.
 */
#include "lib/report/bounce.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/text.h"

#define LINE_BYTES 4096 /* the rest of a longer line is a line of its own */
#define SHOWN_MAX 200
#define ID_DIGITS (BOUNCE_ID_TEXT - 1)

struct reading {
	TALLOC_CTX *mem; /* of the message at hand */
	struct bounce bounce;
	bool has_action;
	bool has_lines;
};

static bool is_hex(char c)
{
	return ascii_is_digit(c) || (c >= 'a' && c <= 'f');
}

/* Does an id, and nothing longer, begin here? */
static bool is_id_at(struct span text, size_t at)
{
	if (text.length - at < ID_DIGITS ||
	    (at > 0 && is_hex(text.data[at - 1])))
		return false;
	for (size_t i = 0; i < ID_DIGITS; i++) {
		if (!is_hex(text.data[at + i]))
			return false;
	}
	return text.length - at == ID_DIGITS ||
	       !is_hex(text.data[at + ID_DIGITS]);
}

/* "dmarc+ID-3@b.test" gives both, "<ID@b.test>" the id alone. */
static void find_id(struct bounce *bounce, struct span value)
{
	for (size_t i = 0; i + ID_DIGITS <= value.length; i++) {
		struct span number;
		struct span rest;
		long position;
		if (!is_id_at(value, i))
			continue;
		memcpy(bounce->report_id, value.data + i, ID_DIGITS);
		size_t end = i + ID_DIGITS;
		if (end >= value.length || value.data[end] != '-')
			return;
		(void)span_cut(
		    span_make(value.data + end + 1, value.length - end - 1),
		    '@', &number, &rest);
		if (text_number(number, 0, LIMIT_REPORT_URIS, &position))
			bounce->position = position;
		return;
	}
}

static const char *behind_semicolon(TALLOC_CTX *mem, struct span value)
{
	struct span type;
	struct span rest;

	if (!span_cut(value, ';', &type, &rest))
		rest = value;
	return text_escape(mem, span_trim(rest), SHOWN_MAX, true);
}

static void take_status(struct reading *reading, struct span value)
{
	if (!reading->has_action && span_starts_nocase(value, "5"))
		reading->bounce.is_failure = true;
	if (*reading->bounce.diagnostic == '\0')
		reading->bounce.diagnostic =
		    text_escape(reading->mem, value, SHOWN_MAX, true);
}

static void take_field(struct reading *reading, struct span name,
		       struct span value)
{
	static const char *const id_fields[] = {
	    "To",	  "Delivered-To", "X-Original-To", "Envelope-To",
	    "Message-ID", "References",	  "In-Reply-To",
	};
	struct bounce *bounce = &reading->bounce;

	for (size_t i = 0; i < sizeof id_fields / sizeof id_fields[0]; i++) {
		if (bounce->position < 0 &&
		    span_equals_nocase(name, id_fields[i]))
			find_id(bounce, value);
	}
	if (span_equals_nocase(name, "Action")) {
		reading->has_action = true;
		bounce->is_failure = span_starts_nocase(value, "failed");
	} else if (span_equals_nocase(name, "Status")) {
		take_status(reading, value);
	} else if (span_equals_nocase(name, "Final-Recipient") ||
		   (span_equals_nocase(name, "Original-Recipient") &&
		    bounce->recipient == NULL)) {
		bounce->recipient = behind_semicolon(reading->mem, value);
	} else if (span_equals_nocase(name, "Diagnostic-Code")) {
		bounce->diagnostic = behind_semicolon(reading->mem, value);
	}
}

static void begin(struct reading *reading)
{
	mem_free(reading->mem);
	*reading = (struct reading){
	    .mem = mem_context(NULL),
	    .bounce = {.position = -1, .diagnostic = ""},
	};
}

static void take_line(struct reading *reading, struct span line)
{
	struct span name;
	struct span value;

	reading->has_lines = true;
	if (span_cut(line, ':', &name, &value))
		take_field(reading, span_trim(name), span_trim(value));
}

/* "From a@b.test Thu Jan  1 00:00:00 2026" parts two messages of an mbox;
 * "From here on all is lost" does not. */
static bool is_mbox_line(const char *line)
{
	if (strncmp(line, "From ", 5) != 0)
		return false;
	for (const char *c = strchr(line, ':'); c != NULL;
	     c = strchr(c + 1, ':')) {
		if (ascii_is_digit(c[-1]) && ascii_is_digit(c[-2]) &&
		    ascii_is_digit(c[1]) && ascii_is_digit(c[2]))
			return true;
	}
	return false;
}

bool bounce_read(FILE *file,
		 void (*seen)(void *context, const struct bounce *bounce),
		 void *context, struct error *err)
{
	char line[LINE_BYTES];
	struct reading reading = {.mem = NULL};
	bool is_after_blank = true;

	begin(&reading);
	while (fgets(line, sizeof line, file) != NULL) {
		struct span text = span_of(line);
		if (is_after_blank && is_mbox_line(line)) {
			if (reading.has_lines)
				seen(context, &reading.bounce);
			begin(&reading);
			is_after_blank = false;
			continue;
		}
		is_after_blank = span_trim(text).length == 0;
		take_line(&reading, text);
	}
	bool ok = ferror(file) == 0;
	if (ok && reading.has_lines)
		seen(context, &reading.bounce);
	mem_free(reading.mem);
	if (!ok)
		return error_set(err, ERROR_INPUT,
				 "cannot read the message to its end");
	return true;
}
