/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bounce.c - a message as the bounce of one of our reports
 *
 * A line at a time. Of MIME only what RFC 3464 asks for is known: the parts of
 * the outermost multipart, unencoded (2.1 wants them so). A part within a part
 * is text.
 */
#include "lib/report/read/bounce.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/base/text.h"
#include "lib/report/read/lines.h"

#define SHOWN_MAX 200
#define ID_DIGITS 32
#define DIGEST_DIGITS (DELIVERY_TOKEN_TEXT - 1 - DELIVERY_TOKEN_LOCATOR)

/* What is being read. */
enum place {
	PLACE_HEADER,	/* of the message */
	PLACE_BODY,	/* nothing that counts */
	PLACE_PART,	/* a part's own header */
	PLACE_STATUS,	/* message/delivery-status */
	PLACE_RETURNED, /* the header of the mail that came back */
};

struct reading {
	TALLOC_CTX *mem; /* of the message at hand */
	struct bounce bounce;
	enum place place;
	enum place next; /* behind the part's own header */
	char boundary[LIMIT_BOUNCE_BOUNDARY_BYTES +
		      1];    /* "": no multipart/report */
	struct strbuf field; /* being unfolded */
	struct bounce_recipient recipient;
	TALLOC_CTX *texts;   /* its texts; NULL: none yet */
	bool has_recipient;  /* the group at hand is about one */
	bool has_diagnostic; /* else its words are the Status */
	bool has_action;
	bool has_lines;
};

/* --- tokens --- */

static size_t hex_run(struct span text, size_t at)
{
	size_t end = at;

	while (end < text.length && ascii_hex_value(text.data[end]) >= 0)
		end++;
	return end - at;
}

static void add_token(struct bounce *bounce, const char *locator,
		      const char *digest)
{
	if (bounce->token_count == LIMIT_BOUNCE_TOKENS)
		return;
	char *token = bounce->tokens[bounce->token_count++];
	memcpy(token, locator, DELIVERY_TOKEN_LOCATOR);
	memcpy(token + DELIVERY_TOKEN_LOCATOR, digest, DIGEST_DIGITS);
	token[DELIVERY_TOKEN_TEXT - 1] = '\0';
	text_lower(token);
}

/* "dmarc+TOKEN@b.test", "<ID.DIGEST@b.test>" */
void bounce_find_tokens(struct bounce *bounce, struct span value)
{
	for (size_t i = 0; i < value.length; i++) {
		const char *at = value.data + i;
		size_t run = hex_run(value, i);
		size_t end = i + run;
		if (run == ID_DIGITS && end < value.length &&
		    value.data[end] == '.' &&
		    hex_run(value, end + 1) == DIGEST_DIGITS)
			add_token(bounce, at, at + ID_DIGITS + 1);
		else if (run == DELIVERY_TOKEN_TEXT - 1)
			add_token(bounce, at, at + DELIVERY_TOKEN_LOCATOR);
		i = end;
	}
}

/* --- Content-Type --- */

/* The value of a parameter, quoted or not; empty where there is none. */
static struct span find_parameter(struct span value, const char *name)
{
	struct span one;
	struct span key;
	struct span text;
	bool has_more = true;

	while (has_more) {
		has_more = span_cut(value, ';', &one, &value);
		if (!span_cut(one, '=', &key, &text) ||
		    !span_equals_nocase(span_trim(key), name))
			continue;
		text = span_trim(text);
		if (text.length >= 2 && text.data[0] == '"')
			(void)span_cut(span_from(text, 1), '"', &text, &one);
		return text;
	}
	return span_of("");
}

static void take_type(struct reading *reading, struct span value)
{
	struct span type;
	struct span rest;

	(void)span_cut(value, ';', &type, &rest);
	struct span boundary = find_parameter(rest, "boundary");
	if (!span_equals_nocase(span_trim(type), "multipart/report") ||
	    !span_equals_nocase(find_parameter(rest, "report-type"),
				"delivery-status") ||
	    boundary.length == 0 ||
	    boundary.length > LIMIT_BOUNCE_BOUNDARY_BYTES)
		return;
	memcpy(reading->boundary, boundary.data, boundary.length);
	reading->boundary[boundary.length] = '\0';
}

