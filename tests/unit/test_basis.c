/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_basis.c - what an outcome rests on, of hand-made verdicts
 */
#include "tests/unit/unit.h"

#include "lib/eval/basis.h"

#define P DMARC_RESULT_PASS
#define F DMARC_RESULT_FAIL
#define T DMARC_RESULT_TEMPERROR

static void rests_on_what_decided(void **state)
{
	static const struct {
		enum dmarc_result result;
		bool is_spf_aligned;
		bool is_dkim_aligned;
		bool has_aligned_signature;
		struct basis_staleness staleness; /* policy, SPF, keys */
		enum basis want;
	} rows[] = {
	    {P, 1, 0, 0, {0, 0, 0}, BASIS_ANSWERED},
	    {P, 1, 0, 0, {1, 0, 0}, BASIS_STALE},
	    {P, 1, 0, 0, {0, 1, 0}, BASIS_STALE},
	    {P, 1, 0, 0, {1, 2, 0}, BASIS_REMEMBERED},
	    /* The freshest of those that passed; nobody needs the other. */
	    {P, 1, 1, 1, {0, 2, 0}, BASIS_ANSWERED},
	    {P, 1, 1, 1, {0, 2, 1}, BASIS_STALE},
	    {P, 1, 0, 1, {0, 0, 2}, BASIS_ANSWERED},
	    {P, 0, 1, 1, {0, 2, 0}, BASIS_ANSWERED},
	    /* A fail: all that might have passed. */
	    {F, 0, 0, 0, {0, 0, 0}, BASIS_ANSWERED},
	    {F, 0, 0, 0, {0, 1, 0}, BASIS_STALE},
	    {F, 0, 0, 1, {0, 0, 2}, BASIS_REMEMBERED},
	    {F, 0, 0, 0, {1, 0, 0}, BASIS_STALE},
	    /* A stranger's signature is no reason to let a spoof come again. */
	    {F, 0, 0, 0, {0, 0, 2}, BASIS_ANSWERED},
	    {T, 0, 0, 0, {0, 2, 2}, BASIS_ANSWERED},
	    {DMARC_RESULT_NONE, 0, 0, 0, {1, 2, 2}, BASIS_STALE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const bool is_aligned[] = {false,
					   rows[i].has_aligned_signature};
		struct verdict verdict = {
		    .result = rows[i].result,
		    .is_spf_aligned = rows[i].is_spf_aligned,
		    .is_dkim_aligned = rows[i].is_dkim_aligned,
		    .is_aligned = is_aligned,
		    .evidence = {.dkim = {.count = 2}},
		};
		assert_int_equal(basis_find(&verdict, &rows[i].staleness),
				 rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rests_on_what_decided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
