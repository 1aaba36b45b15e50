/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_eml.c - stored messages, as transcripts of what the handlers saw
 *
 * A transcript has "NAME:VALUE|" for each field, "--" at the end of the header
 * section, and the body's bytes.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/eml.h"

#define MAX_TRANSCRIPT (4 * LIMIT_HEADER_BYTES)

struct seen {
	struct strbuf text;
	size_t longest_chunk;
	size_t chunks;
	bool splits_line_end;
	int calls_left; /* handlers return false at 0 */
};

static bool count_down(struct seen *seen)
{
	return --seen->calls_left != 0;
}

static bool on_field(void *context, struct span name, struct span value)
{
	struct seen *seen = context;

	strbuf_add(&seen->text, name.data, name.length);
	strbuf_add_char(&seen->text, ':');
	strbuf_add(&seen->text, value.data, value.length);
	strbuf_add_char(&seen->text, '|');
	return count_down(seen);
}

static bool on_end_of_header(void *context)
{
	struct seen *seen = context;

	strbuf_add_text(&seen->text, "--");
	return count_down(seen);
}

static bool on_body(void *context, struct span chunk)
{
	struct seen *seen = context;

	strbuf_add(&seen->text, chunk.data, chunk.length);
	seen->chunks++;
	if (chunk.length > seen->longest_chunk)
		seen->longest_chunk = chunk.length;
	if (chunk.data[chunk.length - 1] == '\r')
		seen->splits_line_end = true;
	return count_down(seen);
}

static struct seen read_bytes(TALLOC_CTX *mem, const char *bytes, size_t length,
			      int calls)
{
	struct seen seen = {.calls_left = calls};
	const struct eml_handler handler = {on_field, on_end_of_header, on_body,
					    &seen};
	struct error err;
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	rewind(file);
	strbuf_init(&seen.text, mem, MAX_TRANSCRIPT);
	assert_true(eml_read(file, &handler, &err));
	assert_false(strbuf_is_full(&seen.text));
	(void)fclose(file);
	return seen;
}

static const struct {
	const char *name;
	const char *input;
	const char *want;
} rows[] = {
    {"empty file", "", "--"},
    {"only mbox line", "From x", "--"},
    {"plain", "A: b\r\n\r\nhi\r\n", "A: b|--hi\r\n"},
    {"bare LF", "A: b\nC:d\n\nhi\n", "A: b|C:d|--hi\r\n"},
    {"mixed", "A: b\r\nC:d\n\r\nx\ny\r\n", "A: b|C:d|--x\r\ny\r\n"},
    {"mbox", "From x Fri\nA: b\n\nhi\n", "A: b|--hi\r\n"},
    {"mbox only first", "A: b\nFrom x Fri\n", "A: b|--From x Fri\r\n"},
    {"mbox needs blank", "From: x\n", "From: x|--"},
    {"no body", "A: b\n", "A: b|--"},
    {"no line end", "A: b", "A: b|--"},
    {"body line open", "A: b\n\nhi", "A: b|--hi\r\n"},
    {"no header", "\nhi\n", "--hi\r\n"},
    {"only empty line", "\n", "--"},
    {"empty lines of body", "A: b\n\n\n\nhi\n\n", "A: b|--\r\n\r\nhi\r\n\r\n"},
    {"folded", "A: b\r\n\tc\r\n d\r\n\r\n", "A: b\n\tc\n d|--"},
    {"folded by blanks", "A: b\n \nC: d\n", "A: b\n |C: d|--"},
    {"D6 folded", "From:\n a@b.test\n", "From:\n a@b.test|--"},
    {"D5 blank and colon", "From : a\nFrom\t : b\n", "From: a|From: b|--"},
    {"D6 begins folded", " From: a\nFrom: b\n", "-- From: a\r\nFrom: b\r\n"},
    {"name then fold", "From\n : a\nFrom: b\n",
     "--From\r\n : a\r\nFrom: b\r\n"},
    {"text ends header", "A: b\nhello\nC: d\n", "A: b|--hello\r\nC: d\r\n"},
    {"DEL in name", "A\x7f: b\n", "--A\x7f: b\r\n"},
    {"colon first", ": b\n", "--: b\r\n"},
    {"8-bit name", "\xc3\xa4: b\n", "--\xc3\xa4: b\r\n"},
    {"blank in name", "A b: c\n", "--A b: c\r\n"},
    {"empty value", "A:\nB: \n", "A:|B: |--"},
    {"G11 bare CR", "A: b\rC: d\n\nx\ry\n", "A: b\rC: d|--x\ry\r\n"},
    {"G11 LF dot CRLF", "A: b\n\nx\n.\r\ny\n", "A: b|--x\r\n.\r\ny\r\n"},
    {"CR CR LF", "A: b\r\r\n\nx\r\r\n", "A: b\r|--x\r\r\n"},
    {"CR at the end", "A: b\n\nx\r", "A: b|--x\r\r\n"},
};

static void reads(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct seen seen =
		    read_bytes(mem, rows[i].input, strlen(rows[i].input), -1);
		if (strcmp(strbuf_text(&seen.text), rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].name,
				 strbuf_text(&seen.text));
	}
	mem_free(mem);
}

static void passes_nul(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct seen seen = read_bytes(mem, "A: b\0c\n\nx\0y\n", 12, -1);

	(void)state;
	assert_int_equal(seen.text.length, 14);
	assert_memory_equal(seen.text.data, "A: b\0c|--x\0y\r\n", 14);
	mem_free(mem);
}

