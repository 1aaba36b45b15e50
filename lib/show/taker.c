/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * taker.c - what people are told, written or handed on
 * Tested by test_show.
 */
#include "lib/show/taker.h"

void show_give(const struct show_taker *taker, FILE *file, enum show_form form,
	       const struct show *show)
{
	if (taker != NULL && form == SHOW_TEXT)
		taker->show(taker->context, show);
	else
		show_write(file, form, show);
}

void show_give_line(const struct show_taker *taker, FILE *file,
		    const char *format, ...)
{
	TALLOC_CTX *mem = mem_context(NULL);
	va_list args;

	va_start(args, format);
	const char *words = mem_vprintf(mem, format, args);
	va_end(args);
	if (taker == NULL) {
		(void)fprintf(file, "%s\n", words);
	} else {
		struct show *show = show_new(mem);
		show_line(show, "%s", words);
		taker->show(taker->context, show);
	}
	mem_free(mem);
}
