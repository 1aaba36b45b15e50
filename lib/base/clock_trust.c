/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock_trust.c - may something be deleted or settled on the clock's word?
 */
#include "lib/base/clock_trust.h"

#include <sys/stat.h>
#include <sys/timex.h>

/* systemd-timesyncd(8) touches it each time it has set the clock right, every
 * 34 minutes at the latest. */
#define SYNCHRONIZED "/run/systemd/timesync/synchronized"

static int64_t reference_of(const struct clock_facts *facts)
{
	return facts->believed_s > 0 ? facts->believed_s : facts->newest_s;
}

enum clock_trust clock_trust(const struct clock_facts *facts)
{
	int64_t reference_s = reference_of(facts);

	if (facts->is_kept || reference_s == 0)
		return CLOCK_AGREES;
	if (facts->now_s < reference_s - CLOCK_BACK_S)
		return CLOCK_BEHIND;
	return facts->now_s > reference_s + CLOCK_AHEAD_S ? CLOCK_AHEAD
							  : CLOCK_AGREES;
}

/* Since then nobody has set the clock ahead, or further back than it has gone.
 */
static bool was_set_right(int64_t now_s)
{
	struct stat found;

	return stat(SYNCHRONIZED, &found) == 0 &&
	       found.st_mtim.tv_sec <= now_s &&
	       found.st_mtim.tv_sec > now_s - CLOCK_BACK_S;
}

bool clock_is_kept(const struct clock *clock)
{
	struct timex kernel = {.modes = 0};

	if (clock_is_fixed(clock))
		return false;
	int state = adjtimex(&kernel);
	/* The units bar the call that could set the clock: ProtectClock=. */
	if (state < 0)
		return was_set_right(clock_now_s(clock));
	return state != TIME_ERROR && (kernel.status & STA_UNSYNC) == 0;
}

char *clock_trust_words(TALLOC_CTX *mem, const struct clock_facts *facts)
{
	char now[CLOCK_TEXT];
	char before[CLOCK_TEXT];

	return mem_printf(mem, "the clock says %s and nothing keeps it; %s %s",
			  clock_text(facts->now_s, now),
			  facts->believed_s > 0 ? "it was last believed at"
						: "the youngest record is of",
			  clock_text(reference_of(facts), before));
}
