/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_xml_writer.c - any text comes out as XML that can be read
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/report/make/xml_schema.h"
#include "lib/report/make/xml_writer.h"

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static const char any_schema[] =
    "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">"
    "<xs:element name=\"r\"><xs:complexType><xs:sequence>"
    "<xs:element name=\"t\" type=\"xs:string\" minOccurs=\"0\""
    " maxOccurs=\"unbounded\"/>"
    "</xs:sequence></xs:complexType></xs:element></xs:schema>";

static void cleans_and_escapes(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"a<b>&c", "a&lt;b&gt;&amp;c"},
	    {"]]>", "]]&gt;"},
	    {"<![CDATA[x]]>", "&lt;![CDATA[x]]&gt;"},
	    {"&#0;&lt;", "&amp;#0;&amp;lt;"},
	    {"\"quoted'", "&quot;quoted'"},
	    {"nul-like \x01\x08\x0b\x1f end", "nul-like ???? end"},
	    {"tab\tline\r\nend", "tab line  end"},
	    {"del\x7f", "del?"},
	    {"c1 \xc2\x80\xc2\x9f.", "c1 ??."},
	    {"\xc2\xa0", "\xc2\xa0"},
	    {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
	    {"latin \xfc.", "latin ?."},
	    {"cut \xe2\x82", "cut ??"},
	    {"overlong \xc0\xaf", "overlong ??"},
	    {"surrogate \xed\xa0\x80", "surrogate ???"},
	    {"no character \xef\xbf\xbe\xef\xbf\xbf", "no character ??"},
	    {"last of the plane \xef\xbf\xbd",
	     "last of the plane \xef\xbf\xbd"},
	    {"astral \xf0\x9f\x93\xa7", "astral \xf0\x9f\x93\xa7"},
	    {"beyond \xf4\x90\x80\x80", "beyond ????"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct xml_writer *writer = xml_writer_new(mem, "r", NULL);
		xml_text(writer, "t", rows[i].text);
		xml_finish(writer);
		struct span xml = xml_take(writer);
		char *want = mem_printf(
		    mem, DECLARATION "<r>\n <t>%s</t>\n</r>\n", rows[i].want);
		assert_string_equal(mem_strndup(mem, xml.data, xml.length),
				    want);
		mem_free(mem);
	}
}

/* Whatever byte stands in it, libxml2 reads it back. */
static void every_byte_can_be_read(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct xml_schema *schema =
	    xml_schema_new(mem, any_schema, sizeof any_schema - 1);
	struct xml_writer *writer = xml_writer_new(mem, "r", NULL);
	struct error err = {.words = ""};

	(void)state;
	for (int c = 1; c < 256; c++) {
		char text[] = {'a', (char)c, 'b', (char)c, (char)c, '\0'};
		xml_text(writer, "t", text);
	}
	xml_finish(writer);
	struct span xml = xml_take(writer);
	xml_schema_add(schema, xml.data, xml.length);
	if (!xml_schema_end(schema, &err))
		fail_msg("%s", err.words);
	mem_free(mem);
}

static void cuts_what_is_too_long(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *text = mem_array(mem, char, 2 * LIMIT_REPORT_VALUE);
	struct xml_writer *writer = xml_writer_new(mem, "r", NULL);

	(void)state;
	memset(text, 'x', 2 * LIMIT_REPORT_VALUE - 1);
	(void)xml_take(writer);
	xml_text(writer, "t", text);
	assert_int_equal(xml_take(writer).length,
			 strlen(">\n <t></t>\n") + LIMIT_REPORT_VALUE);
	mem_free(mem);
}

static void gives_piece_by_piece(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct xml_writer *writer = xml_writer_new(mem, "r", "urn:x");
	char *all = mem_strdup(mem, "");

	(void)state;
	for (int64_t i = -1; i < 2; i++) {
		xml_start(writer, "s");
		xml_number(writer, "n", i);
		xml_end(writer);
		size_t pending = xml_pending(writer);
		struct span piece = xml_take(writer);
		assert_int_equal(piece.length, pending);
		all = mem_printf(mem, "%s%.*s", all, (int)piece.length,
				 piece.data);
		assert_int_equal(xml_pending(writer), 0);
	}
	xml_finish(writer);
	struct span piece = xml_take(writer);
	all = mem_printf(mem, "%s%.*s", all, (int)piece.length, piece.data);
	assert_string_equal(all, DECLARATION
			    "<r xmlns=\"urn:x\">\n <s>\n  <n>-1</n>\n </s>\n"
			    " <s>\n  <n>0</n>\n </s>\n <s>\n  <n>1</n>\n"
			    " </s>\n</r>\n");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cleans_and_escapes),
	    cmocka_unit_test(every_byte_can_be_read),
	    cmocka_unit_test(cuts_what_is_too_long),
	    cmocka_unit_test(gives_piece_by_piece),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
