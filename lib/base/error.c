/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * error.c - wording failures
 *
 * The words are cut at their maximum: an error is read by a person, and the
 * cut never falls inside an escape because callers escape foreign text first.
 * Tested by test_settings.
 */
#include "lib/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool(error_set)(struct error *err, enum error_kind kind, const char *format,
		...)
{
	va_list args;

	va_start(args, format);
	err->kind = kind;
	(void)vsnprintf(err->words, sizeof err->words, format, args);
	va_end(args);
	return false;
}

static void append(struct error *err, const char *text)
{
	size_t used = strlen(err->words);

	(void)snprintf(err->words + used, sizeof err->words - used, ": %s",
		       text);
}

bool(error_wrap)(struct error *err, const char *format, ...)
{
	struct error inner = *err;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(err->words, sizeof err->words, format, args);
	va_end(args);
	append(err, inner.words);
	return false;
}

#ifdef STRERROR_R_CHAR_P
const char *error_words(int number, char *text, size_t size)
{
	return strerror_r(number, text, size);
}
#else
const char *error_words(int number, char *text, size_t size)
{
	if (strerror_r(number, text, size) != 0)
		(void)snprintf(text, size, "error %d", number);
	return text;
}
#endif

bool(error_errno)(struct error *err, enum error_kind kind, int number,
		  const char *format, ...)
{
	char buffer[128];
	va_list args;

	va_start(args, format);
	err->kind = kind;
	(void)vsnprintf(err->words, sizeof err->words, format, args);
	va_end(args);
	append(err, error_words(number, buffer, sizeof buffer));
	return false;
}
