/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_mem.c - an object with room for what comes below it
 */
#include "tests/unit/unit.h"

#include "lib/base/mem.h"

#define ROOM 1000

struct owner {
	int64_t number;
	char text[40];
};

static int note_end(char **object)
{
	**object = 'x';
	return 0;
}

static void is_zeroed(void **state)
{
	static const struct owner zero;
	struct owner *owner = mem_pooled(NULL, struct owner, ROOM);

	(void)state;
	assert_memory_equal(owner, &zero, sizeof zero);
	mem_free(owner);
}

/* More than fits, below it and below that; all of it goes at once. */
static void holds_more_than_its_room(void **state)
{
	char ended[] = "not yet";
	struct owner *owner = mem_pooled(NULL, struct owner, ROOM);
	TALLOC_CTX *child = mem_context(owner);

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		char *bytes = mem_array(i % 2 == 0 ? child : owner, char, 50);
		for (size_t j = 0; j < 50; j++) {
			assert_int_equal(bytes[j], 0);
			bytes[j] = 'b';
		}
	}
	char **last = mem_new(child, char *);
	*last = ended;
	talloc_set_destructor(last, note_end);
	assert_int_equal(owner->number, 0);
	mem_free(owner);
	assert_string_equal(ended, "xot yet");
}

/* What was freed may be taken again, and holds nothing of before. */
static void gives_back(void **state)
{
	struct owner *owner = mem_pooled(NULL, struct owner, ROOM);

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		char *bytes = mem_array(owner, char, 100);
		assert_int_equal(bytes[99], 0);
		bytes[99] = 'b';
		mem_free(bytes);
	}
	mem_free(owner);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(is_zeroed),
	    cmocka_unit_test(holds_more_than_its_room),
	    cmocka_unit_test(gives_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
