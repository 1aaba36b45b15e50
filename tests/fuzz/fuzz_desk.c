/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_desk.c - what a browser, or something else, asks the desk for
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/desk/request.h"

/* What was read, written as an address, is read as the same. */
static void check_again(TALLOC_CTX *mem, const struct desk_request *request)
{
	struct strbuf url;
	struct desk_request again;
	struct error err;

	strbuf_init(&url, mem, LIMIT_DESK_TARGET_BYTES);
	strbuf_printf(&url, "%s?", request->path);
	for (size_t i = 0; i < request->count; i++) {
		strbuf_add_char(&url, i == 0 ? ' ' : '&');
		if (i == 0)
			strbuf_drop_char(&url);
		desk_url_add(&url, request->items[i].name);
		strbuf_add_char(&url, '=');
		desk_url_add(&url, request->items[i].value);
	}
	if (strbuf_is_full(&url))
		return;
	require(desk_request_read(mem, strbuf_text(&url), &again, &err));
	require(again.count == request->count);
	for (size_t i = 0; i < again.count; i++) {
		require(strcmp(again.items[i].name, request->items[i].name) ==
			0);
		require(strcmp(again.items[i].value, request->items[i].value) ==
			0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *target = mem_strndup(mem, (const char *)data, size);
	struct desk_request request;
	struct error err;

	if (desk_request_read(mem, target, &request, &err)) {
		require(request.path[0] == '/');
		require(strstr(request.path, "..") == NULL);
		require(request.count <= LIMIT_DESK_PARAMETERS);
		for (size_t i = 0; i < request.count; i++)
			require(fuzz_is_line(request.items[i].value));
		check_again(mem, &request);
	} else {
		require(err.kind == ERROR_USAGE && fuzz_is_line(err.words));
	}
	mem_free(mem);
	return 0;
}