/* The last of them are no types of their own, but sent. */
static void take_part_type(struct reading *reading, struct span value)
{
	static const struct {
		const char *name;
		enum place place;
	} types[] = {
	    {"message/delivery-status", PLACE_STATUS},
	    {"message/global-delivery-status", PLACE_STATUS},
	    {"message/rfc822", PLACE_RETURNED},
	    {"message/global", PLACE_RETURNED},
	    {"text/rfc822-headers", PLACE_RETURNED},
	    {"message/global-headers", PLACE_RETURNED},
	    {"message/rfc822-headers", PLACE_RETURNED},
	    {"text/rfc822-header", PLACE_RETURNED},
	};
	struct span type;
	struct span rest;

	(void)span_cut(value, ';', &type, &rest);
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		if (span_equals_nocase(span_trim(type), types[i].name))
			reading->next = types[i].place;
	}
}

/* --- fields --- */

/* The first of each counts, and of recipients past the limit none: a bounce of
 * any size takes no more memory. */
static void keep_text(struct reading *reading, struct span value,
		      const char **text)
{
	struct span type;
	struct span rest;

	if (**text != '\0' ||
	    reading->bounce.recipient_count == LIMIT_BOUNCE_RECIPIENTS)
		return;
	if (!span_cut(value, ';', &type, &rest))
		rest = value;
	if (reading->texts == NULL)
		reading->texts = mem_context(reading->mem);
	*text = text_escape(reading->texts, span_trim(rest), SHOWN_MAX, true);
}

/* "failed", and "failed (no such user)": a field may have a comment. */
static bool is_failed(struct span action)
{
	struct span word;
	struct span comment;

	(void)span_cut(action, '(', &word, &comment);
	return span_equals_nocase(span_trim(word), "failed");
}

static void take_status(struct reading *reading, struct span name,
			struct span value)
{
	struct bounce_recipient *recipient = &reading->recipient;
	bool is_action = span_equals_nocase(name, "Action");

	if (is_action) {
		recipient->has_failed =
		    is_failed(value) &&
		    (!reading->has_action || recipient->has_failed);
		reading->has_action = true;
	} else if (span_equals_nocase(name, "Final-Recipient")) {
		keep_text(reading, value, &recipient->final);
	} else if (span_equals_nocase(name, "Original-Recipient")) {
		keep_text(reading, value, &recipient->original);
	} else if (span_equals_nocase(name, "Diagnostic-Code")) {
		if (!reading->has_diagnostic)
			recipient->words = "";
		reading->has_diagnostic = true;
		keep_text(reading, value, &recipient->words);
		return;
	} else if (span_equals_nocase(name, "Status")) {
		keep_text(reading, value, &recipient->words);
		return;
	} else {
		return;
	}
	reading->has_recipient = true;
}

static void take_field(struct reading *reading, struct span name,
		       struct span value)
{
	static const char *const ours[] = {
	    "To",	   "Delivered-To", "X-Original-To",
	    "Envelope-To", "In-Reply-To",  "References",
	};

	if (reading->place == PLACE_STATUS)
		take_status(reading, name, value);
	else if (reading->place == PLACE_RETURNED &&
		 span_equals_nocase(name, "Message-ID"))
		bounce_find_tokens(&reading->bounce, value);
	else if (reading->place == PLACE_PART &&
		 span_equals_nocase(name, "Content-Type"))
		take_part_type(reading, value);
	if (reading->place != PLACE_HEADER)
		return;
	if (span_equals_nocase(name, "Content-Type"))
		take_type(reading, value);
	for (size_t i = 0; i < COUNT_OF(ours); i++) {
		if (span_equals_nocase(name, ours[i]))
			bounce_find_tokens(&reading->bounce, value);
	}
}

static void end_field(struct reading *reading)
{
	struct span name;
	struct span value;

	if (!strbuf_is_full(&reading->field) &&
	    span_cut(
		span_make(strbuf_text(&reading->field), reading->field.length),
		':', &name, &value))
		take_field(reading, span_trim(name), span_trim(value));
	strbuf_clear(&reading->field);
}

/* --- the message --- */

static const struct bounce_recipient nobody = {
    .original = "", .final = "", .words = ""};

