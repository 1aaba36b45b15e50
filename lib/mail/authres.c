/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * authres.c - writing the Authentication-Results field
 *
 * RFC 8601 2.2; RFC 5322 2.1.1 (78 characters a line, where a value allows
 * it). Each result begins a line of its own. Pieces ("spf=pass", a comment, a
 * property) are never split, so a long value makes a long line. Judging
 * foreign fields is authres_foreign.c.
 */
#include "lib/mail/authres.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/authres_value.h"

#define LINE_WIDTH 78
#define TAB_WIDTH 8 /* readers show the tab wide; libmilter's count is 1 */

struct authres {
	TALLOC_CTX *mem;
	struct strbuf text;   /* the id and the results that fit */
	struct strbuf result; /* the one being built */
	size_t column;	      /* where its last line ends */
	bool has_results;
};

struct authres *authres_new(TALLOC_CTX *mem, const char *authserv_id)
{
	struct authres *field = mem_new(mem, struct authres);

	field->mem = field;
	strbuf_init(&field->text, field, LIMIT_AUTHRES_WRITTEN);
	strbuf_init(&field->result, field, LIMIT_AUTHRES_WRITTEN);
	strbuf_add_char(&field->text, ' ');
	strbuf_add_text(&field->text, authres_value(field, authserv_id));
	return field;
}

/* Puts the result at hand behind the others, or drops it when it is too long
 * for the field. */
static void end_result(struct authres *field)
{
	struct strbuf *result = &field->result;
	size_t room = field->text.max - field->text.length;

	if (!strbuf_is_full(result) && result->length > 0 &&
	    result->length <= room) {
		strbuf_add(&field->text, result->data, result->length);
		field->has_results = true;
	}
	strbuf_clear(result);
}

/* Adds one piece to the result, on a new line when the ";" that may follow it
 * would not fit on this one. */
static void add_piece(struct authres *field, const char *piece)
{
	size_t width = strlen(piece);

	if (field->column + 1 + width + 1 > LINE_WIDTH) {
		strbuf_add_text(&field->result, "\n\t");
		field->column = TAB_WIDTH;
	} else {
		strbuf_add_char(&field->result, ' ');
		field->column++;
	}
	strbuf_add_text(&field->result, piece);
	field->column += width;
}

void authres_add_result(struct authres *field, const char *method,
			const char *result, const char *comment,
			const char *reason)
{
	char *methodspec = mem_printf(field->mem, "%s=%s", method,
				      authres_value(field->mem, result));

	end_result(field);
	strbuf_add_text(&field->result, ";\n\t");
	strbuf_add_text(&field->result, methodspec);
	field->column = TAB_WIDTH + strlen(methodspec);
	if (comment != NULL)
		add_piece(field, authres_comment(field->mem, comment));
	if (reason != NULL)
		add_piece(field,
			  mem_printf(field->mem, "reason=%s",
				     authres_quoted(field->mem, reason)));
}

void authres_add_property(struct authres *field, const char *ptype,
			  const char *property, const char *value)
{
	if (value != NULL)
		add_piece(field,
			  mem_printf(field->mem, "%s.%s=%s", ptype, property,
				     authres_value(field->mem, value)));
}

char *authres_text(struct authres *field)
{
	end_result(field);
	return mem_printf(field->mem, "%s%s", strbuf_text(&field->text),
			  field->has_results ? "" : "; none");
}
