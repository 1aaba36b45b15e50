/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * formats.c - what bytes are, by their beginning
 */
#include "lib/report/read/formats.h"

#include <string.h>

static bool starts_with(struct span bytes, const char *prefix, size_t length)
{
	return bytes.length >= length &&
	       memcmp(bytes.data, prefix, length) == 0;
}

/* UTF-16, with its mark or without one. */
static bool is_wide_xml(struct span bytes)
{
	return starts_with(bytes, "\xff\xfe<\0", 4) ||
	       starts_with(bytes, "\xfe\xff\0<", 4) ||
	       starts_with(bytes, "<\0?\0", 4) ||
	       starts_with(bytes, "\0<\0?", 4);
}

/* Behind a byte order mark and blanks. */
static struct span skip_blanks(struct span bytes)
{
	if (starts_with(bytes, "\xef\xbb\xbf", 3))
		bytes = span_from(bytes, 3);
	while (bytes.length > 0 && ascii_is_blank(bytes.data[0]))
		bytes = span_from(bytes, 1);
	return bytes;
}

bool formats_is_xml(struct span bytes)
{
	if (is_wide_xml(bytes))
		return true;
	bytes = skip_blanks(bytes);
	return bytes.length > 1 && bytes.data[0] == '<' &&
	       (ascii_is_alpha(bytes.data[1]) || bytes.data[1] == '?' ||
		bytes.data[1] == '!');
}

bool formats_is_json(struct span bytes)
{
	bytes = skip_blanks(bytes);
	return bytes.length > 0 && bytes.data[0] == '{';
}

bool formats_is_archive(struct span bytes)
{
	return starts_with(bytes, "\x1f\x8b", 2) ||
	       starts_with(bytes, "PK\x03\x04", 4);
}

bool formats_is_report(struct span bytes)
{
	return formats_is_archive(bytes) || formats_is_xml(bytes) ||
	       formats_is_json(bytes);
}

bool formats_is_mail(struct span bytes)
{
	size_t i = 0;

	if (span_starts(bytes, "From "))
		return true;
	while (i < bytes.length && bytes.data[i] > ' ' &&
	       bytes.data[i] <= '~' && bytes.data[i] != ':')
		i++;
	return i > 0 && i < bytes.length && bytes.data[i] == ':';
}
