/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_authres.c - Authentication-Results: what we write is ours and harmless
 *
 * Input: our authserv-id, a line end, and a foreign field's value; the value
 * also serves as the text of properties, comments and reasons.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/eval/mark.h"
#include "lib/mail/authres.h"

/* Lines are folded with LF and tab, and there is no other control byte. */
static void check_text(const char *text)
{
	require(text[0] == ' ');
	require(strlen(text) <= LIMIT_AUTHRES_WRITTEN);
	for (size_t column = 0; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		require(c != 0x7f);
		require(c >= 0x20 || c == '\t' || c == '\n');
		require(c != '\t' || text[-1] == '\n');
		require(c != '\n' || text[1] == '\t');
		column = c == '\n' ? 0 : column + 1;
		require(column <= LIMIT_AUTHRES_LINE);
	}
}

static char *write_field(TALLOC_CTX *mem, const char *id, const char *text)
{
	struct authres *field = authres_new(mem, id);

	authres_add_result(field, "dmarc", "fail", text);
	authres_add_result(field, "spf", "pass", NULL);
	authres_add_property(field, "smtp", "mailfrom", text);
	for (int i = 0; i < 40; i++) {
		authres_add_result(field, "dkim", "fail", text);
		authres_add_property(field, "header", "d", text);
		authres_add_detail(field, "header", "i", text);
		if (i % 2 == 0)
			authres_spare_result(field);
	}
	return authres_text(field);
}

static const struct mark_keys *open_keys(TALLOC_CTX *mem)
{
	static const char text[] = "000102030405060708090a0b0c0d0e0f"
				   "101112131415161718191a1b1c1d1e1f";
	struct mark_keys *keys;
	struct error err;

	require(mark_keys_read(mem, span_of(text), "a key", &keys, &err));
	return keys;
}

static struct mark_content *no_content(TALLOC_CTX *mem,
				       const struct mark_keys *keys)
{
	const struct field_list none = {0};
	struct mark_content *content =
	    mark_content_new(mem, keys, &none, false);

	mark_content_finish(content);
	return content;
}

/* No foreign field has a right mark; ours has. */
static void check_marks(TALLOC_CTX *mem, struct span foreign, const char *ours)
{
	const struct mark_keys *keys = open_keys(mem);
	const struct mark_content *content = no_content(mem, keys);
	struct mark mark;

	if (mark_read(mem, foreign, &mark))
		require(!mark_is_right(&mark, keys, content, mark.time_s));
	const char *marked = mark_write(mem, keys, ours, content, 1);
	require(mark_read(mem, span_of(marked), &mark));
	require(mark_is_right(&mark, keys, content, 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span line;
	struct span value;

	(void)span_cut(span_make((const char *)data, size), '\n', &line,
		       &value);
	const char *id = mem_strndup(mem, line.data, line.length);
	const struct text_list ours = {1, &id};
	const struct text_list nobody = {0, NULL};
	bool is_ours = authres_is_ours(value, &ours);
	require(is_ours == authres_is_ours(value, &ours));
	/* A field that cannot be read is ours whoever we are. */
	require(is_ours || !authres_is_ours(value, &nobody));
	const char *text = mem_strndup(mem, value.data, value.length);
	/* No configuration has a longer one. */
	if (strlen(id) <= LIMIT_DOMAIN_BYTES) {
		char *written = write_field(mem, id, text);
		check_text(written);
		require(strstr(written, ";\n\tdmarc=fail") != NULL);
		require(authres_is_ours(span_of(written), &ours));
		check_marks(mem, value, written);
	}
	mem_free(mem);
	return 0;
}
