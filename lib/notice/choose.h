/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NOTICE_CHOOSE_H
#define NOTICE_CHOOSE_H

/*
 * choose - which facts are news to a place, and what to remember of it
 *
 * News is what was not told there, or more than was told. What was told and
 * still stands becomes one line a kind in a digest, and nothing in an alert.
 * Pure: the marks go into the store when the notice was handed over.
 */

#include "lib/notice/notice.h"
#include "lib/store/store_notice.h"

struct notice_memory {
	const struct store_notice *store;	/* for its numbers */
	const struct store_notice_marks *marks; /* what was told there */
	bool is_left_aside; /* told is what came before notice->since_s */
};

struct notice_choice {
	struct notice told; /* what is shown */
	int64_t news;	    /* facts, with those past the lines */
	/* Of what is told, and of what was told and still stands. */
	size_t mark_count;
	struct store_notice_mark *marks;
};

/* The notice's facts, below `mem`. */
void notice_choose_digest(TALLOC_CTX *mem, const struct notice *notice,
			  const struct notice_memory *memory,
			  struct notice_choice *choice);

/* At most `pace` facts of a kind within an hour, half as many sources and
 * paths; what is past that waits, unmarked. */
void notice_choose_alarms(TALLOC_CTX *mem, const struct notice *notice,
			  const struct notice_memory *memory, long pace,
			  struct notice_choice *choice);

/* Until when the place was told all: its last digest, or where that one began,
 * if it left something out; 0: it had none. The mark itself is one of each
 * digest's choice. */
int64_t notice_told_until_s(const struct notice_memory *memory);

#endif
