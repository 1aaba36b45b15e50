/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_packet.c - which packets of the MTA's get through to libmilter
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "milter/packet.h"

struct sample {
	const char *data; /* command and data */
	size_t length;
	const char *fault; /* a part of it; NULL: taken */
};

#define SAMPLE(text, words)                                                    \
	{                                                                      \
		.data = (text), .length = sizeof(text) - 1, .fault = (words)   \
	}

static const struct sample samples[] = {
    SAMPLE("A", NULL),
    SAMPLE("A\0", NULL),
    SAMPLE("B", NULL),
    SAMPLE("Bany\0thing", NULL),
    SAMPLE("E", NULL),
    SAMPLE("Elast", NULL),
    SAMPLE("N", NULL),
    SAMPLE("T", NULL),
    SAMPLE("Q", NULL),
    SAMPLE("K", NULL),
    SAMPLE("O\0\0\0\6\0\0\0\1\0\0\0\0", NULL),
    SAMPLE("O\0\0\0\6\0\0\0\1\0\0\0\0more", NULL),
    SAMPLE("O\0\0\0\6\0\0\0\1\0\0\0", "negotiation"),
    SAMPLE("O", "negotiation"),
    SAMPLE("O\0\0\0\2\0\0\0\1\0\0\0\0", NULL),
    SAMPLE("O\0\0\0\1\0\0\0\1\0\0\0\0", "version"),
    SAMPLE("O\200\0\0\6\0\0\0\1\0\0\0\0", "version"),
    SAMPLE("DM", NULL),
    SAMPLE("DMi\0A\0", NULL),
    SAMPLE("DMi\0\0", NULL),
    SAMPLE("DM\0\0", NULL),
    SAMPLE("DMi\0A\0{x}\0y\0", NULL),
    SAMPLE("D", "no command"),
    SAMPLE("DMi\0", "without a value"),
    SAMPLE("DM\0", "without a value"),
    SAMPLE("DMi\0A\0{x}\0", "without a value"),
    SAMPLE("DMi", "within a text"),
    SAMPLE("DMi\0A", "within a text"),
    SAMPLE("DMi\0A\0b\0c", "within a text"),
    SAMPLE("Chost\0U", NULL),
    SAMPLE("Chost\0U\0", NULL),
    SAMPLE("C\0U", NULL),
    SAMPLE("Chost\0"
	   "4\0\0"
	   "1.2.3.4\0",
	   NULL),
    SAMPLE("Chost\0"
	   "4\1\2\0",
	   NULL),
    SAMPLE("Chost\0L\1\2/run/x\0", NULL),
    SAMPLE("C", "host name"),
    SAMPLE("Chost", "host name"),
    SAMPLE("Chost\0", "host name"),
    SAMPLE("Chost\0\0", "family"),
    SAMPLE("Chost\0X\0\0a\0", "family"),
    SAMPLE("Chost\0"
	   "4",
	   "address"),
    SAMPLE("Chost\0"
	   "4\0\0",
	   "address"),
    SAMPLE("Chost\0"
	   "6\0\0::1",
	   "address"),
    SAMPLE("Hhelo\0", NULL),
    SAMPLE("H\0", NULL),
    SAMPLE("H", "within a text"),
    SAMPLE("Hhelo", "within a text"),
    SAMPLE("M<a@b>\0", NULL),
    SAMPLE("M<a@b>\0SIZE=1\0", NULL),
    SAMPLE("M<a@b>\0SIZE=1", "within a text"),
    SAMPLE("R<a@b>", "within a text"),
    SAMPLE("UNONSENSE\0", NULL),
    SAMPLE("UNONSENSE", "within a text"),
    SAMPLE("LFrom\0a@b\0", NULL),
    SAMPLE("LFrom\0\0", NULL),
    SAMPLE("L\0a\0", "without a name"),
    SAMPLE("LFrom\0", "name and a value"),
    SAMPLE("LFrom\0a", "name and a value"),
    SAMPLE("LFrom\0a\0b\0", "name and a value"),
    SAMPLE("LFrom\0a\0b", "name and a value"),
    SAMPLE("X", "unknown command"),
    SAMPLE("\0", "unknown command"),
};

