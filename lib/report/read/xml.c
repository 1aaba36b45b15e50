/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xml.c - the XML of one report, as it streams in, through libxml2
 *
 * libxml2 recovers from faults, since many reports have some; its first
 * complaint is noted. A document type ends the reading at once: entities of a
 * stranger's making are never expanded, and nothing outside is fetched.
 *
 * libxml2 holds each attribute against those before it, a name against all
 * namespaces in force, and looks for it in a table that does not grow: all
 * three grow with the square. It gets its bytes in small pieces, therefore, and
 * after too many of them without a tag or a text the report is refused, as it
 * is for too many attributes, different names, or elements within elements.
 * That holds in whatever encoding the bytes are.
 */
#include "lib/report/read/xml.h"

#include <iconv.h>
#include <libxml/parser.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/report/read/fields.h"

#define CHUNK 4096

struct reading {
	TALLOC_CTX *mem;
	const struct received_reader *reader;
	struct received_fields fields;
	struct strbuf text; /* of the element that is open */
	size_t depth;
	char names[LIMIT_RECEIVED_NESTING][LIMIT_RECEIVED_ELEMENT_BYTES + 1];
	size_t silent_bytes; /* since libxml2 last told of something */
	size_t good_rows;
	size_t bad_rows;
	size_t bad_noted;    /* of these */
	const char *refused; /* why; NULL: not yet */
	struct text_list notes;
	bool is_feedback;
	xmlParserCtxtPtr parser;
};

/* --- notes --- */

static void note_fault(struct reading *reading, const char *words)
{
	reading->notes.items =
	    mem_resize(reading->mem, reading->notes.items, const char *,
		       reading->notes.count + 1);
	reading->notes.items[reading->notes.count++] =
	    mem_strdup(reading->mem, words);
}

static void refuse_report(struct reading *reading, const char *why)
{
	if (reading->refused == NULL)
		reading->refused = mem_strdup(reading->mem, why);
	xmlStopParser(reading->parser);
}

/* --- elements --- */

static const char *name_at(const struct reading *reading, size_t depth)
{
	return depth == 0 ? "" : reading->names[depth - 1];
}

static void push_name(struct reading *reading, const char *name)
{
	char *place = reading->names[reading->depth++];
	size_t length = strlen(name);
	/* longer names are nobody's, cut or not */
	if (length > LIMIT_RECEIVED_ELEMENT_BYTES)
		length = 0;
	memcpy(place, name, length);
	place[length] = '\0';
}

/* What follows is read no more once this is false. */
static bool is_bounded(struct reading *reading, int attribute_count)
{
	if (attribute_count > LIMIT_RECEIVED_ATTRIBUTES)
		refuse_report(reading,
			      "an element has more than " LIMIT_WORD(
				  LIMIT_RECEIVED_ATTRIBUTES) " attributes");
	else if (reading->depth == LIMIT_RECEIVED_NESTING)
		refuse_report(reading,
			      "its elements are nested more than " LIMIT_WORD(
				  LIMIT_RECEIVED_NESTING) " deep");
	return reading->refused == NULL;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix,
		     const xmlChar *uri, int namespace_count,
		     const xmlChar **namespaces, int attribute_count,
		     int defaulted_count, const xmlChar **attributes)
{
	struct reading *reading = context;

	(void)prefix;
	(void)uri;
	(void)namespaces;
	(void)defaulted_count;
	(void)attributes;
	reading->silent_bytes = 0;
	if (!is_bounded(reading, attribute_count + namespace_count))
		return;
	push_name(reading, (const char *)name);
	strbuf_clear(&reading->text);
	if (strcmp((const char *)name, "feedback") == 0)
		reading->is_feedback = true;
	/* Some reporters paste the head of the schema before their report. */
	if (!reading->is_feedback &&
	    strcmp((const char *)name, "schema") != 0) {
		refuse_report(reading,
			      "it is XML, but no aggregate report: its root "
			      "is not <feedback>");
		return;
	}
	received_fields_begin(&reading->fields,
			      name_at(reading, reading->depth - 1),
			      name_at(reading, reading->depth));
}

static void end_row(struct reading *reading)
{
	struct received_row row;
	struct error err;

	if (received_fields_row(&reading->fields, &row, &err)) {
		reading->good_rows++;
		reading->reader->row(reading->reader->context,
				     received_fields_report(&reading->fields),
				     &row);
		return;
	}
	reading->bad_rows++;
	if (reading->notes.count == LIMIT_RECEIVED_NOTES)
		return;
	TALLOC_CTX *mem = mem_context(reading->mem);
	note_fault(reading, mem_printf(mem, "row %zu is left out: %s",
				       reading->good_rows + reading->bad_rows,
				       err.words));
	reading->bad_noted++;
	mem_free(mem);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix,
		   const xmlChar *uri)
{
	struct reading *reading = context;

	(void)name;
	(void)prefix;
	(void)uri;
	reading->silent_bytes = 0;
	if (reading->refused != NULL)
		return;
	TALLOC_CTX *mem = mem_context(reading->mem);
	struct span text = span_trim(span_of(strbuf_text(&reading->text)));
	if (strcmp(name_at(reading, reading->depth), "record") == 0)
		end_row(reading);
	else
		received_fields_put(
		    &reading->fields, name_at(reading, reading->depth - 1),
		    name_at(reading, reading->depth),
		    text_escape(mem, text, LIMIT_RECEIVED_VALUE_BYTES, true));
	mem_free(mem);
	strbuf_clear(&reading->text);
	if (reading->depth > 0)
		reading->depth--;
}

