/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

/*
 * charset - text of another charset as UTF-8, through ICU
 *
 * For looking at what a mail reader shows, never for showing it. Known are the
 * charsets of one byte a character that mail programs write, and those of East
 * Asia in which an ASCII character is its own byte. ICU's tables stand in the
 * library itself: no file is opened, whatever a sender calls his charset. Any
 * thread.
 */

#include <stdbool.h>

#include "lib/base/strbuf.h"
#include "lib/base/text.h"

/* Adds the text; false, with nothing added, where the charset is none of these.
 * Bytes that stand for nothing there become U+FFFD. */
bool charset_add_utf8(struct span name, struct span bytes, struct strbuf *out);

/* Adds what says of no charset: UTF-8 where it is that, else windows-1252, as
 * mail readers guess. */
void charset_add_unlabelled(struct span bytes, struct strbuf *out);

#endif
