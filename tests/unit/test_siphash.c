/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_siphash.c - the numbers of the algorithm's authors, in any pieces
 */
#include "tests/unit/unit.h"

#include "lib/base/siphash.h"

/* SipHash-2-4 of the bytes 0, 1, 2, ... under the key 00 01 .. 0f, from the
 * reference implementation's vectors.h. */
static const struct {
	size_t length;
	uint64_t want;
} vectors[] = {
    {0, 0x726fdb47dd0e0e31U},  {1, 0x74f839c593dc67fdU},
    {2, 0x0d6c8009d9a94f5aU},  {7, 0xab0200f58b01d137U},
    {8, 0x93f5f5799a932462U},  {15, 0xa129ca6149be45e5U},
    {63, 0x958a324ceb064572U},
};

static struct siphash_key counting_key(void)
{
	uint8_t bytes[SIPHASH_KEY_BYTES];

	for (uint8_t i = 0; i < sizeof bytes; i++)
		bytes[i] = i;
	return siphash_key(bytes);
}

static void reference_numbers(void **state)
{
	const struct siphash_key key = counting_key();
	uint8_t text[64];
	struct siphash hash;

	(void)state;
	for (uint8_t i = 0; i < sizeof text; i++)
		text[i] = i;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		for (size_t cut = 0; cut <= vectors[i].length; cut++) {
			siphash_init(&hash, &key);
			siphash_add(&hash, text, cut);
			siphash_add(&hash, text + cut, vectors[i].length - cut);
			assert_int_equal(siphash_end(&hash), vectors[i].want);
		}
	}
}

static uint64_t number_of(const char *first, const char *second)
{
	const struct siphash_key key = counting_key();
	struct siphash hash;

	siphash_init(&hash, &key);
	siphash_add_text(&hash, first);
	siphash_add_text(&hash, second);
	return siphash_end(&hash);
}

static void texts_end_where_they_end(void **state)
{
	(void)state;
	assert_true(number_of("ab", "c") != number_of("a", "bc"));
	assert_true(number_of("", "a") != number_of("a", ""));
	assert_int_equal(number_of("a", "b"), number_of("a", "b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reference_numbers),
	    cmocka_unit_test(texts_end_where_they_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