static void stops_when_told(void **state)
{
	static const char *const want[] = {"", "A: b|", "A: b|C: d|",
					   "A: b|C: d|--", "A: b|C: d|--x\r\n"};
	static const char input[] = "A: b\nC: d\n\nx\n";
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (int calls = 1; calls <= 4; calls++) {
		struct seen seen = read_bytes(mem, input, strlen(input), calls);
		assert_string_equal(strbuf_text(&seen.text), want[calls]);
	}
	mem_free(mem);
}

/* One line of `length` bytes behind a header, with each kind of line end. */
static void check_long_line(size_t length, const char *line_end)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf input;

	strbuf_init(&input, mem, MAX_TRANSCRIPT);
	strbuf_add_text(&input, "A: b\n\n");
	for (size_t i = 0; i < length; i++)
		strbuf_add_char(&input, 'x');
	strbuf_add_text(&input, line_end);
	strbuf_add_text(&input, "end");
	struct seen seen = read_bytes(mem, input.data, input.length, -1);
	assert_int_equal(seen.text.length,
			 strlen("A: b|--") + length + strlen("\r\nend\r\n"));
	assert_int_equal(strspn(seen.text.data + 7, "x"), length);
	assert_string_equal(seen.text.data + 7 + length, "\r\nend\r\n");
	assert_true(seen.longest_chunk <= 65535);
	assert_false(seen.splits_line_end);
	mem_free(mem);
}

static void reads_lines_of_any_length(void **state)
{
	(void)state;
	for (size_t length = 8188; length < 8197; length++) {
		check_long_line(length, "\n");
		check_long_line(length, "\r\n");
	}
	check_long_line(65535, "\r\n");
	check_long_line(300000, "\n");
}

static void chunks_a_long_body(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf input;

	(void)state;
	strbuf_init(&input, mem, MAX_TRANSCRIPT);
	strbuf_add_text(&input, "\n");
	for (size_t i = 0; i < 40000; i++)
		strbuf_add_text(&input, "abc\n");
	struct seen seen = read_bytes(mem, input.data, input.length, -1);
	assert_int_equal(seen.text.length, 2 + 40000 * 5);
	assert_int_equal(seen.chunks, 4);
	/* end of the header section and one chunk */
	struct seen part = read_bytes(mem, input.data, input.length, 2);
	assert_int_equal(part.chunks, 1);
	assert_false(seen.splits_line_end);
	mem_free(mem);
}

static void cuts_a_huge_field(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf input;

	(void)state;
	strbuf_init(&input, mem, MAX_TRANSCRIPT);
	strbuf_add_text(&input, "A:");
	for (size_t i = 0; i < LIMIT_HEADER_BYTES / 4; i++)
		strbuf_add_text(&input, "xyzw");
	strbuf_add_text(&input, "\n\tfolded\nB: c\n");
	struct seen seen = read_bytes(mem, input.data, input.length, -1);
	assert_int_equal(seen.text.length,
			 LIMIT_HEADER_BYTES + strlen("|B: c|--"));
	mem_free(mem);
}

static void takes_an_endless_name_as_body(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char input[20000];

	(void)state;
	memset(input, 'a', sizeof input);
	input[19000] = ':';
	struct seen seen = read_bytes(mem, input, sizeof input, -1);
	assert_int_equal(seen.text.length, 2 + sizeof input + 2);
	memcpy(input, "From ", 5);
	seen = read_bytes(mem, input, sizeof input, -1);
	assert_string_equal(strbuf_text(&seen.text), "--");
	mem_free(mem);
}

static void reports_a_failed_read(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct seen seen = {.calls_left = -1};
	const struct eml_handler handler = {on_field, on_end_of_header, on_body,
					    &seen};
	struct error err = {.kind = ERROR_NONE};
	FILE *folder = fopen("/", "r");

	(void)state;
	assert_non_null(folder);
	strbuf_init(&seen.text, mem, MAX_TRANSCRIPT);
	assert_false(eml_read(folder, &handler, &err));
	assert_int_equal(err.kind, ERROR_INPUT);
	assert_string_equal(err.words,
			    "cannot read the message: Is a directory");
	(void)fclose(folder);
	mem_free(mem);
}

/* A longer name, with its colon, does not fit what is looked at: it is text. */
static void knows_names_of_any_length(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct strbuf input;
		strbuf_init(&input, mem, MAX_TRANSCRIPT);
		for (size_t i = 1; i < LIMIT_EML_NAME_BYTES + more; i++)
			strbuf_add_char(&input, 'n');
		strbuf_add_text(&input, ": b\n\nhi\n");
		struct seen seen =
		    read_bytes(mem, input.data, input.length, -1);
		const char *found =
		    strstr(strbuf_text(&seen.text),
			   more == 0 ? "n: b|--hi\r\n" : "n: b\r\n\r\nhi\r\n");
		assert_non_null(found);
		assert_int_equal(
		    strncmp(strbuf_text(&seen.text), "--n", 3) == 0, more == 1);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads),
	    cmocka_unit_test(passes_nul),
	    cmocka_unit_test(stops_when_told),
	    cmocka_unit_test(reads_lines_of_any_length),
	    cmocka_unit_test(chunks_a_long_body),
	    cmocka_unit_test(cuts_a_huge_field),
	    cmocka_unit_test(takes_an_endless_name_as_body),
	    cmocka_unit_test(reports_a_failed_read),
	    cmocka_unit_test(knows_names_of_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
