/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eml.c - stored messages, read as an MTA would hand them over
 *
 * The file is read in pieces: a line, or a part of a line longer than
 * LIMIT_EML_NAME_BYTES. One field and one body chunk are held at a time. RFC
 * 5322 2.1 and 2.2; what is no field line, and blanks before the colon, as
 * Postfix's is_header() has it. A last line without a line end gets one, since
 * SMTP cannot carry it otherwise. A bare CR is data everywhere.
 */
#include "lib/mail/eml.h"

#include <errno.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define CHUNK_BYTES 65535 /* what libmilter carries at most */

struct reader {
	FILE *file;
	const struct eml_handler *handler;
	bool is_stopped; /* a handler had enough */

	char piece[LIMIT_EML_NAME_BYTES];
	size_t piece_length; /* without the line end */
	bool piece_begins;   /* a line */
	bool piece_ends;     /* a line */

	struct strbuf field; /* name, colon and value; empty between fields */
	size_t name_length;
	size_t value_start;

	char *chunk;
	size_t chunk_length;
};

/* Takes the line end off; a CR alone in front of LF belongs to it. */
static void end_piece(struct reader *reader)
{
	reader->piece_ends = true;
	if (reader->piece_length > 0 &&
	    reader->piece[reader->piece_length - 1] == '\r')
		reader->piece_length--;
}

/* The next piece; false at the end of the file. */
static bool next_piece(struct reader *reader)
{
	int c = EOF;

	reader->piece_begins = reader->piece_ends;
	reader->piece_ends = false;
	reader->piece_length = 0;
	while (reader->piece_length < LIMIT_EML_NAME_BYTES) {
		c = getc_unlocked(reader->file);
		if (c == EOF)
			break;
		if (c == '\n') {
			end_piece(reader);
			return true;
		}
		reader->piece[reader->piece_length++] = (char)c;
	}
	/* A CR at the end of a full piece may belong to the line end. */
	if (c == '\r') {
		(void)ungetc(c, reader->file);
		reader->piece_length--;
	}
	return reader->piece_length > 0;
}

static struct span piece_span(const struct reader *reader)
{
	return span_make(reader->piece, reader->piece_length);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* "Name:" or "Name :" at the start of the line; finds both lengths. */
static bool find_field_name(struct span line, size_t *name_length,
			    size_t *value_start)
{
	size_t name = 0;

	while (name < line.length && line.data[name] > 0x20 &&
	       line.data[name] < 0x7f && line.data[name] != ':')
		name++;
	size_t colon = name;
	while (colon < line.length && is_blank(line.data[colon]))
		colon++;
	if (name == 0 || colon == line.length || line.data[colon] != ':')
		return false;
	*name_length = name;
	*value_start = colon + 1;
	return true;
}

/* Appends to the field what still fits. */
static void grow_field(struct reader *reader, struct span text)
{
	size_t room = LIMIT_HEADER_BYTES - reader->field.length;

	strbuf_add(&reader->field, text.data,
		   text.length < room ? text.length : room);
}

static void hand_over_field(struct reader *reader)
{
	const struct eml_handler *handler = reader->handler;
	const char *text = strbuf_text(&reader->field);

	if (reader->field.length == 0 || reader->is_stopped)
		return;
	struct span name = span_make(text, reader->name_length);
	struct span value =
	    span_make(text + reader->value_start,
		      reader->field.length - reader->value_start);
	reader->is_stopped = !handler->field(handler->context, name, value);
	strbuf_clear(&reader->field);
}

/* Takes the piece into the header section; false when it is the empty line or
 * text of the body. */
static bool take_header_piece(struct reader *reader)
{
	struct span piece = piece_span(reader);

	if (!reader->piece_begins) {
		grow_field(reader, piece);
		return true;
	}
	if (piece.length > 0 && is_blank(piece.data[0]) &&
	    reader->field.length > 0) {
		grow_field(reader, span_of("\n"));
		grow_field(reader, piece);
		return true;
	}
	hand_over_field(reader);
	if (!find_field_name(piece, &reader->name_length, &reader->value_start))
		return false;
	grow_field(reader, piece);
	return true;
}

static void hand_over_chunk(struct reader *reader)
{
	const struct eml_handler *handler = reader->handler;

	if (reader->chunk_length == 0)
		return;
	reader->is_stopped = !handler->body(
	    handler->context, span_make(reader->chunk, reader->chunk_length));
	reader->chunk_length = 0;
}

static void grow_chunk(struct reader *reader, struct span text)
{
	if (reader->chunk_length + text.length > CHUNK_BYTES)
		hand_over_chunk(reader);
	if (reader->is_stopped)
		return;
	memcpy(reader->chunk + reader->chunk_length, text.data, text.length);
	reader->chunk_length += text.length;
}

static void take_body_piece(struct reader *reader)
{
	grow_chunk(reader, piece_span(reader));
	if (reader->piece_ends)
		grow_chunk(reader, span_of("\r\n"));
}

/* "From ann@a.test Fri Feb 22 ..."; "From : ann@a.test" is a field. */
static bool is_mbox_line(const struct reader *reader)
{
	struct span line = piece_span(reader);
	size_t name;
	size_t value;

	return span_starts(line, "From ") &&
	       !find_field_name(line, &name, &value);
}

/* Reads the header section; true when the piece at hand starts the body. */
static bool read_header(struct reader *reader)
{
	bool more = next_piece(reader);
	bool is_mbox = more && is_mbox_line(reader);

	while (more && is_mbox) {
		is_mbox = !reader->piece_ends;
		more = next_piece(reader);
	}
	while (more && !reader->is_stopped && take_header_piece(reader))
		more = next_piece(reader);
	hand_over_field(reader);
	return more && !(reader->piece_length == 0 && reader->piece_ends);
}

static void read_body(struct reader *reader, bool has_piece)
{
	if (!has_piece && !next_piece(reader))
		return;
	do {
		take_body_piece(reader);
	} while (!reader->is_stopped && next_piece(reader));
	/* At the end of the file: was the last line left open? */
	if (!reader->piece_begins)
		grow_chunk(reader, span_of("\r\n"));
	hand_over_chunk(reader);
}

static void read_message(struct reader *reader)
{
	const struct eml_handler *handler = reader->handler;
	bool has_piece = read_header(reader);

	if (!reader->is_stopped)
		reader->is_stopped = !handler->end_of_header(handler->context);
	if (!reader->is_stopped)
		read_body(reader, has_piece);
}

bool eml_read(FILE *file, const struct eml_handler *handler, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct reader *reader = mem_new(mem, struct reader);

	reader->file = file;
	reader->handler = handler;
	reader->piece_ends = true;
	reader->chunk = mem_array(mem, char, CHUNK_BYTES);
	strbuf_init(&reader->field, mem, LIMIT_HEADER_BYTES);
	errno = 0;
	read_message(reader);
	int number = errno;
	mem_free(mem);
	if (ferror(file) != 0)
		return error_errno(err, ERROR_INPUT, number,
				   "cannot read the message");
	return true;
}
