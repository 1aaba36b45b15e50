/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_failure_due.c - when a failure report is owed
 *
 * The rows stand for every combination of evidence under each fo; all further
 * conditions are then tried over all of them.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/policy/failure_due.h"

/* Evidence in letters: D, S an aligned pass of DKIM, SPF; x, b a signature
 * failed (b: the body only); y SPF failed. */
static const char *const evidence[] = {"",   "D",   "S",  "DS",	 "x",  "Dx",
				       "Sx", "DSx", "b",  "Db",	 "Sb", "DSb",
				       "y",  "Dy",  "xy", "Dxy", "by", "Dby"};

#define EVIDENCE (sizeof evidence / sizeof evidence[0])

/* What is owed, a letter for each evidence above: d(marc), s(ignature),
 * b(odyhash), f (SPF), - nothing. */
static const struct row {
	const char *fo;
	const char *want;
} rows[] = {
    /*        ""  D S DS  x Dx Sx DSx  b Db Sb DSb  y Dy xy Dxy by Dby */
    {"0", "d---"
	  "d---"
	  "d---"
	  "d-d-d-"},
    {"1", "ddd-"
	  "ddd-"
	  "ddd-"
	  "dddddd"},
    {"d", "----"
	  "ssss"
	  "bbbb"
	  "--ssbb"},
    {"s", "----"
	  "----"
	  "----"
	  "ffffff"},
    {"d:s", "----"
	    "ssss"
	    "bbbb"
	    "ffssbb"},
    {"0:d", "d---"
	    "dsss"
	    "dbbb"
	    "d-dsdb"},
    {"0:s", "d---"
	    "d---"
	    "d---"
	    "dfdfdf"},
    {"0:d:s", "d---"
	      "dsss"
	      "dbbb"
	      "dfdsdb"},
    {"1:d:s", "ddd-"
	      "ddds"
	      "dddb"
	      "dddddd"},
    {"s:d:0", "d---"
	      "dsss"
	      "dbbb"
	      "dfdsdb"},
    {"0:1", "ddd-"
	    "ddd-"
	    "ddd-"
	    "dddddd"},
};

static struct failure_facts facts_of(const char *fo, const char *letters)
{
	bool is_dkim_aligned = strchr(letters, 'D') != NULL;
	bool is_spf_aligned = strchr(letters, 'S') != NULL;

	return (struct failure_facts){
	    .is_switched_on = true,
	    .has_ruf = true,
	    .result = is_dkim_aligned || is_spf_aligned ? DMARC_RESULT_PASS
							: DMARC_RESULT_FAIL,
	    .fo = fo,
	    .is_dkim_aligned = is_dkim_aligned,
	    .is_spf_aligned = is_spf_aligned,
	    .is_signature_failed = strpbrk(letters, "xb") != NULL,
	    .is_body_changed = strchr(letters, 'b') != NULL,
	    .is_spf_failed = strchr(letters, 'y') != NULL,
	};
}

static char letter_of(enum failure_kind kind)
{
	return "-dsbf"[kind];
}

static void asks_as_fo_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(strlen(rows[i].want), EVIDENCE);
		for (size_t j = 0; j < EVIDENCE; j++) {
			struct failure_facts facts =
			    facts_of(rows[i].fo, evidence[j]);
			char found = letter_of(failure_due(&facts));
			if (found != rows[i].want[j])
				fail_msg("fo=%s, \"%s\": %c and not %c",
					 rows[i].fo, evidence[j], found,
					 rows[i].want[j]);
		}
	}
}

static void never(struct failure_facts facts, const char *why)
{
	if (failure_due(&facts) != FAILURE_NONE)
		fail_msg("owed although %s, fo=%s", why, facts.fo);
}

static void nothing_outdoes_a_no(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0] * EVIDENCE; i++) {
		const struct failure_facts all =
		    facts_of(rows[i / EVIDENCE].fo, evidence[i % EVIDENCE]);
		struct failure_facts facts = all;
		facts.is_switched_on = false;
		never(facts, "switched off");
		facts = all;
		facts.has_ruf = false;
		never(facts, "there is no ruf");
		facts = all;
		facts.is_psd = true;
		never(facts, "psd=y");
		facts = all;
		facts.is_automatic = true;
		never(facts, "it is a report or a bounce");
		facts = all;
		facts.applied = DISPOSITION_TEMPFAIL;
		never(facts, "it comes again");
		facts = all;
		facts.result = DMARC_RESULT_NONE;
		never(facts, "there is no policy");
		facts.result = DMARC_RESULT_TEMPERROR;
		never(facts, "a lookup failed");
		facts.result = DMARC_RESULT_PERMERROR;
		never(facts, "the record is broken");
	}
}

static void names_what_did_not_align(void **state)
{
	struct failure_facts facts = {.fo = "0"};

	(void)state;
	assert_string_equal(failure_identity_alignment(&facts), "dkim, spf");
	facts.is_dkim_aligned = true;
	assert_string_equal(failure_identity_alignment(&facts), "spf");
	facts.is_spf_aligned = true;
	assert_string_equal(failure_identity_alignment(&facts), "none");
	facts.is_dkim_aligned = false;
	assert_string_equal(failure_identity_alignment(&facts), "dkim");
}

static void has_words(void **state)
{
	(void)state;
	assert_string_equal(failure_delivery_text(DISPOSITION_NONE),
			    "delivered");
	assert_string_equal(failure_delivery_text(DISPOSITION_TAG),
			    "delivered");
	assert_string_equal(failure_delivery_text(DISPOSITION_QUARANTINE),
			    "policy");
	assert_string_equal(failure_delivery_text(DISPOSITION_REJECT),
			    "reject");
	assert_string_equal(failure_delivery_text(DISPOSITION_TEMPFAIL),
			    "other");
	assert_null(failure_kind_text(FAILURE_NONE));
	assert_string_equal(failure_kind_text(FAILURE_DMARC), "dmarc");
	assert_string_equal(failure_kind_text(FAILURE_SIGNATURE), "signature");
	assert_string_equal(failure_kind_text(FAILURE_BODYHASH), "bodyhash");
	assert_string_equal(failure_kind_text(FAILURE_SPF), "spf");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(asks_as_fo_says),
	    cmocka_unit_test(nothing_outdoes_a_no),
	    cmocka_unit_test(names_what_did_not_align),
	    cmocka_unit_test(has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
