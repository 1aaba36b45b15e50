/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

/*
 * text - spans of foreign text, numbers, escaping
 *
 * Text from outside is a (pointer, length) pair: it may hold NULs and any
 * byte. A span owns nothing. All functions are pure and thread-safe.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"

struct span {
	const char *data;
	size_t length;
};

/* A list of NUL-terminated texts; what owns it is said where it is used. */
struct text_list {
	size_t count;
	const char **items;
};

/* A span over NUL-terminated text; NULL gives the empty span. */
struct span span_of(const char *text);
struct span span_make(const char *data, size_t length);

/* What follows the first `start` bytes; there are as many. */
struct span span_from(struct span s, size_t start);

/* Without blanks (space, tab, CR, LF) at both ends. */
struct span span_trim(struct span s);

bool span_equals(struct span s, const char *text);
bool span_equals_nocase(struct span s, const char *text);
bool span_starts(struct span s, const char *prefix);
bool span_starts_nocase(struct span s, const char *prefix);
bool span_ends(struct span s, const char *suffix);

/* Cuts `s` at its first `separator`: *head is what stands before, *tail what
 * follows. Without a separator *head is all, *tail empty, and false returns. */
bool span_cut(struct span s, char separator, struct span *head,
	      struct span *tail);

bool text_equals_nocase(const char *a, const char *b);

/* Where a list of words has the text; -1 where it does not. Words may be NULL,
 * which is nobody's, and so may the text. */
int text_place(const char *const *words, size_t count, const char *text);

char ascii_lower(char c);
bool ascii_is_alpha(char c);
bool ascii_is_digit(char c);
bool ascii_is_blank(char c);		       /* space, tab, CR, LF */
bool ascii_is_one_of(char c, const char *set); /* NUL is in no set */

/* 0 to 15 for a hexadecimal digit, whatever its case; -1 for all else. */
int ascii_hex_value(char c);

/* Lower-cases ASCII letters in place. */
void text_lower(char *text);

/* A decimal number: digits only, no sign, no leading zero but "0" itself,
 * within min..max. False leaves *number untouched. */
bool text_number(struct span s, long min, long max, long *number);

/* Likewise where 32 bits are too few, which is all that a long has on some
 * machines: seconds since 1970, bytes of memory, what others counted. */
bool text_number64(struct span s, int64_t min, int64_t max, int64_t *number);

/*
 * Foreign text made safe for one line of a log or a terminal: printable ASCII
 * stays; a backslash is doubled; everything else (blank included when
 * `keep_blanks` is false) becomes \xHH. The result is at most `max` bytes;
 * what does not fit is cut between escapes and "..." ends the text.
 */
char *text_escape(TALLOC_CTX *mem, struct span s, size_t max, bool keep_blanks);

/* The bytes of the character at the front, 1 to 4; 0 when it is none. */
size_t text_utf8_character(struct span s);

/* The bytes that text_escape, uncut, made the text from. What it never writes
 * stays as it is. */
struct span text_unescape(TALLOC_CTX *mem, const char *text);

/*
 * Text that was escaped before, made safe once more for a terminal: printable
 * ASCII stays, the backslash too; everything else becomes \xHH. For what comes
 * back from a file that somebody may have written to.
 */
char *text_printable(TALLOC_CTX *mem, const char *text);

/* Is it printable ASCII alone: blanks (0x20) too, and without them? */
bool text_is_ascii(struct span s);
bool text_is_graphic(struct span s);

/* Is the span well-formed UTF-8 (RFC 3629: no surrogates, no overlong form)? */
bool text_is_utf8(struct span s);

/* Is it UTF-8 without control characters (C0, DEL, C1), fit to be shown as it
 * stands? */
bool text_is_line(struct span s);

/* The folder that a file is in, below `mem`: "/a/b" of "/a/b/c", "/" of "/c",
 * "." of "c". */
char *text_folder(TALLOC_CTX *mem, const char *path);

#endif
