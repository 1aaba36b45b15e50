/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * authres.c - writing the Authentication-Results field
 *
 * RFC 8601 2.2; RFC 5322 2.1.1 (78 characters a line where the pieces allow it,
 * 998 always). Results are kept as pieces ("spf=pass", a comment, a property)
 * and folded when the text is asked for, in add_word() alone. Each result
 * begins a line of its own. Judging foreign fields is authres_foreign.c.
 */
#include "lib/mail/authres.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/authres_value.h"

#define LINE_WIDTH 78
#define TAB_WIDTH 8 /* readers show the tab wide; libmilter's count is 1 */
#define GROWTH 16   /* pieces, or results, made room for at a time */
#define NOTE_BYTES 60

enum piece_kind {
	PIECE_NEEDED,
	PIECE_DETAIL,
	PIECE_COMMENT,
};

struct piece {
	enum piece_kind kind;
	const char *text;
};

/* How much of a result is written. */
enum extent {
	EXTENT_NOTHING,
	EXTENT_BRIEF, /* without comment and details */
	EXTENT_WHOLE,
};

struct result {
	const char *method;
	size_t first; /* of its pieces */
	size_t count;
	bool is_spare;
	enum extent extent;
};

struct authres {
	TALLOC_CTX *mem;
	const char *id;
	size_t piece_count;
	struct piece *pieces;
	size_t result_count;
	struct result *results;
};

struct authres *authres_new(TALLOC_CTX *mem, const char *authserv_id)
{
	struct authres *field = mem_new(mem, struct authres);

	field->mem = field;
	field->id = authres_value(field, authserv_id);
	return field;
}

static void add_piece(struct authres *field, enum piece_kind kind,
		      const char *text)
{
	if (field->piece_count % GROWTH == 0)
		field->pieces =
		    mem_resize(field->mem, field->pieces, struct piece,
			       field->piece_count + GROWTH);
	field->pieces[field->piece_count++] =
	    (struct piece){.kind = kind, .text = text};
	field->results[field->result_count - 1].count++;
}

void authres_add_result(struct authres *field, const char *method,
			const char *result, const char *comment)
{
	if (field->result_count % GROWTH == 0)
		field->results =
		    mem_resize(field->mem, field->results, struct result,
			       field->result_count + GROWTH);
	field->results[field->result_count++] =
	    (struct result){.method = method,
			    .first = field->piece_count,
			    .extent = EXTENT_WHOLE};
	add_piece(field, PIECE_NEEDED,
		  mem_printf(field->mem, "%s=%s", method,
			     authres_value(field->mem, result)));
	if (comment != NULL)
		add_piece(field, PIECE_COMMENT,
			  authres_comment(field->mem, comment));
}

static char *property_text(struct authres *field, const char *ptype,
			   const char *property, const char *value)
{
	return mem_printf(field->mem, "%s.%s=%s", ptype, property,
			  authres_value(field->mem, value));
}

void authres_add_property(struct authres *field, const char *ptype,
			  const char *property, const char *value)
{
	if (value != NULL)
		add_piece(field, PIECE_NEEDED,
			  property_text(field, ptype, property, value));
}

void authres_add_detail(struct authres *field, const char *ptype,
			const char *property, const char *value)
{
	if (value != NULL)
		add_piece(field, PIECE_DETAIL,
			  property_text(field, ptype, property, value));
}

void authres_spare_result(struct authres *field)
{
	field->results[field->result_count - 1].is_spare = true;
}

/* --- folding --- */

struct lines {
	struct strbuf text;
	size_t column; /* where the last line ends */
};

/* Adds what is never split, on a new line when the ";" that may follow it would
 * not fit on this one. */
static void add_word(struct lines *lines, const char *word, size_t width)
{
	if (lines->column + 1 + width + 1 > LINE_WIDTH) {
		strbuf_add_text(&lines->text, "\n\t");
		lines->column = TAB_WIDTH;
	} else {
		strbuf_add_char(&lines->text, ' ');
		lines->column++;
	}
	strbuf_add(&lines->text, word, width);
	lines->column += width;
}

/* A comment that is longer than a line goes word by word. */
static void add_comment(struct lines *lines, const char *text)
{
	if (TAB_WIDTH + strlen(text) + 1 <= LINE_WIDTH) {
		add_word(lines, text, strlen(text));
		return;
	}
	for (;;) {
		text += strspn(text, " ");
		size_t width = strcspn(text, " ");
		if (width == 0)
			return;
		add_word(lines, text, width);
		text += width;
	}
}

/* Adds the result from its ";" on; false when a piece of it is too long for
 * any line, or all of it for the field. */
