/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_path.c - envelope addresses: a whole mailbox or none
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/mail/path.h"

static void check_path(struct path path)
{
	require((path.local_part == NULL) == (path.domain == NULL));
	if (path.domain == NULL)
		return;
	require(!path.is_null);
	require(domain_is_valid(path.domain));
	require(strlen(path.local_part) < LIMIT_ADDRESS_BYTES);
	require(text_is_utf8(span_of(path.local_part)));
	for (const char *c = path.local_part; *c != '\0'; c++)
		require((unsigned char)*c >= 0x20 && *c != 0x7f);
}

/* "<LOCAL@DOMAIN>" from the parts is the same mailbox again. */
static void check_again(TALLOC_CTX *mem, struct path path)
{
	if (path.domain == NULL)
		return;
	char *text = mem_printf(mem, "<%s@%s>", path.local_part, path.domain);
	if (strlen(text) > LIMIT_ADDRESS_BYTES)
		return;
	struct path again = path_parse(mem, span_of(text));
	require(again.domain != NULL);
	require(strcmp(again.domain, path.domain) == 0);
	require(strcmp(again.local_part, path.local_part) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct path path = path_parse(mem, span_make((const char *)data, size));

	check_path(path);
	check_again(mem, path);
	mem_free(mem);
	return 0;
}
