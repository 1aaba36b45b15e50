/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_desk.c - what a browser, or something else, asks the desk for
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "desk/who.h"
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

/* The lines behind the first one, as the header of a request. */
static void check_header(TALLOC_CTX *mem, struct span lines)
{
	static struct desk_gate *gate;
	static struct desk_settings settings;
	static const char *names[] = {"ann"};
	struct desk_field fields[20];
	struct desk_arrival arrival = {.fields = fields};
	struct desk_who who;
	struct error err;

	if (gate == NULL) {
		TALLOC_CTX *kept = mem_context(NULL);
		settings_defaults(kept, desk_sections, &settings);
		settings.proxy = "nobody";
		settings.analysts = (struct text_list){1, names};
		require(desk_gate_new(kept, &settings, "0123456789abcdef",
				      &gate, &err));
	}
	while (lines.length > 0 && arrival.count < COUNT_OF(fields)) {
		struct span line;
		struct span name;
		struct span value;
		(void)span_cut(lines, '\n', &line, &lines);
		(void)span_cut(line, ':', &name, &value);
		fields[arrival.count++] = (struct desk_field){
		    mem_strndup(mem, name.data, name.length),
		    mem_strndup(mem, value.data, value.length)};
	}
	for (int way = 0; way < 3; way++) {
		arrival.is_tcp = way == 2;
		arrival.peer = way == 0 ? 65534 : 0;
		(void)desk_gate_check(gate, &arrival);
		struct desk_refusal refusal =
		    desk_gate_who(mem, gate, &arrival, &who);
		/* Nobody becomes somebody by what is refused. */
		require(refusal.status == 0 || who.role == DESK_NOBODY);
		require(who.role == DESK_NOBODY || way == 2 ||
			strcmp(who.user, "ann") == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span first;
	struct span header;

	(void)span_cut(span_make((const char *)data, size), '\n', &first,
		       &header);
	char *target = mem_strndup(mem, first.data, first.length);
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
	check_header(mem, header);
	mem_free(mem);
	return 0;
}
