/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_bounce_log.c - how many mails of a log are remembered
 *
 * What a line means is tested by test_alignctl_report_manners.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/report/read/bounce_log.h"

#define AT "May  1 12:00:00 mx postfix"
#define LINE_BYTES 128

static bool all_are_ours(void *context, const char *token)
{
	(void)context;
	(void)token;
	return true;
}

static void keep_token(void *context, const struct bounce *bounce)
{
	assert_int_equal(bounce->token_count, 1);
	(void)snprintf(context, DELIVERY_TOKEN_TEXT, "%s", bounce->tokens[0]);
}

/* The mails from `first` on, a token each; then the mail server's word that
 * mail 0 came back. Returns the token that it counts for; "" for none. */
static const char *read_log(TALLOC_CTX *mem, int first, int end)
{
	char *token = mem_zeroed(mem, DELIVERY_TOKEN_TEXT, 1, "token");
	struct bounce_log_reader reader = {all_are_ours, keep_token, token};
	struct strbuf text;
	struct error err;

	strbuf_init(&text, mem, (size_t)(end - first + 1) * LINE_BYTES);
	for (int i = first; i < end; i++)
		strbuf_printf(
		    &text, AT "/qmgr[7]: Q%d: from=<r+%032d@own.test>\n", i, i);
	strbuf_add_text(&text,
			AT "/smtp[8]: Q0: to=<y@b.test>, dsn=5.1.1, "
			   "status=bounced (host b.test said: 550 no)\n");
	assert_false(strbuf_is_full(&text));
	FILE *file = fmemopen(text.data, text.length, "r");
	assert_non_null(file);
	assert_true(bounce_log_read(file, &reader, &err));
	assert_int_equal(fclose(file), 0);
	return token;
}

static void remembers_so_many_mails(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	assert_string_equal(read_log(mem, 0, 1),
			    "00000000000000000000000000000000");
	assert_string_equal(read_log(mem, 0, LIMIT_BOUNCE_QUEUED),
			    "00000000000000000000000000000000");
	/* One more, and the oldest is forgotten. */
	assert_string_equal(read_log(mem, 0, LIMIT_BOUNCE_QUEUED + 1), "");
	/* Whose it is must have been said. */
	assert_string_equal(read_log(mem, 1, 2), "");
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(remembers_so_many_mails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
