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

bool exceptions_have(const char *exceptions, const char *suite, const char *row)
{
	char head[256];

	(void)snprintf(head, sizeof head, "\n%s %s | ", suite, row);
	return strstr(exceptions, head) != NULL;
}

bool exceptions_have_number(const char *exceptions, const char *suite,
			    size_t row)
{
	char number[24];

	(void)snprintf(number, sizeof number, "%zu", row);
	return exceptions_have(exceptions, suite, number);
}

int exceptions_count(const char *exceptions, const char *suite)
{
	char head[128];
	int count = 0;

	(void)snprintf(head, sizeof head, "\n%s ", suite);
	for (const char *at = strstr(exceptions, head); at != NULL;
	     at = strstr(at + 1, head))
		count++;
	return count;
}

const char *exceptions_read(TALLOC_CTX *mem, const char *runner)
{
	const char *top = getenv("top_srcdir");
	char *path = mem_printf(mem, "%s/tests/conformance/%s.exceptions",
				top == NULL ? "." : top, runner);
	struct strbuf text;
	char line[512];
	FILE *file = fopen(path, "r");

	if (file == NULL) {
		(void)printf("cannot read %s\n", path);
		exit(EXIT_FAILURE);
	}
	strbuf_init(&text, mem, FILE_BYTES);
	strbuf_add_char(&text, '\n'); /* each row follows a line end */
	while (fgets(line, sizeof line, file) != NULL)
		strbuf_add_text(&text, line);
	(void)fclose(file);
	return strbuf_text(&text);
}
