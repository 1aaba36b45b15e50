/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strbuf.c - text that grows, with a mandatory maximum
 */
#include "lib/base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void strbuf_init(struct strbuf *buf, TALLOC_CTX *mem, size_t max)
{
	*buf = (struct strbuf){.mem = mem, .max = max};
}

/* Makes room for `more` bytes and the NUL; false when past the maximum. */
static bool reserve(struct strbuf *buf, size_t more)
{
	if (buf->is_full || more > buf->max - buf->length) {
		buf->is_full = true;
		return false;
	}
	size_t want = buf->length + more + 1;
	if (want <= buf->room)
		return true;
	size_t room = buf->room == 0 ? 64 : buf->room * 2;
	buf->room = room < want ? want : room;
	buf->data = mem_resize(buf->mem, buf->data, char, buf->room);
	return true;
}

void strbuf_add(struct strbuf *buf, const char *bytes, size_t length)
{
	if (!reserve(buf, length))
		return;
	if (length > 0)
		memcpy(buf->data + buf->length, bytes, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
}

void strbuf_add_text(struct strbuf *buf, const char *text)
{
	strbuf_add(buf, text, strlen(text));
}

void strbuf_add_char(struct strbuf *buf, char c)
{
	strbuf_add(buf, &c, 1);
}

void strbuf_printf(struct strbuf *buf, const char *format, ...)
{
	char small[256];
	va_list args;

	va_start(args, format);
	int length = vsnprintf(small, sizeof small, format, args);
	va_end(args);
	if (length < 0)
		return;
	if ((size_t)length < sizeof small) {
		strbuf_add(buf, small, (size_t)length);
		return;
	}
	if (!reserve(buf, (size_t)length))
		return;
	va_start(args, format);
	(void)vsnprintf(buf->data + buf->length, (size_t)length + 1, format,
			args);
	va_end(args);
	buf->length += (size_t)length;
}

bool strbuf_is_full(const struct strbuf *buf)
{
	return buf->is_full;
}

char *strbuf_text(struct strbuf *buf)
{
	if (buf->data == NULL)
		buf->data = mem_strdup(buf->mem, "");
	return buf->data;
}

void strbuf_drop_char(struct strbuf *buf)
{
	if (buf->length > 0)
		buf->data[--buf->length] = '\0';
}

void strbuf_clear(struct strbuf *buf)
{
	buf->length = 0;
	buf->is_full = false;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}
