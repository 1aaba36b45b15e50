/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tally.c - what is counted of messages, and the words for it
 */
#include "lib/stats/tally.h"

#include <string.h>

#define WORDS(table) sizeof(table) / sizeof(table)[0], table

static const struct stats_word results[] = {
    [DMARC_RESULT_NONE] = {"none", "no policy"},
    [DMARC_RESULT_PASS] = {"pass", "passed"},
    [DMARC_RESULT_FAIL] = {"fail", "failed"},
    [DMARC_RESULT_TEMPERROR] = {"temperror", "DNS did not answer"},
    [DMARC_RESULT_PERMERROR] = {"permerror", "unreadable author or record"},
};

static const struct stats_word policies[] = {
    [REQUEST_ABSENT] = {"absent", "no policy"},
    [REQUEST_NONE] = {"none", "none"},
    [REQUEST_QUARANTINE] = {"quarantine", "quarantine"},
    [REQUEST_REJECT] = {"reject", "reject"},
};

static const struct stats_word applied[] = {
    [DISPOSITION_NONE] = {"none", "let in"},
    [DISPOSITION_TAG] = {"tag", "let in, tagged"},
    [DISPOSITION_QUARANTINE] = {"quarantine", "quarantined"},
    [DISPOSITION_REJECT] = {"reject", "refused"},
    [DISPOSITION_TEMPFAIL] = {"tempfail", "deferred"},
};

static const struct stats_word tls[] = {
    [TLS_NONE] = {"none", "no TLS"},
    [TLS_OLD] = {"old", "TLS 1.1 or older"},
    [TLS_12] = {"1.2", "TLS 1.2"},
    [TLS_13] = {"1.3", "TLS 1.3"},
    [TLS_UNKNOWN] = {"unknown", "unknown version"},
};

static const struct stats_word ptr[] = {
    [PTR_UNRECORDED] = {"unrecorded", "not recorded"},
    [PTR_CONFIRMED] = {"confirmed", "confirmed"},
    [PTR_UNCONFIRMED] = {"unconfirmed", "name does not lead back"},
    [PTR_MISSING] = {"missing", "no name (no PTR)"},
    [PTR_TEMPERROR] = {"temperror", "DNS did not answer"},
};

const struct stats_dimension stats_dimensions[STATS_DIMENSIONS] = {
    [STATS_RESULT] = {"result", WORDS(results)},
    [STATS_POLICY] = {"policy", WORDS(policies)},
    [STATS_APPLIED] = {"applied", WORDS(applied)},
    [STATS_FAILED] = {"failed_applied", WORDS(applied)},
    [STATS_TLS] = {"tls", WORDS(tls)},
    [STATS_PTR] = {"ptr", WORDS(ptr)},
};

const char *const stats_mark_names[STATS_MARKS] = {
    [STATS_NAMED] = "client_named",
    [STATS_OVERRIDDEN] = "overridden",
    [STATS_SPARED] = "monitor_spared",
    [STATS_OTHERS] = "others",
};

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

/* By the words of RFC 8601 3. */
static uint8_t ptr_place(const struct store_trait *trait)
{
	static const struct {
		const char *iprev;
		enum stats_ptr place;
	} rows[] = {{"pass", PTR_CONFIRMED},
		    {"fail", PTR_UNCONFIRMED},
		    {"permerror", PTR_MISSING},
		    {"temperror", PTR_TEMPERROR}};

	if (trait->client_name[0] != '\0')
		return PTR_CONFIRMED;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (strcmp(rows[i].iprev, trait->iprev) == 0)
			return (uint8_t)rows[i].place;
	}
	return PTR_UNRECORDED;
}

static uint8_t known(int value)
{
	return value < 0 ? 0 : (uint8_t)value;
}

struct stats_kind stats_kind_of(const struct store_trait *trait)
{
	uint8_t what = known(disposition_find(trait->applied));
	/* No other tuple is without a client. */
	bool is_others = trait->client_ip[0] == '\0';

	return (struct stats_kind){
	    .place = {[STATS_RESULT] =
			  known(dmarc_result_find(trait->dmarc_result)),
		      [STATS_POLICY] = known(request_find(trait->policy)),
		      [STATS_APPLIED] = what,
		      [STATS_FAILED] = what,
		      [STATS_TLS] = is_others ? TLS_UNKNOWN
					      : tls_place(trait->tls_version),
		      [STATS_PTR] = ptr_place(trait)},
	    .is_marked = {[STATS_NAMED] = trait->client_name[0] != '\0',
			  [STATS_OVERRIDDEN] = trait->override_type[0] != '\0',
			  [STATS_SPARED] =
			      decide_reason_of(trait->override_comment) ==
			      REASON_MONITOR_MODE,
			  [STATS_OTHERS] = is_others},
	};
}

void stats_tally_add(struct stats_tally *tally, const struct stats_kind *kind,
		     int64_t messages)
{
	tally->messages += messages;
	for (size_t i = 0; i < STATS_DIMENSIONS; i++) {
		if (i != STATS_FAILED ||
		    kind->place[STATS_RESULT] == DMARC_RESULT_FAIL)
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
