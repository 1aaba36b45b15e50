/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_override_many.c - 100,000 overrides: loaded and searched, with figures
 *
 * Prints the figures; fails on a wrong answer, and on a search that compares
 * more overrides than the few it may. OVERRIDES_COUNT makes the file smaller,
 * for slow instruments.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/strbuf.h"
#include "lib/policy/override.h"
#include "lib/policy/override_index.h"

#define NOW 1777636800 /* 2026-05-01 */
#define SEARCHES 5000
#define FILE_BYTES (64 * 1024 * 1024)

static size_t entry_count = 100000;

/* What a scope names, and what a message shows that falls into it. */
struct shape {
	const char *name;
	void (*write)(struct strbuf *file, size_t i);
	size_t signer_step; /* message i is signed by l(i * step).test */
	size_t author_step; /* and written by a(i * step).test */
	size_t shared_max;  /* overrides that may stand under one key */
};

static void write_signer(struct strbuf *file, size_t i)
{
	strbuf_printf(file, "dkim = {\"l%zu.test\"}", i);
}

static void write_author_of_one_signer(struct strbuf *file, size_t i)
{
	strbuf_printf(file, "dkim = {\"l0.test\"} from = {\"a%zu.test\"}", i);
}

static void write_signer_of_one_author(struct strbuf *file, size_t i)
{
	strbuf_printf(file, "dkim = {\"l%zu.test\"} from = {\".a0.test\"}", i);
}

static void write_pair(struct strbuf *file, size_t i)
{
	strbuf_printf(file,
		      "dkim = {\"l%zu.test\"} from = {\"a%zu.test\"} "
		      "network = {\"2001:db8::/%zu\"}",
		      i, i, 32 + i % 90);
}

static void write_network(struct strbuf *file, size_t i)
{
	strbuf_printf(file, "network = {\"2001:db8:%zx:%zx::/64\"}", i >> 16,
		      i & 0xffff);
}

static const struct shape shapes[] = {
    {"each its own signer", write_signer, 1, 0, 1},
    {"one signer, each its own author", write_author_of_one_signer, 0, 1, 1},
    {"one author, each its own signer", write_signer_of_one_author, 1, 0, 1},
    {"signer, author and network", write_pair, 1, 1, 1},
    {"each its own network", write_network, 0, 0, 1},
};

static double seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct span make_file(TALLOC_CTX *mem, const struct shape *shape)
{
	struct strbuf file;

	strbuf_init(&file, mem, FILE_BYTES);
	for (size_t i = 0; i < entry_count; i++) {
		strbuf_printf(&file, "override \"number %zu\" {\n", i);
		shape->write(&file, i);
		strbuf_add_text(&file,
				"\nowner = \"postmaster@example.com\"\n"
				"why = \"rewrites bodies, ticket 4711\"\n"
				"until = \"2027-06-30\"\n}\n");
	}
	assert_false(strbuf_is_full(&file));
	return span_make(strbuf_text(&file), file.length);
}

/* Three signatures and deep names, as in real mail; override i's are among
 * them. */
static const struct override *search(TALLOC_CTX *mem,
				     const struct override_set *set,
				     const struct shape *shape, size_t i)
{
	struct net_address client = {.family = NET_IPV6,
				     .bytes = {0x20, 0x01, 0x0d, 0xb8}};
	struct evidence_signature signatures[] = {
	    {.result = AUTH_PASS, .domain = "a.b.c.d.e.elsewhere.test"},
	    {.result = AUTH_PASS, .domain = "bulk.sender.test"},
	    {.result = AUTH_PASS,
	     .domain = mem_printf(mem, "x.l%zu.test", i * shape->signer_step)},
	};
	struct evidence evidence = {.dkim = {3, signatures}};
	struct override_facts facts = {
	    .result = DMARC_RESULT_FAIL,
	    .author_domain =
		mem_printf(mem, "a%zu.test", i * shape->author_step),
	    .client = &client,
	    .evidence = &evidence,
	};

	if (shape->write == write_network) {
		client.bytes[4] = (uint8_t)(i >> 24);
		client.bytes[5] = (uint8_t)(i >> 16);
		client.bytes[6] = (uint8_t)(i >> 8);
		client.bytes[7] = (uint8_t)i;
	}
	return override_find(mem, set, &facts, NOW);
}

static void check_searches(const struct override_set *set,
			   const struct shape *shape)
{
	TALLOC_CTX *mem = mem_context(NULL);
	double before = seconds();
	size_t found = 0;

	for (size_t n = 0; n < SEARCHES; n++) {
		size_t i = n * 7919 % entry_count;
		TALLOC_CTX *one = mem_context(mem);
		found += search(one, set, shape, i) == &set->items[i];
		mem_free(one);
	}
	(void)printf("  search %.2f us, ",
		     (seconds() - before) * 1e6 / SEARCHES);
	before = seconds();
	for (size_t n = 0; n < SEARCHES; n++) {
		TALLOC_CTX *one = mem_context(mem);
		found += search(one, set, shape, entry_count + 1 + n) != NULL;
		mem_free(one);
	}
	(void)printf("in vain %.2f us\n",
		     (seconds() - before) * 1e6 / SEARCHES);
	assert_int_equal(found, SEARCHES);
	mem_free(mem);
}

/* However many overrides share one kind of key. */
static void check_runs(const struct override_set *set,
		       const struct shape *shape)
{
	for (int kind = 0; kind < OVERRIDE_KINDS; kind++) {
		for (size_t i = 0; i < set->count; i++) {
			const struct text_list *keys =
			    &set->items[i].scope[kind];
			for (size_t k = 0; k < keys->count; k++)
				assert_true(override_index_find(
						set->index,
						(enum override_kind)kind,
						keys->items[k])
						.count <= shape->shared_max);
		}
	}
}

static void loads_and_searches_many(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct span file = make_file(mem, &shapes[i]);
		struct override_set *set = NULL;
		struct error err = {.words = ""};
		double before = seconds();
		bool is_good =
		    override_parse(mem, "overrides", file, &set, &err);
		assert_string_equal(err.words, "");
		assert_true(is_good);
		assert_int_equal(set->count, entry_count);
		(void)printf("%zu overrides, %s: %zu bytes read in %.2f s, "
			     "%zu KiB kept\n",
			     set->count, shapes[i].name, file.length,
			     seconds() - before, talloc_total_size(set) / 1024);
		check_searches(set, &shapes[i]);
		check_runs(set, &shapes[i]);
		mem_free(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(loads_and_searches_many),
	};
	const char *count = getenv("OVERRIDES_COUNT");

	if (count != NULL)
		entry_count = strtoul(count, NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
