/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * charset.c - text of another charset as UTF-8, through ICU
 *
 * A sender's word never reaches ICU, which would look for a file of that name.
 * Tested by test_display_name.
 */
#include "lib/mail/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "lib/base/mem.h"

#define UTF8_BYTES 3 /* of a UTF-16 unit, at most */

static const char *const known[] = {
    "iso-8859-1",   "iso-8859-2",   "iso-8859-3",   "iso-8859-4",
    "iso-8859-5",   "iso-8859-7",   "iso-8859-9",   "iso-8859-10",
    "iso-8859-13",  "iso-8859-14",  "iso-8859-15",  "windows-1250",
    "windows-1251", "windows-1252", "windows-1253", "windows-1254",
    "windows-1257", "koi8-r",	    "koi8-u",	    "gb2312",
    "gbk",	    "gb18030",	    "big5",	    "shift_jis",
    "euc-jp",	    "euc-kr",
};

static const char *known_name(struct span name)
{
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		if (span_equals_nocase(name, known[i]))
			return known[i];
	}
	return NULL;
}

static void add_utf16(const UChar *units, int32_t count, struct strbuf *out)
{
	int32_t room = count * UTF8_BYTES;
	char *text = mem_array(out->mem, char, (size_t)room + 1);
	int32_t length = 0;
	UErrorCode code = U_ZERO_ERROR;

	(void)u_strToUTF8WithSub(text, room, &length, units, count, 0xfffd,
				 NULL, &code);
	if (U_SUCCESS(code))
		strbuf_add(out, text, (size_t)length);
	mem_free(text);
}

/* A character of several bytes is at most as many units as it has bytes. */
static void convert(const char *name, struct span bytes, struct strbuf *out)
{
	UErrorCode code = U_ZERO_ERROR;
	UConverter *converter = ucnv_open(name, &code);
	int32_t room = (int32_t)bytes.length;
	UChar *units = mem_array(out->mem, UChar, bytes.length + 1);
	int32_t count = 0;

	if (U_SUCCESS(code))
		count = ucnv_toUChars(converter, units, room, bytes.data, room,
				      &code);
	if (U_SUCCESS(code))
		add_utf16(units, count, out);
	ucnv_close(converter);
	mem_free(units);
}

bool charset_add_utf8(struct span name, struct span bytes, struct strbuf *out)
{
	const char *charset = known_name(name);
	bool is_utf8 = span_equals_nocase(name, "utf-8") ||
		       span_equals_nocase(name, "us-ascii");

	if (charset == NULL && !is_utf8)
		return false;
	if (is_utf8)
		charset_add_unlabelled(bytes, out);
	else
		convert(charset, bytes, out);
	return true;
}

void charset_add_unlabelled(struct span bytes, struct strbuf *out)
{
	if (text_is_utf8(bytes))
		strbuf_add(out, bytes.data, bytes.length);
	else
		convert("windows-1252", bytes, out);
}
