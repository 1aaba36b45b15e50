/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_key_cache.c - keys are kept, and change no result
 *
 * Also hazard C1: many messages verified at once.
 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <pthread.h>
#include <string.h>

#include "lib/auth/key_cache.h"
#include "tests/unit/sign.h"
#include "tests/unit/verify.h"

#define MESSAGE "From: a@d.test\r\nSubject: x\r\n\r\nbody\r\n"
#define THREADS 16
#define ROUNDS 40

static TALLOC_CTX *mem;
static const char *zone;
static const char *message;

static int set_up(void **state)
{
	struct sign_options options = {0};

	(void)state;
	mem = mem_context(NULL);
	struct sign_key *rsa = sign_key_new(mem, "rsa", 2048);
	struct sign_key *other = sign_key_new(mem, "rsa", 1024);
	zone = mem_printf(
	    mem,
	    "%s%s"
	    "g._domainkey.d.test. TXT \"v=DKIM1; p=MAMwAQA=\"\n",
	    sign_key_zone(mem, "d.test", "r", sign_key_record(mem, rsa)),
	    sign_key_zone(mem, "d.test", "o", sign_key_record(mem, other)));
	message = mem_printf(
	    mem, "%s%s%s%s" MESSAGE,
	    sign_message(mem, "d.test", "r", rsa, &options, MESSAGE),
	    sign_message(mem, "d.test", "o", rsa, &options, MESSAGE),
	    sign_message(mem, "d.test", "o", other, &options, MESSAGE),
	    sign_message(mem, "d.test", "g", other, &options, MESSAGE));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	key_cache_clear();
	mem_free(mem);
	return 0;
}

static const char want[] =
    "pass d.test; fail d.test (the signature does not verify); pass d.test; "
    "permerror d.test (the key cannot be decoded)";

static void is_in_effect_and_changes_nothing(void **state)
{
	struct dkim_settings settings = verify_defaults();
	struct key_cache_statistics before, after;

	(void)state;
	for (int round = 0; round < 6; round++) {
		settings.key_cache = round % 2 == 0;
		before = key_cache_statistics();
		struct evidence_signatures evidence =
		    verify_once(mem, &settings, NULL, zone, span_of(message));
		after = key_cache_statistics();
		assert_string_equal(verify_text(mem, &evidence), want);
		assert_int_equal(evidence.items[0].key_bits, 2048);
		assert_int_equal(evidence.items[2].key_bits, 1024);
		/* r, o, and g, which is no key and kept all the same. */
		assert_int_equal(after.asked - before.asked,
				 settings.key_cache ? 3 : 0);
		if (settings.key_cache)
			assert_int_equal(after.hits - before.hits,
					 round == 0 ? 0 : 3);
	}
}

/* More keys than there are places: still right, and bounded. */
static void forgets_the_oldest(void **state)
{
	struct dkim_settings settings = verify_defaults();
	struct sign_options options = {0};

	(void)state;
	for (int i = 0; i < 30; i++) {
		TALLOC_CTX *own = mem_context(mem);
		struct sign_key *key = sign_key_new(own, "rsa", 1024);
		const char *field =
		    sign_message(own, "d.test", "k", key, &options, MESSAGE);
		struct evidence_signatures evidence =
		    verify_once(own, &settings, NULL,
				sign_key_zone(own, "d.test", "k",
					      sign_key_record(own, key)),
				span_of(mem_printf(own, "%s" MESSAGE, field)));
		assert_string_equal(verify_text(own, &evidence), "pass d.test");
		mem_free(own);
	}
}

static int open_files(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	if (directory == NULL)
		return 0;
	while (readdir(directory) != NULL)
		count++;
	(void)closedir(directory);
	return count;
}

struct load {
	struct signature_engine *engine;
	struct dns *dns;
	int wrong;
};

static void *verify_many(void *argument)
{
	struct load *load = argument;

	for (int i = 0; i < ROUNDS; i++) {
		TALLOC_CTX *own = mem_context(NULL);
		struct evidence_signatures evidence = verify_message(
		    own, load->engine, load->dns, span_of(message),
		    (struct verify_style){.chunk = 5});
		load->wrong += strcmp(verify_text(own, &evidence), want) != 0;
		mem_free(own);
	}
	return NULL;
}

static void c1_many_threads(void **state)
{
	struct dkim_settings settings = verify_defaults();
	pthread_t threads[THREADS];
	struct load loads[THREADS];
	struct signature_engine *engine;
	struct dns *dns;
	struct error err;

	(void)state;
	key_cache_clear();
	assert_true(dns_new_from_text(zone, &dns, &err));
	assert_true(
	    signature_engine_new(&settings, clock_system(), &engine, &err));
	int files = open_files();
	for (size_t i = 0; i < THREADS; i++) {
		loads[i] = (struct load){engine, dns, 0};
		assert_int_equal(
		    pthread_create(&threads[i], NULL, verify_many, &loads[i]),
		    0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(loads[i].wrong, 0);
	}
	assert_int_equal(open_files(), files);
	signature_engine_free(engine);
	dns_free(dns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(is_in_effect_and_changes_nothing),
	    cmocka_unit_test(forgets_the_oldest),
	    cmocka_unit_test(c1_many_threads),
	};

	/* One arena of talloc's before the threads start. */
	(void)talloc_free(talloc_new(NULL));
	return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
