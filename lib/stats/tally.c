/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tally.c - what is counted of messages, and the words for it
 */
#include "lib/stats/tally.h"

#include <string.h>

#include "lib/policy/decide.h"

#define WORDS(table) sizeof(table) / sizeof(table)[0], table

static const struct stats_word results[] = {
    [RESULT_NONE] = {"none", "no policy"},
    [RESULT_PASS] = {"pass", "passed"},
    [RESULT_FAIL] = {"fail", "failed"},
    [RESULT_TEMPERROR] = {"temperror", "DNS did not answer"},
    [RESULT_PERMERROR] = {"permerror", "unreadable author or record"},
};

static const struct stats_word policies[] = {
    {"", "no policy"},
    {"none", "none"},
    {"quarantine", "quarantine"},
    {"reject", "reject"},
};

static const struct stats_word applied[] = {
    [APPLIED_NONE] = {"none", "let in"},
    [APPLIED_TAG] = {"tag", "let in, tagged"},
    [APPLIED_QUARANTINE] = {"quarantine", "quarantined"},
    [APPLIED_REJECT] = {"reject", "refused"},
    [APPLIED_TEMPFAIL] = {"tempfail", "deferred"},
};

static const struct stats_word tls[] = {
    [TLS_NONE] = {"none", "no TLS"},
    [TLS_OLD] = {"old", "TLS 1.1 or older"},
    [TLS_12] = {"1.2", "TLS 1.2"},
    [TLS_13] = {"1.3", "TLS 1.3"},
    [TLS_UNKNOWN] = {"unknown", "unknown version"},
};

const struct stats_dimension stats_dimensions[STATS_DIMENSIONS] = {
    [STATS_RESULT] = {"result", WORDS(results)},
    [STATS_POLICY] = {"policy", WORDS(policies)},
    [STATS_APPLIED] = {"applied", WORDS(applied)},
    [STATS_FAILED] = {"failed_applied", WORDS(applied)},
    [STATS_TLS] = {"tls", WORDS(tls)},
};

const char *const stats_mark_names[STATS_MARKS] = {
    [STATS_NAMED] = "client_named",
    [STATS_OVERRIDDEN] = "overridden",
    [STATS_SPARED] = "monitor_spared",
};

/* A word that this version does not know counts as the first, harmless one. */
static uint8_t place_of(enum stats_dimension_id id, const char *word)
{
	const struct stats_dimension *dimension = &stats_dimensions[id];

	for (size_t i = 0; i < dimension->count; i++) {
		if (strcmp(dimension->words[i].word, word) == 0)
			return (uint8_t)i;
	}
	return 0;
}

/* As MTAs spell it: Postfix and Sendmail "TLSv1.3", old ones "TLSv1/SSLv3". */
static uint8_t tls_place(const char *version)
{
	if (version[0] == '\0')
		return TLS_NONE;
	if (strcmp(version, "TLSv1.3") == 0)
		return TLS_13;
	if (strcmp(version, "TLSv1.2") == 0)
		return TLS_12;
	return strncmp(version, "TLSv1", 5) == 0 ||
		       strncmp(version, "SSL", 3) == 0
		   ? TLS_OLD
		   : TLS_UNKNOWN;
}

struct stats_kind stats_kind_of(const struct store_trait *trait)
{
	uint8_t what = place_of(STATS_APPLIED, trait->applied);

	return (struct stats_kind){
	    .place = {[STATS_RESULT] =
			  place_of(STATS_RESULT, trait->dmarc_result),
		      [STATS_POLICY] = place_of(STATS_POLICY, trait->policy),
		      [STATS_APPLIED] = what,
		      [STATS_FAILED] = what,
		      [STATS_TLS] = tls_place(trait->tls_version)},
	    .is_marked = {[STATS_NAMED] = trait->client_name[0] != '\0',
			  [STATS_OVERRIDDEN] = trait->override_type[0] != '\0',
			  [STATS_SPARED] =
			      decide_reason_of(trait->override_comment) ==
			      REASON_MONITOR_MODE},
	};
}

void stats_tally_add(struct stats_tally *tally, const struct stats_kind *kind,
		     int64_t messages)
{
	tally->messages += messages;
	for (size_t i = 0; i < STATS_DIMENSIONS; i++) {
		if (i != STATS_FAILED ||
		    kind->place[STATS_RESULT] == RESULT_FAIL)
			tally->by[i][kind->place[i]] += messages;
	}
	for (size_t i = 0; i < STATS_MARKS; i++)
		tally->marked[i] += kind->is_marked[i] ? messages : 0;
}

void stats_tally_merge(struct stats_tally *tally,
		       const struct stats_tally *other)
{
	tally->messages += other->messages;
	for (size_t i = 0; i < STATS_DIMENSIONS; i++) {
		for (size_t j = 0; j < STATS_WORDS_MAX; j++)
			tally->by[i][j] += other->by[i][j];
	}
	for (size_t i = 0; i < STATS_MARKS; i++)
		tally->marked[i] += other->marked[i];
}

int64_t stats_tally_modern_tls(const struct stats_tally *tally)
{
	return tally->by[STATS_TLS][TLS_12] + tally->by[STATS_TLS][TLS_13];
}
