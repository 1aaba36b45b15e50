/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_file.c - a whole text file in memory
 * Tested by test_dns_fixture.
 */
#include "lib/dns/dns_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/strbuf.h"

bool dns_file_read(TALLOC_CTX *mem, const char *path, size_t max, char **text,
		   struct error *err)
{
	FILE *file = fopen(path, "re");
	struct strbuf content;
	char block[8192];
	size_t got;

	if (file == NULL)
		return error_errno(err, ERROR_DNS, errno, "%s", path);
	strbuf_init(&content, mem, max);
	while ((got = fread(block, 1, sizeof block, file)) > 0)
		strbuf_add(&content, block, got);
	int reason = ferror(file) != 0 ? errno : 0;
	(void)fclose(file);
	if (reason != 0)
		return error_errno(err, ERROR_DNS, reason, "%s", path);
	if (strbuf_is_full(&content))
		return error_set(err, ERROR_DNS, "%s: longer than %zu bytes",
				 path, max);
	if (strlen(strbuf_text(&content)) != content.length)
		return error_set(err, ERROR_DNS, "%s: holds a NUL byte", path);
	*text = strbuf_text(&content);
	return true;
}
