/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather.c - facts, out of the store: in which order
 * Tested by test_alignctl_notice.
 */
#include "lib/notice/gather_private.h"

#define WEEK_S (7 * (int64_t)NOTICE_DAY_S)
/* What a host was well of for so long is another case: some runs of each. */
#define FLEET_DIGEST_S (3 * (int64_t)NOTICE_DAY_S)
#define FLEET_ALARM_S 3600

void gather_add(const struct gathering *gathering,
		const struct notice_fact *fact)
{
	notice_add(gathering->mem, gathering->notice, fact);
}

static struct notice begin_notice(const struct notice_sources *sources,
				  const char *title, int64_t since_s)
{
	return (struct notice){.title = title,
			       .host = sources->host,
			       .since_s = since_s,
			       .until_s = sources->now_s};
}

bool notice_gather_digest(TALLOC_CTX *mem, const struct notice_sources *sources,
			  int64_t since_s, struct notice *notice,
			  struct error *err)
{
	struct notice found = begin_notice(sources, "digest", since_s);
	const struct gathering gathering = {mem, sources, since_s, &found};

	if (!gather_held(&gathering, err) || !gather_likely(&gathering, err) ||
	    !gather_paths(&gathering, since_s, err) ||
	    !gather_inbox(&gathering, 1, true, err) ||
	    !gather_posture(&gathering, err))
		return false;
	gather_overrides(&gathering);
	if (!gather_reports(&gathering, err))
		return false;
	gather_fleet(&gathering, FLEET_DIGEST_S);
	*notice = found;
	return true;
}

bool notice_gather_alarms(TALLOC_CTX *mem, const struct notice_sources *sources,
			  struct notice *notice, struct error *err)
{
	struct notice found = begin_notice(sources, "alert", 0);
	const struct gathering gathering = {
	    mem, sources, sources->now_s - WEEK_S + NOTICE_LATE_S, &found};

	if (!gather_overdue(&gathering, err) || !gather_wave(&gathering, err) ||
	    !gather_paths(&gathering, sources->now_s - WEEK_S, err) ||
	    !gather_inbox(&gathering, NOTICE_SOURCE_LEAST, false, err))
		return false;
	gather_fleet(&gathering, FLEET_ALARM_S);
	*notice = found;
	return true;
}
