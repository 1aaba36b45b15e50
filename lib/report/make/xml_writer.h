/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_XML_WRITER_H
#define REPORT_MAKE_XML_WRITER_H

/*
 * xml_writer - one XML document written piece by piece, through libxml2
 *
 * The bytes gather in the writer until they are taken, so that a caller can
 * weigh a piece before it goes out. Element names are ours. Text may be
 * anything: what XML 1.0 cannot carry, and control characters, become "?",
 * tabs and line ends a blank; the rest is escaped. UTF-8, indented by one
 * blank; past LIMIT_REPORT_VALUE text is cut. Nothing fails: running out of
 * memory ends the program, as in mem.h.
 */

#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

struct xml_writer;

/* Begins a document with its root element; NULL `xmlns`: in no namespace.
 * Owned by `mem`. */
struct xml_writer *xml_writer_new(TALLOC_CTX *mem, const char *root,
				  const char *xmlns);

void xml_start(struct xml_writer *writer, const char *name);
void xml_end(struct xml_writer *writer);

/* <name>text</name> */
void xml_text(struct xml_writer *writer, const char *name, const char *text);
void xml_number(struct xml_writer *writer, const char *name, int64_t number);

/* Ends all that is open, the root included. */
void xml_finish(struct xml_writer *writer);

/* How many bytes xml_take() would give. */
size_t xml_pending(struct xml_writer *writer);

/* What was written since the last time; stays until the next call. */
struct span xml_take(struct xml_writer *writer);

#endif
