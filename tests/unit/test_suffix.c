/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_suffix.c - below which names the public registers its own
 */
#include "tests/unit/unit.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/base/limits.h"
#include "lib/base/suffix.h"

/* It is asked for its age; whichever it is, it was made after libpsl was first,
 * and is a file that is there or none. */
static void says_how_old_it_is(void **state)
{
	const char *file = "?";
	int64_t time_s = suffix_list_time(&file);
	struct stat found;

	(void)state;
	assert_true(time_s > 1325376000 && time_s <= time(NULL));
	if (file == NULL)
		return;
	assert_int_equal(stat(file, &found), 0);
	assert_int_equal(found.st_mtime, time_s);
}

static void finds_the_registrable_name(void **state)
{
	static const struct {
		const char *name;
		const char *want;
	} rows[] = {
	    {"example.com", "example.com"},
	    {"_dmarc.mail.example.com", "example.com"},
	    {"a.b.co.uk", "b.co.uk"},
	    {"a.b.asso.fr", "b.asso.fr"},
	    /* owned by somebody who lets others register */
	    {"a.b.uk.com", "b.uk.com"},
	    {"a.b.eu.org", "b.eu.org"},
	    /* suffixes, and what stands directly below */
	    {"com", "com"},
	    {"uk.com", "uk.com"},
	    {"_dmarc.uk.com", "_dmarc.uk.com"},
	    /* unknown to the list */
	    {"a.b.test", "b.test"},
	    {"test", "test"},
	    /* what only the DNS can hold */
	    {"u+v/w!.b.asso.fr", "b.asso.fr"},
	    {"1.2.3.4.5.6.7.8.9.10.11.b.co.uk", "b.co.uk"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(suffix_registrable(rows[i].name),
				    rows[i].want);
}

static void tells_suffixes(void **state)
{
	static const struct {
		const char *name;
		bool is_public;
	} rows[] = {
	    {"com", true},	   {"gov.uk", true},	{"uk.com", true},
	    {"test", true},	   {"b.gov.uk", false}, {"example.com", false},
	    {"a.b.gov.uk", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(suffix_is_public(rows[i].name),
				 rows[i].is_public);
}

static void takes_the_longest_name(void **state)
{
	static const char end[] = ".b.asso.fr";
	char name[LIMIT_DOMAIN_BYTES + 1];

	(void)state;
	memset(name, 'a', sizeof name);
	for (size_t i = LIMIT_LABEL_BYTES; i < sizeof name; i += 64)
		name[i] = '.';
	memcpy(name + sizeof name - sizeof end, end, sizeof end);
	assert_ptr_equal(suffix_registrable(name),
			 name + sizeof name - sizeof end + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_registrable_name),
	    cmocka_unit_test(tells_suffixes),
	    cmocka_unit_test(says_how_old_it_is),
	    cmocka_unit_test(takes_the_longest_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
