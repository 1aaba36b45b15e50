/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xml_schema.c - XML documents held against a schema as they stream by
 *
 * The validator of libxml2 plugs itself between the parser and a handler that
 * does nothing. It has to be pulled out before the parser is freed: until then
 * the parser's handler is the validator's memory.
 */
#include "lib/report/make/xml_schema.h"

#include <assert.h>
#include <limits.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <string.h>

#include "lib/base/text.h"

#define FAULT_MAX 160

struct xml_schema {
	xmlSchemaPtr compiled;
	/* Of the document at hand; NULL between two. */
	xmlParserCtxtPtr parser;
	xmlSchemaValidCtxtPtr validator;
	xmlSchemaSAXPlugPtr plug;
	bool has_fault;
	struct error fault; /* the first */
};

static void note_fault(struct xml_schema *schema, int line, const char *words)
{
	if (schema->has_fault)
		return;
	schema->has_fault = true;
	TALLOC_CTX *mem = mem_context(NULL);
	(void)error_set(
	    &schema->fault, ERROR_INPUT, "line %d: %s", line,
	    text_escape(mem, span_trim(span_of(words)), FAULT_MAX, true));
	mem_free(mem);
}

static void on_fault(void *context, xmlErrorPtr fault)
{
	note_fault(context, fault->line,
		   fault->message == NULL ? "no words" : fault->message);
}

/* Where the parser stands: the validator does not know by itself. */
static int locate_fault(void *context, const char **file, unsigned long *line)
{
	const struct xml_schema *schema = context;
	const xmlParserInput *input = schema->parser->input;

	*file = NULL;
	*line = input == NULL ? 0 : (unsigned long)input->line;
	return 0;
}

/* --- one document --- */

static void end_document(struct xml_schema *schema)
{
	if (schema->parser == NULL)
		return;
	(void)xmlSchemaSAXUnplug(schema->plug);
	xmlSchemaFreeValidCtxt(schema->validator);
	/* The parser keeps the entities of a DOCTYPE, which we never write. */
	xmlFreeDoc(schema->parser->myDoc);
	xmlFreeParserCtxt(schema->parser);
	schema->plug = NULL;
	schema->validator = NULL;
	schema->parser = NULL;
}

static void begin_document(struct xml_schema *schema)
{
	xmlSAXHandler none = {.initialized = XML_SAX2_MAGIC};

	schema->has_fault = false;
	schema->parser = xmlCreatePushParserCtxt(&none, NULL, NULL, 0, NULL);
	schema->validator = xmlSchemaNewValidCtxt(schema->compiled);
	assert(schema->parser != NULL && schema->validator != NULL);
	(void)xmlCtxtUseOptions(schema->parser, XML_PARSE_NONET);
	xmlSchemaSetValidStructuredErrors(schema->validator, on_fault, schema);
	xmlSchemaValidateSetLocator(schema->validator, locate_fault, schema);
	schema->plug = xmlSchemaSAXPlug(schema->validator, &schema->parser->sax,
					&schema->parser->userData);
	assert(schema->plug != NULL);
}

/* The parser takes an int; after its first fault it takes nothing. */
static void parse_bytes(struct xml_schema *schema, const char *bytes,
			size_t length, bool is_last)
{
	assert(length <= INT_MAX);
	(void)xmlParseChunk(schema->parser, bytes, (int)length, is_last);
	xmlErrorPtr fault = xmlCtxtGetLastError(schema->parser);
	if (!schema->parser->wellFormed && fault != NULL)
		on_fault(schema, fault);
	else if (!schema->parser->wellFormed)
		note_fault(schema, 0, "not well-formed");
}

void xml_schema_add(struct xml_schema *schema, const char *bytes, size_t length)
{
	if (schema->parser == NULL)
		begin_document(schema);
	if (!schema->has_fault)
		parse_bytes(schema, bytes, length, false);
}

bool xml_schema_end(struct xml_schema *schema, struct error *err)
{
	if (schema->parser == NULL)
		begin_document(schema);
	if (!schema->has_fault)
		parse_bytes(schema, "", 0, true);
	if (!schema->has_fault && xmlSchemaIsValid(schema->validator) != 1)
		note_fault(schema, 0, "not valid");
	end_document(schema);
	if (schema->has_fault)
		*err = schema->fault;
	return !schema->has_fault;
}

/* --- the schema --- */

static int close_schema(struct xml_schema *schema)
{
	end_document(schema);
	xmlSchemaFree(schema->compiled);
	return 0;
}

struct xml_schema *xml_schema_new(TALLOC_CTX *mem, const char *text,
				  size_t length)
{
	struct xml_schema *schema = mem_new(mem, struct xml_schema);

	assert(length <= INT_MAX);
	xmlInitParser();
	xmlSchemaParserCtxtPtr reader =
	    xmlSchemaNewMemParserCtxt(text, (int)length);
	assert(reader != NULL);
	schema->compiled = xmlSchemaParse(reader);
	xmlSchemaFreeParserCtxt(reader);
	assert(schema->compiled != NULL);
	talloc_set_destructor(schema, close_schema);
	return schema;
}
