/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_basis.c - what an outcome rests on, of hand-made verdicts
 */
#include "tests/unit/unit.h"

#include "lib/eval/basis.h"

#define P DMARC_RESULT_PASS
#define F DMARC_RESULT_FAIL
#define T DMARC_RESULT_TEMPERROR
#define NO ALIGNMENT_NO
#define YES ALIGNMENT_YES
#define UNKNOWN ALIGNMENT_UNKNOWN

/* Two signatures, of which the second may align; SPF that may. */
static void rests_on_what_decided(void **state)
{
	static const struct {
		enum dmarc_result result;
		bool is_spf_aligned;
		bool is_dkim_aligned;
		enum alignment spf;
		enum alignment dkim;
		enum dns_staleness policy;
		enum dns_staleness spf_is;
		enum dns_staleness keys[2];
		enum basis want;
	} rows[] = {
	    {P, 1, 0, YES, NO, 0, 0, {0, 0}, BASIS_ANSWERED},
	    {P, 1, 0, YES, NO, 1, 0, {0, 0}, BASIS_STALE},
	    {P, 1, 0, YES, NO, 0, 1, {0, 0}, BASIS_STALE},
	    {P, 1, 0, YES, NO, 1, 2, {0, 0}, BASIS_REMEMBERED},
	    /* The freshest of those that passed; nobody needs the other. */
	    {P, 1, 1, YES, YES, 0, 2, {0, 0}, BASIS_ANSWERED},
	    {P, 1, 1, YES, YES, 0, 2, {0, 1}, BASIS_STALE},
	    {P, 1, 0, YES, NO, 0, 0, {2, 2}, BASIS_ANSWERED},
	    {P, 0, 1, NO, YES, 0, 2, {2, 0}, BASIS_ANSWERED},
	    {P, 0, 1, NO, YES, 0, 0, {0, 1}, BASIS_STALE},
	    /* A fail: all that might have passed. */
	    {F, 0, 0, YES, NO, 0, 0, {0, 0}, BASIS_ANSWERED},
	    {F, 0, 0, YES, NO, 0, 1, {0, 0}, BASIS_STALE},
	    {F, 0, 0, UNKNOWN, NO, 0, 1, {0, 0}, BASIS_STALE},
	    {F, 0, 0, NO, YES, 0, 0, {0, 2}, BASIS_REMEMBERED},
	    {F, 0, 0, NO, UNKNOWN, 0, 0, {0, 2}, BASIS_REMEMBERED},
	    {F, 0, 0, NO, NO, 1, 0, {0, 0}, BASIS_STALE},
	    /* A stranger's SPF or signature is no reason to let a spoof come
	     * again, not even beside one that claims to be the author's. */
	    {F, 0, 0, NO, NO, 0, 2, {0, 0}, BASIS_ANSWERED},
	    {F, 0, 0, NO, NO, 0, 0, {2, 2}, BASIS_ANSWERED},
	    {F, 0, 0, NO, YES, 0, 0, {2, 0}, BASIS_ANSWERED},
	    {T, 0, 0, YES, YES, 0, 2, {2, 2}, BASIS_ANSWERED},
	    {DMARC_RESULT_NONE, 0, 0, NO, NO, 1, 2, {2, 2}, BASIS_STALE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct evidence_signature signatures[] = {
		    {.result = AUTH_PASS},
		    {.result = rows[i].is_dkim_aligned ? AUTH_PASS : AUTH_FAIL},
		};
		const bool is_aligned[] = {false, rows[i].dkim == YES};
		const enum alignment alignments[] = {NO, rows[i].dkim};
		struct verdict verdict = {
		    .result = rows[i].result,
		    .is_spf_aligned = rows[i].is_spf_aligned,
		    .is_dkim_aligned = rows[i].is_dkim_aligned,
		    .is_aligned = is_aligned,
		    .spf_alignment = rows[i].spf,
		    .dkim_alignment = alignments,
		    .evidence = {.dkim = {.count = 2, .items = signatures}},
		};
		const struct basis_staleness staleness = {
		    rows[i].policy, rows[i].spf_is, rows[i].keys};
		assert_int_equal(basis_find(&verdict, &staleness),
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
