/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xml_writer.c - one XML document written piece by piece, through libxml2
 *
 * xmlTextWriter escapes what is markup, and puts control bytes and invalid
 * UTF-8 out without a word: the result is no XML. Hence the filter in front
 * (XML 1.0, production 2). Its own encoder is left out: it would only copy.
 */
#include "lib/report/make/xml_writer.h"

#include <assert.h>
#include <inttypes.h>
#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
/* 100 signatures of four texts, each byte escaped to six: 5 MiB. */
#define PIECE_MAX ((size_t)16 << 20)

struct xml_writer {
	xmlTextWriterPtr handle;
	struct strbuf bytes;
};

/* Only memory can fail here, and its lack is the end (mem.h). */
static void must(int code)
{
	assert(code >= 0);
	(void)code;
}

static int take_bytes(void *context, const char *bytes, int length)
{
	struct xml_writer *writer = context;

	strbuf_add(&writer->bytes, bytes, (size_t)length);
	return strbuf_is_full(&writer->bytes) ? -1 : length;
}

static int close_writer(struct xml_writer *writer)
{
	xmlFreeTextWriter(writer->handle);
	return 0;
}

struct xml_writer *xml_writer_new(TALLOC_CTX *mem, const char *root,
				  const char *xmlns)
{
	struct xml_writer *writer = mem_new(mem, struct xml_writer);
	xmlOutputBufferPtr out =
	    xmlOutputBufferCreateIO(take_bytes, NULL, writer, NULL);

	assert(out != NULL);
	strbuf_init(&writer->bytes, writer, PIECE_MAX);
	writer->handle = xmlNewTextWriter(out);
	assert(writer->handle != NULL);
	talloc_set_destructor(writer, close_writer);
	must(xmlTextWriterSetIndent(writer->handle, 1));
	must(xmlTextWriterWriteRaw(writer->handle, BAD_CAST DECLARATION));
	must(xmlTextWriterStartElement(writer->handle, BAD_CAST root));
	if (xmlns != NULL)
		must(xmlTextWriterWriteAttribute(
		    writer->handle, BAD_CAST "xmlns", BAD_CAST xmlns));
	return writer;
}

void xml_start(struct xml_writer *writer, const char *name)
{
	must(xmlTextWriterStartElement(writer->handle, BAD_CAST name));
}

void xml_end(struct xml_writer *writer)
{
	must(xmlTextWriterEndElement(writer->handle));
}

/* --- text --- */

static bool is_plain(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] < ' ' || text.data[i] == 0x7f)
			return false; /* from 0x80 on they are negative */
	}
	return true;
}

/* U+0080 to U+009F are controls; U+FFFE and U+FFFF are no characters. */
static bool is_shown(const unsigned char *c, size_t length)
{
	if (length == 1)
		return *c >= ' ' && *c != 0x7f;
	if (length == 2)
		return !(c[0] == 0xc2 && c[1] < 0xa0);
	return !(length == 3 && c[0] == 0xef && c[1] == 0xbf && c[2] >= 0xbe);
}

/* As long as before at most: what is replaced becomes one byte. */
static char *clean_text(TALLOC_CTX *mem, struct span rest)
{
	char *cleaned = mem_strndup(mem, rest.data, rest.length);
	char *to = cleaned;

	while (rest.length > 0) {
		size_t length = text_utf8_character(rest);
		size_t step = length == 0 ? 1 : length;
		const void *at = rest.data;
		if (ascii_is_blank(*rest.data)) {
			*to++ = ' ';
		} else if (length == 0 || !is_shown(at, length)) {
			*to++ = '?';
		} else {
			memcpy(to, rest.data, length);
			to += length;
		}
		rest = span_make(rest.data + step, rest.length - step);
	}
	*to = '\0';
	return cleaned;
}

static void put_text(struct xml_writer *writer, const char *text)
{
	must(xmlTextWriterWriteString(writer->handle, BAD_CAST text));
}

void xml_text(struct xml_writer *writer, const char *name, const char *text)
{
	struct span all = span_of(text);
	bool is_cut = all.length > LIMIT_REPORT_VALUE;

	xml_start(writer, name);
	if (!is_cut && is_plain(all)) {
		put_text(writer, text);
	} else {
		all.length = is_cut ? LIMIT_REPORT_VALUE : all.length;
		char *cleaned = clean_text(writer, all);
		put_text(writer, cleaned);
		mem_free(cleaned);
	}
	xml_end(writer);
}

void xml_number(struct xml_writer *writer, const char *name, int64_t number)
{
	char text[24]; /* INT64_MIN has 20 */

	(void)snprintf(text, sizeof text, "%" PRId64, number);
	xml_start(writer, name);
	put_text(writer, text);
	xml_end(writer);
}

/* --- the bytes --- */

void xml_finish(struct xml_writer *writer)
{
	must(xmlTextWriterEndDocument(writer->handle));
}

size_t xml_pending(struct xml_writer *writer)
{
	must(xmlTextWriterFlush(writer->handle));
	return writer->bytes.length;
}

struct span xml_take(struct xml_writer *writer)
{
	must(xmlTextWriterFlush(writer->handle));
	struct span taken = span_make(writer->bytes.data, writer->bytes.length);
	writer->bytes.length = 0; /* strbuf_clear would overwrite them */
	return taken;
}
