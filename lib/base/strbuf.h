/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

/*
 * strbuf - text that grows, with a mandatory maximum
 *
 * A buffer lives on the stack, its bytes below a context. When an addition
 * would pass the maximum nothing of it is added, the buffer is marked full and
 * further additions do nothing; ask strbuf_is_full() once, at the end.
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/mem.h"

struct strbuf {
	TALLOC_CTX *mem;
	char *data; /* NUL-terminated once anything was added */
	size_t length;
	size_t room;
	size_t max; /* bytes of text, without the final NUL */
	bool is_full;
};

void strbuf_init(struct strbuf *buf, TALLOC_CTX *mem, size_t max);
void strbuf_add(struct strbuf *buf, const char *bytes, size_t length);
void strbuf_add_text(struct strbuf *buf, const char *text);
void strbuf_add_char(struct strbuf *buf, char c);
void strbuf_printf(struct strbuf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Did an addition not fit? */
bool strbuf_is_full(const struct strbuf *buf);

/* The text so far, never NULL; it stays below the buffer's context. */
char *strbuf_text(struct strbuf *buf);

/* Takes the last byte back, if there is one. */
void strbuf_drop_char(struct strbuf *buf);

/* Forgets the text and the mark, keeps the room. */
void strbuf_clear(struct strbuf *buf);

#endif
