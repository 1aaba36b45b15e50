/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_eml.c - stored messages: order, bounds, and line ends
 *
 * Input: a message. It is read as it is and with every bare LF as CRLF; both
 * readings must be the same.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/base/strbuf.h"
#include "lib/mail/eml.h"

#define MAX_TRANSCRIPT ((size_t)16 * 1024 * 1024)

struct seen {
	struct strbuf text;
	bool header_ended;
	char last; /* byte of the body */
};

static bool on_field(void *context, struct span name, struct span value)
{
	struct seen *seen = context;

	require(!seen->header_ended);
	require(name.length > 0);
	require(name.length + value.length <= LIMIT_HEADER_BYTES);
	for (size_t i = 0; i < name.length; i++)
		require(name.data[i] > 0x20 && name.data[i] < 0x7f &&
			name.data[i] != ':');
	for (size_t i = 0; i + 1 < value.length; i++)
		require(value.data[i] != '\n' || value.data[i + 1] == ' ' ||
			value.data[i + 1] == '\t');
	strbuf_add(&seen->text, name.data, name.length);
	strbuf_add_char(&seen->text, ':');
	strbuf_add(&seen->text, value.data, value.length);
	strbuf_add_char(&seen->text, '\n');
	return true;
}

static bool on_end_of_header(void *context)
{
	struct seen *seen = context;

	require(!seen->header_ended);
	seen->header_ended = true;
	strbuf_add_text(&seen->text, "\n--\n");
	return true;
}

static bool on_body(void *context, struct span chunk)
{
	struct seen *seen = context;

	require(seen->header_ended);
	require(chunk.length > 0 && chunk.length <= 65535);
	for (size_t i = 0; i < chunk.length; i++) {
		require(chunk.data[i] != '\n' || seen->last == '\r');
		seen->last = chunk.data[i];
	}
	strbuf_add(&seen->text, chunk.data, chunk.length);
	return true;
}

static struct seen read_bytes(TALLOC_CTX *mem, const char *bytes, size_t size)
{
	struct seen seen = {.last = '\n'};
	const struct eml_handler handler = {on_field, on_end_of_header, on_body,
					    &seen};
	struct error err;
	char *copy = mem_strndup(mem, bytes, size);
	FILE *file = fmemopen(copy, size == 0 ? 1 : size, "r");

	require(file != NULL);
	if (size == 0)
		(void)fgetc(file); /* an empty message, not one NUL */
	strbuf_init(&seen.text, mem, MAX_TRANSCRIPT);
	require(eml_read(file, &handler, &err));
	(void)fclose(file);
	require(seen.header_ended);
	require(seen.last == '\n');
	return seen;
}

/* The same message with CRLF line ends throughout. */
static struct seen read_with_crlf(TALLOC_CTX *mem, const char *bytes,
				  size_t size)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, MAX_TRANSCRIPT);
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'))
			strbuf_add_char(&buf, '\r');
		strbuf_add_char(&buf, bytes[i]);
	}
	return read_bytes(mem, strbuf_text(&buf), buf.length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *bytes = (const char *)data;
	struct seen first = read_bytes(mem, bytes, size);
	struct seen second = read_with_crlf(mem, bytes, size);

	require(first.text.length == second.text.length);
	require(memcmp(first.text.data, second.text.data, first.text.length) ==
		0);
	mem_free(mem);
	return 0;
}
