/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions.c - rows of foreign suites that alignd answers otherwise
 */
#include "tests/conformance/exceptions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/strbuf.h"

#define FILE_BYTES 100000

bool exceptions_have_name(const char *exceptions, const char *suite,
			  const char *row)
{
	char head[128];

	/* The file begins with a comment, so each row follows a line end. */
	(void)snprintf(head, sizeof head, "\n%s %s ", suite, row);
	return strstr(exceptions, head) != NULL;
}

bool exceptions_have(const char *exceptions, const char *suite, size_t row)
{
	char number[24];

	(void)snprintf(number, sizeof number, "%zu", row);
	return exceptions_have_name(exceptions, suite, number);
}

const char *exceptions_read(TALLOC_CTX *mem, const char *name)
{
	const char *top = getenv("top_srcdir");
	char *path = mem_printf(mem, "%s/tests/conformance/%s",
				top == NULL ? "." : top, name);
	struct strbuf text;
	char line[512];
	FILE *file = fopen(path, "r");

	strbuf_init(&text, mem, FILE_BYTES);
	if (file != NULL) {
		while (fgets(line, sizeof line, file) != NULL)
			strbuf_add_text(&text, line);
		(void)fclose(file);
	}
	return strbuf_text(&text);
}