static void on_text(void *context, const xmlChar *text, int length)
{
	struct reading *reading = context;

	reading->silent_bytes = 0;
	strbuf_add(&reading->text, (const char *)text, (size_t)length);
}

/* A comment, an instruction or an entity that nobody knows. */
static void on_other(struct reading *reading)
{
	reading->silent_bytes = 0;
}

static void on_comment(void *context, const xmlChar *text)
{
	(void)text;
	on_other(context);
}

static void on_instruction(void *context, const xmlChar *target,
			   const xmlChar *data)
{
	(void)target;
	(void)data;
	on_other(context);
}

static void on_document_type(void *context, const xmlChar *name,
			     const xmlChar *external, const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	refuse_report(context,
		      "it has a document type (<!DOCTYPE ...>), which no "
		      "report needs and attackers use");
}

/* libxml2 goes on; what it could not read is lost. */
static void on_fault(void *context, xmlErrorPtr fault)
{
	struct reading *reading = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct span words;
	struct span rest;

	(void)span_cut(span_of(fault->message == NULL ? "" : fault->message),
		       '\n', &words, &rest);
	if (fault->level >= XML_ERR_ERROR && reading->notes.count == 0)
		note_fault(
		    reading,
		    mem_printf(mem, "line %d is damaged: %s", fault->line,
			       text_escape(mem, span_trim(words), 120, true)));
	mem_free(mem);
}

static const xmlSAXHandler handlers = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .characters = on_text,
    .cdataBlock = on_text,
    .ignorableWhitespace = on_text,
    .comment = on_comment,
    .processingInstruction = on_instruction,
    .reference = on_comment,
    .internalSubset = on_document_type,
    .serror = (xmlStructuredErrorFunc)on_fault,
};

/* --- one report --- */

/* False once too many bytes told of nothing. Behind the root's end, or where
 * libxml2 gave up, nothing is to come. */
static bool feed_parser(struct reading *reading, const char *bytes,
			size_t length)
{
	bool is_over = reading->is_feedback && reading->depth == 0;

	reading->silent_bytes += length;
	(void)xmlParseChunk(reading->parser, bytes, (int)length, 0);
	if (!is_over && reading->parser->instate != XML_PARSER_EOF &&
	    reading->silent_bytes > LIMIT_RECEIVED_TAG_BYTES)
		refuse_report(
		    reading,
		    "there are more than " LIMIT_WORD(
			LIMIT_RECEIVED_TAG_BYTES) " bytes without a tag or "
						  "a text");
	if (reading->parser->errNo == XML_ERR_NO_MEMORY)
		refuse_report(reading, "it has too many names of elements and "
				       "attributes");
	return reading->refused == NULL;
}

static void pump_stream(struct reading *reading,
			const struct received_stream *stream)
{
	char *buffer = mem_array(reading->mem, char, CHUNK);
	struct error err;
	ssize_t got = 0;

	while (reading->refused == NULL &&
	       (got = stream->read(stream->context, buffer, CHUNK, &err)) > 0 &&
	       feed_parser(reading, buffer, (size_t)got))
		continue;
	if (got < 0)
		refuse_report(reading, err.words);
	else if (reading->refused == NULL)
		(void)xmlParseChunk(reading->parser, buffer, 0, 1);
}

static void conclude_report(struct reading *reading, const char *name)
{
	const struct received_reader *reader = reading->reader;
	size_t others = reading->bad_rows - reading->bad_noted;

	/* Rows that are left out are all told of, at least by their number. */
	if (others > 0)
		note_fault(reading,
			   mem_printf(reading->mem,
				      "%zu further rows are left out", others));
	if (reading->refused == NULL && !reading->is_feedback)
		reading->refused = "it is no aggregate report";
	if (reading->refused == NULL && reading->good_rows == 0)
		reading->refused = reading->notes.count > 0
				       ? reading->notes.items[0]
				       : "it has no rows";
	if (reading->refused != NULL)
		reader->refused(reader->context, name, reading->refused);
	else
		reader->report(reader->context, name,
			       received_fields_report(&reading->fields),
			       &reading->notes);
}

/* Beyond those that libxml2 has built in. iconv keeps what is in use. */
void received_xml_prepare(void)
{
	static const char *const names[] = {
	    "windows-1252", "windows-1251", "iso-8859-2",  "iso-8859-15",
	    "koi8-r",	    "gb2312",	    "gb18030",	   "big5",
	    "shift_jis",    "euc-jp",	    "iso-2022-jp", "euc-kr"};
	static iconv_t open[COUNT_OF(names)];

	xmlInitParser();
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (open[i] == NULL)
			open[i] = iconv_open("utf-8", names[i]);
	}
}

void received_xml(const char *name, const struct received_stream *stream,
		  const struct received_reader *reader)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct reading *reading = mem_new(mem, struct reading);
	xmlSAXHandler sax = handlers;

	reading->mem = mem;
	reading->reader = reader;
	received_fields_init(&reading->fields, mem);
	strbuf_init(&reading->text, mem, LIMIT_RECEIVED_VALUE_BYTES);
	reading->parser = xmlCreatePushParserCtxt(&sax, reading, NULL, 0, NULL);
	if (reading->parser == NULL) {
		reader->refused(reader->context, name, "out of memory");
	} else {
		(void)xmlCtxtUseOptions(reading->parser,
					XML_PARSE_RECOVER | XML_PARSE_NONET);
		(void)xmlDictSetLimit(reading->parser->dict,
				      LIMIT_RECEIVED_NAME_BYTES);
		pump_stream(reading, stream);
		xmlFreeParserCtxt(reading->parser);
		conclude_report(reading, name);
	}
	mem_free(mem);
}
