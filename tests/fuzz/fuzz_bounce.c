/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_bounce - any bytes as the bounce of a report, as a mailbox of them, or
 * as the log of a mail server
 *
 * Properties: reading comes to its end; what is handed on is clean and within
 * its bounds; a token is nobody's invention: its digest stands in the bytes; a
 * failure is told of by a notification alone, and of a recipient only who has
 * failed; the same bytes say the same again.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/report/read/bounce_log.h"

#define ADDRESS "r@a.test"
#define DIGEST_DIGITS (DELIVERY_TOKEN_TEXT - 1 - DELIVERY_TOKEN_LOCATOR)

struct seen {
	struct span input;
	size_t count;
	size_t failed;
	uint64_t sum; /* of all that was told */
};

static void add(struct seen *seen, const char *text)
{
	require(fuzz_is_line(text));
	for (; *text != '\0'; text++)
		seen->sum = seen->sum * 31 + (unsigned char)*text;
}

static bool stands_in(struct span input, const char *digits, size_t length)
{
	for (size_t i = 0; i + length <= input.length; i++) {
		size_t k = 0;
		while (k < length &&
		       ascii_lower(input.data[i + k]) == digits[k])
			k++;
		if (k == length)
			return true;
	}
	return false;
}

static void see_tokens(struct seen *seen, const struct bounce *bounce)
{
	require(bounce->token_count <= LIMIT_BOUNCE_TOKENS);
	for (size_t i = 0; i < bounce->token_count; i++) {
		const char *token = bounce->tokens[i];
		require(strlen(token) == DELIVERY_TOKEN_TEXT - 1);
		require(strspn(token, "0123456789abcdef") ==
			DELIVERY_TOKEN_TEXT - 1);
		require(stands_in(seen->input, token + DELIVERY_TOKEN_LOCATOR,
				  DIGEST_DIGITS));
		add(seen, token);
	}
}

static bool see_recipients(struct seen *seen, const struct bounce *bounce)
{
	bool has_any_failed = bounce->has_all_failed;

	require(bounce->recipient_count <= LIMIT_BOUNCE_RECIPIENTS);
	for (size_t i = 0; i < bounce->recipient_count; i++) {
		const struct bounce_recipient *one = &bounce->recipients[i];
		add(seen, one->original);
		add(seen, one->final);
		add(seen, one->words);
		has_any_failed = has_any_failed || one->has_failed;
	}
	return has_any_failed;
}

static void see(void *context, const struct bounce *bounce)
{
	struct seen *seen = context;
	const char *words = bounce_failure(bounce, ADDRESS);

	seen->count++;
	see_tokens(seen, bounce);
	bool has_any_failed = see_recipients(seen, bounce);
	if (words == NULL)
		return;
	require(bounce->is_notification && has_any_failed);
	add(seen, words);
	seen->failed++;
}

static bool is_ours(void *context, const char *token)
{
	(void)context;
	return token[0] != 'f';
}

static struct seen read_all(struct span input)
{
	struct seen seen = {.input = input};
	const struct bounce_log_reader reader = {is_ours, see, &seen};
	struct error err;
	FILE *file = fmemopen((void *)(uintptr_t)input.data, input.length, "r");

	require(file != NULL);
	require(bounce_read(file, see, &seen, &err));
	rewind(file);
	require(bounce_log_read(file, &reader, &err));
	(void)fclose(file);
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct span input = span_make((const char *)data, size);
	struct seen first = read_all(input);
	struct seen again = read_all(input);

	require(first.count == again.count && first.failed == again.failed &&
		first.sum == again.sum);
	return 0;
}