#define COUNT (sizeof samples / sizeof samples[0])

static size_t wrap(char *packet, const char *data, size_t length)
{
	for (int i = 0; i < 4; i++)
		packet[i] = (char)(length >> (24 - 8 * i) & 0xff);
	memcpy(packet + 4, data, length);
	return length + 4;
}

/* In pieces of `step` bytes. */
static const char *take(struct packet *packet, const char *bytes, size_t length,
			size_t step)
{
	for (size_t at = 0; at < length; at += step) {
		size_t left = length - at;
		const char *fault =
		    packet_take(packet, bytes + at, left < step ? left : step);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

static void test_samples_in_pieces_of_any_size(void **state)
{
	char bytes[256];

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		size_t length = wrap(bytes, samples[i].data, samples[i].length);
		for (size_t step = 1; step <= length; step++) {
			struct packet packet = {0};
			const char *fault = take(&packet, bytes, length, step);
			if ((fault == NULL) != (samples[i].fault == NULL))
				fail_msg("sample %zu in steps of %zu: %s", i,
					 step, fault == NULL ? "-" : fault);
			if (fault != NULL)
				assert_non_null(
				    strstr(fault, samples[i].fault));
			else
				assert_false(packet_is_open(&packet));
		}
	}
}

/* What a packet left behind is no part of the next one. */
static void test_one_after_the_other(void **state)
{
	char bytes[8192];
	size_t length = 0;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		if (samples[i].fault == NULL)
			length += wrap(bytes + length, samples[i].data,
				       samples[i].length);
	}
	for (size_t step = 1; step < 40; step++) {
		struct packet packet = {0};
		assert_null(take(&packet, bytes, length, step));
		assert_false(packet_is_open(&packet));
		assert_int_equal(packet_command(&packet), 'L');
	}
}

static const char *take_length(const char head[static 5])
{
	struct packet packet = {0};

	return packet_take(&packet, head, 5);
}

static void test_lengths(void **state)
{
	(void)state;
	assert_non_null(take_length("\0\0\0\0A"));
	assert_null(take_length("\0\0\0\1A"));
	assert_int_equal(LIMIT_PACKET_BYTES, 0x10000);
	assert_null(take_length("\0\1\0\0B"));
	assert_non_null(take_length("\0\1\0\1B"));
	assert_non_null(take_length("\xff\xff\xff\xff"
				    "B"));
	assert_non_null(take_length("\x80\0\0\1B"));
}

static void test_macros_without_end(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	size_t length = 1 + 2 * (LIMIT_MACROS + 1);
	char *data = mem_array(mem, char, length + 5);
	char *bytes = mem_array(mem, char, length + 10);

	(void)state;
	memset(data, '\0', length + 1);
	memcpy(data, "DM", 2);
	struct packet packet = {0};
	assert_null(packet_take(&packet, bytes, wrap(bytes, data, length - 1)));
	assert_non_null(
	    packet_take(&packet, bytes, wrap(bytes, data, length + 1)));
	mem_free(mem);
}

static void feed(struct packet *packet, const char *command)
{
	char bytes[64];

	assert_null(packet_take(packet, bytes,
				wrap(bytes, command, strlen(command) + 1)));
}

static void test_where_a_message_ends(void **state)
{
	struct packet packet = {0};

	(void)state;
	feed(&packet, "Hhelo");
	assert_false(packet.is_in_message);
	feed(&packet, "M<a@b>");
	assert_true(packet.is_in_message);
	feed(&packet, "R<a@b>");
	feed(&packet, "N");
	feed(&packet, "Bbody");
	assert_true(packet.is_in_message);
	feed(&packet, "E");
	assert_false(packet.is_in_message);
	feed(&packet, "M<a@b>");
	feed(&packet, "A");
	assert_false(packet.is_in_message);
	assert_null(packet_take(&packet, "\0\0", 2));
	assert_true(packet_is_open(&packet));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_samples_in_pieces_of_any_size),
	    cmocka_unit_test(test_one_after_the_other),
	    cmocka_unit_test(test_lengths),
	    cmocka_unit_test(test_macros_without_end),
	    cmocka_unit_test(test_where_a_message_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