static bool add_result(struct lines *lines, const struct authres *field,
		       const struct result *result, enum extent extent)
{
	const struct piece *pieces = field->pieces + result->first;

	strbuf_add_text(&lines->text, ";\n\t");
	strbuf_add_text(&lines->text, pieces[0].text);
	lines->column = TAB_WIDTH + strlen(pieces[0].text);
	for (size_t i = 1; i < result->count; i++) {
		if (extent == EXTENT_BRIEF && pieces[i].kind != PIECE_NEEDED)
			continue;
		size_t width = strlen(pieces[i].text);
		if (pieces[i].kind == PIECE_COMMENT)
			add_comment(lines, pieces[i].text);
		else if (width <= LIMIT_AUTHRES_LINE - strlen("\t;"))
			add_word(lines, pieces[i].text, width);
		else
			return false;
	}
	return !strbuf_is_full(&lines->text);
}

/* --- what there is room for --- */

/* The bytes it takes; SIZE_MAX when it cannot be written so. */
static size_t measure(const struct authres *field, const struct result *result,
		      enum extent extent, struct lines *scratch)
{
	strbuf_clear(&scratch->text);
	return add_result(scratch, field, result, extent) ? scratch->text.length
							  : SIZE_MAX;
}

/* Raises the extent of the spare results, or of the others, from the top as
 * far as `room` allows; returns what is left of it. */
static size_t extend(struct authres *field, bool is_spare, enum extent extent,
		     size_t room)
{
	struct lines scratch = {0};

	strbuf_init(&scratch.text, field->mem, LIMIT_AUTHRES_WRITTEN);
	for (size_t i = 0; i < field->result_count; i++) {
		struct result *result = &field->results[i];
		if (result->is_spare != is_spare)
			continue;
		size_t had =
		    result->extent == EXTENT_NOTHING
			? 0
			: measure(field, result, result->extent, &scratch);
		size_t wants = measure(field, result, extent, &scratch);
		if (wants > room + had)
			continue;
		result->extent = extent;
		room = room + had - wants;
	}
	return room;
}

static void share_room(struct authres *field)
{
	size_t taken = strlen(" ") + strlen(field->id) + NOTE_BYTES;
	size_t room =
	    taken > LIMIT_AUTHRES_WRITTEN ? 0 : LIMIT_AUTHRES_WRITTEN - taken;

	for (size_t i = 0; i < field->result_count; i++)
		field->results[i].extent = EXTENT_NOTHING;
	room = extend(field, false, EXTENT_BRIEF, room);
	room = extend(field, false, EXTENT_WHOLE, room);
	(void)extend(field, true, EXTENT_WHOLE, room);
}

/* A token, an address and a quoted-string end otherwise. */
static bool ends_in_comment(struct strbuf *text)
{
	return text->length > 0 && text->data[text->length - 1] == ')';
}

/* "(12 dkim results left out)", in the comment that stands there already:
 * SpamAssassin 4.0 takes two in a row for a fault, and reads nothing. */
static void add_note(struct lines *lines, const struct authres *field)
{
	const char *method = NULL;
	size_t left = 0;

	for (size_t i = 0; i < field->result_count; i++) {
		if (field->results[i].extent != EXTENT_NOTHING)
			continue;
		method = field->results[i].method;
		left++;
	}
	if (left == 0)
		return;
	bool is_joined = ends_in_comment(&lines->text);
	if (is_joined) {
		strbuf_drop_char(&lines->text);
		strbuf_add_char(&lines->text, ',');
	}
	char *note = mem_printf(field->mem, "%s%zu %s result%s left out)",
				is_joined ? "" : "(", left, method,
				left == 1 ? "" : "s");
	add_word(lines, note, strlen(note));
}

/* False when a result does not fit to its extent. */
static bool write_field(struct lines *lines, const struct authres *field)
{
	bool has_results = false;
	bool is_fit = true;

	strbuf_clear(&lines->text);
	strbuf_printf(&lines->text, " %s", field->id);
	lines->column = LINE_WIDTH;
	for (size_t i = 0; i < field->result_count && is_fit; i++) {
		const struct result *result = &field->results[i];
		if (result->extent == EXTENT_NOTHING)
			continue;
		is_fit = add_result(lines, field, result, result->extent);
		has_results = true;
	}
	if (!has_results)
		strbuf_add_text(&lines->text, "; none");
	add_note(lines, field);
	return is_fit;
}

char *authres_text(struct authres *field)
{
	struct lines lines = {.column = 0};

	strbuf_init(&lines.text, field->mem, LIMIT_AUTHRES_WRITTEN);
	if (!write_field(&lines, field)) {
		share_room(field);
		(void)write_field(&lines, field);
	}
	return strbuf_text(&lines.text);
}
