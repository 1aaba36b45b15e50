/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aggregate.c - the reports of a UTC day: which there are
 *
 * The day's results come from lib/store/store_day.h by policy domain and
 * record; whether a record asks for reports is read from its text here. Rows
 * are aggregate_rows.c's.
 */
#include "lib/report/make/aggregate.h"

#include "lib/dmarc/record.h"
#include "lib/report/make/aggregate_private.h"

int64_t aggregate_day_of(int64_t time_s)
{
	int64_t past = time_s % AGGREGATE_DAY_S;

	return time_s - (past < 0 ? past + AGGREGATE_DAY_S : past);
}

bool aggregate_open(TALLOC_CTX *mem, struct store_reader *reader,
		    int64_t time_s, const char *policy_domain,
		    struct aggregate_day **day, struct error *err)
{
	return aggregate_open_round(mem, reader, time_s, policy_domain,
				    STORE_DAY_ALL_ROUNDS, day, err);
}

bool aggregate_open_round(TALLOC_CTX *mem, struct store_reader *reader,
			  int64_t time_s, const char *policy_domain,
			  int64_t round, struct aggregate_day **day,
			  struct error *err)
{
	struct aggregate_day *made = mem_new(mem, struct aggregate_day);
	const struct store_day_choice choice = {
	    .since_s = aggregate_day_of(time_s),
	    .until_s = aggregate_day_of(time_s) + AGGREGATE_DAY_S,
	    .policy_domain = policy_domain,
	    .round = round};

	made->begin_s = choice.since_s;
	if (!store_day_open(made, reader, &choice, &made->results, err)) {
		mem_free(made);
		return false;
	}
	*day = made;
	return true;
}

/* --- listing --- */

struct listing {
	const struct aggregate_day *day;
	bool (*seen)(void *context, const struct aggregate_report *report);
	void *context;
};

/* False when the record asks for no reports. Texts stay the policy's. */
static bool make_report(TALLOC_CTX *mem, const struct aggregate_day *day,
			const struct store_policy *policy,
			struct aggregate_report *report)
{
	struct record *record =
	    record_parse(mem, text_unescape(mem, policy->record));

	if (!record->is_usable || record->rua.count == 0)
		return false;
	*report = (struct aggregate_report){
	    .number = policy->number,
	    .policy_domain = policy->policy_domain,
	    .record = policy->record,
	    .discovery = policy->discovery,
	    .rua = record->rua,
	    .begin_s = day->begin_s,
	    .end_s = day->begin_s + AGGREGATE_DAY_S - 1,
	    .messages = policy->messages,
	    .passed = policy->passed,
	    .refused = policy->refused,
	    .others = policy->others,
	};
	return true;
}

static bool on_policy(void *context, const struct store_policy *policy)
{
	struct listing *listing = context;
	TALLOC_CTX *mem = mem_context(NULL);
	struct aggregate_report report;
	bool go_on = !make_report(mem, listing->day, policy, &report) ||
		     listing->seen(listing->context, &report);

	mem_free(mem);
	return go_on;
}

bool aggregate_list(struct aggregate_day *day,
		    bool (*seen)(void *context,
				 const struct aggregate_report *report),
		    void *context, struct error *err)
{
	struct listing listing = {.day = day, .seen = seen, .context = context};

	return store_day_policies(day->results, on_policy, &listing, err);
}

bool aggregate_days(struct store_reader *reader, const char *policy_domain,
		    bool (*seen)(void *context, int64_t day_s), void *context,
		    struct error *err)
{
	return store_days(reader, policy_domain, seen, context, err);
}