/* Fields that are about nobody leave nothing behind. */
static void end_recipient(struct reading *reading)
{
	struct bounce *bounce = &reading->bounce;
	bool has_failed = reading->recipient.has_failed;

	if (!reading->has_recipient) {
		mem_free(reading->texts);
	} else {
		bounce->has_all_failed =
		    has_failed &&
		    (bounce->recipient_count == 0 || bounce->has_all_failed);
		if (bounce->recipient_count < LIMIT_BOUNCE_RECIPIENTS)
			bounce->recipients[bounce->recipient_count++] =
			    reading->recipient;
	}
	reading->texts = NULL;
	reading->recipient = nobody;
	reading->has_diagnostic = false;
	reading->has_recipient = false;
	reading->has_action = false;
}

static void end_message(struct reading *reading,
			void (*seen)(void *context,
				     const struct bounce *bounce),
			void *context)
{
	end_field(reading);
	end_recipient(reading);
	if (reading->has_lines)
		seen(context, &reading->bounce);
}

static void begin_message(struct reading *reading)
{
	mem_free(reading->mem);
	*reading = (struct reading){.mem = mem_context(NULL),
				    .place = PLACE_HEADER,
				    .recipient = nobody};
	strbuf_init(&reading->field, reading->mem, LIMIT_BOUNCE_FIELD_BYTES);
}

/* "--boundary" begins a part, "--boundary--" ends the last. */
static bool is_boundary(const struct reading *reading, struct span line,
			bool *is_end)
{
	size_t length = strlen(reading->boundary);

	if (length == 0 || line.length < length + 2 || line.data[0] != '-' ||
	    line.data[1] != '-' ||
	    memcmp(line.data + 2, reading->boundary, length) != 0)
		return false;
	struct span rest = span_trim(span_from(line, length + 2));
	*is_end = span_equals(rest, "--");
	return rest.length == 0 || *is_end;
}

/* An empty line ends a header, or one recipient's fields. */
static void take_empty_line(struct reading *reading)
{
	end_field(reading);
	switch (reading->place) {
	case PLACE_PART:
		reading->place = reading->next;
		if (reading->place == PLACE_STATUS)
			reading->bounce.is_notification = true;
		break;
	case PLACE_STATUS:
		end_recipient(reading);
		break;
	case PLACE_HEADER:
	case PLACE_RETURNED:
	case PLACE_BODY:
		reading->place = PLACE_BODY;
		break;
	}
}

static void take_line(struct reading *reading, struct span line)
{
	bool is_end = false;

	reading->has_lines = true;
	if (reading->place != PLACE_HEADER &&
	    is_boundary(reading, line, &is_end)) {
		end_field(reading);
		end_recipient(reading);
		reading->place = is_end ? PLACE_BODY : PLACE_PART;
		reading->next = PLACE_BODY;
	} else if (span_trim(line).length == 0) {
		take_empty_line(reading);
	} else if (reading->place != PLACE_BODY) {
		if (line.data[0] != ' ' && line.data[0] != '\t')
			end_field(reading);
		/* Unfolded: the line's end is none of the field. */
		while (line.length > 0 && (line.data[line.length - 1] == '\n' ||
					   line.data[line.length - 1] == '\r'))
			line.length--;
		strbuf_add(&reading->field, line.data, line.length);
	}
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
	struct lines lines = {.file = file};
	struct reading reading = {.mem = NULL};
	struct span text;
	bool is_after_blank = true;

	begin_message(&reading);
	while (lines_next(&lines, &text)) {
		if (is_after_blank && is_mbox_line(text.data)) {
			end_message(&reading, seen, context);
			begin_message(&reading);
			is_after_blank = false;
			continue;
		}
		is_after_blank = span_trim(text).length == 0;
		take_line(&reading, text);
	}
	bool ok = ferror(file) == 0;
	if (ok)
		end_message(&reading, seen, context);
	mem_free(reading.mem);
	if (!ok)
		return error_set(err, ERROR_INPUT,
				 "cannot read the message to its end");
	return true;
}

/* --- what it says --- */

const char *bounce_failure(const struct bounce *bounce, const char *address)
{
	const char *words = NULL;
	bool is_named = false;

	for (size_t i = 0; i < bounce->recipient_count; i++) {
		const struct bounce_recipient *it = &bounce->recipients[i];
		if (!text_equals_nocase(it->original, address) &&
		    !text_equals_nocase(it->final, address))
			continue;
		if (!it->has_failed)
			return NULL;
		is_named = true;
		words = it->words;
	}
	if (is_named)
		return words;
	if (bounce->recipient_count == 0 || !bounce->has_all_failed)
		return NULL;
	return bounce->recipients[0].words;
}
