/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * received.c - what a file holds is told by its first bytes
 *
 * Names and media types of reports are often wrong (a gzip called .zip, a zip
 * sent as octet-stream); the content never is.
 */
#include "lib/report/read/received.h"

#include <string.h>

#include "lib/report/read/formats.h"

/* What is left of bytes in memory. */
struct rest {
	struct span bytes;
};

static ssize_t read_rest(void *context, char *buffer, size_t size,
			 struct error *err)
{
	struct rest *rest = context;
	size_t length = rest->bytes.length < size ? rest->bytes.length : size;

	(void)err;
	if (length > 0)
		memcpy(buffer, rest->bytes.data, length);
	rest->bytes =
	    span_make(rest->bytes.data + length, rest->bytes.length - length);
	return (ssize_t)length;
}

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

bool received_is_xml(struct span bytes)
{
	if (is_wide_xml(bytes))
		return true;
	if (starts_with(bytes, "\xef\xbb\xbf", 3)) /* byte order mark */
		bytes = span_make(bytes.data + 3, bytes.length - 3);
	while (bytes.length > 0 && ascii_is_blank(bytes.data[0]))
		bytes = span_make(bytes.data + 1, bytes.length - 1);
	return bytes.length > 1 && bytes.data[0] == '<' &&
	       (ascii_is_alpha(bytes.data[1]) || bytes.data[1] == '?' ||
		bytes.data[1] == '!');
}

bool received_is_archive(struct span bytes)
{
	return starts_with(bytes, "\x1f\x8b", 2) ||
	       starts_with(bytes, "PK\x03\x04", 4);
}

/* A header field, or the line that stands before each mail of an mbox. */
bool received_is_mail(struct span bytes)
{
	size_t i = 0;

	if (starts_with(bytes, "From ", 5))
		return true;
	while (i < bytes.length && bytes.data[i] > ' ' &&
	       bytes.data[i] <= '~' && bytes.data[i] != ':')
		i++;
	return i > 0 && i < bytes.length && bytes.data[i] == ':';
}

void received_prepare(void)
{
	received_xml_prepare();
	received_mail_prepare();
}

void received_read(const char *name, struct span bytes,
		   const struct received_reader *reader)
{
	struct rest rest = {bytes};
	const struct received_stream stream = {read_rest, &rest};

	if (received_is_archive(bytes))
		received_archive(name, bytes, reader);
	else if (received_is_xml(bytes))
		received_xml(name, &stream, reader);
	else if (received_is_mail(bytes))
		received_mail(name, bytes, reader);
	else if (bytes.length == 0)
		reader->refused(reader->context, name, "it is empty");
	else
		reader->refused(reader->context, name,
				"it is neither XML nor gzip, zip, a mail or a "
				"mailbox");
}
