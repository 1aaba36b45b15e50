/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_XML_SCHEMA_H
#define REPORT_MAKE_XML_SCHEMA_H

/*
 * xml_schema - XML documents held against a schema as they stream by
 *
 * Through libxml2's push parser: no document is kept, nothing is fetched, no
 * entity expanded. One document at a time.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"

struct xml_schema;

/* Compiles a schema (XSD) of ours: one that does not compile asserts. Owned by
 * `mem`. */
struct xml_schema *xml_schema_new(TALLOC_CTX *mem, const char *text,
				  size_t length);

/* The next bytes of the document at hand. */
void xml_schema_add(struct xml_schema *schema, const char *bytes,
		    size_t length);

/* Ends the document. False: it is not well-formed or not as the schema says;
 * the words tell the first fault and its line. */
bool xml_schema_end(struct xml_schema *schema, struct error *err)
    __attribute__((warn_unused_result));

#endif
