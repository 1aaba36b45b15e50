/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_UNNEEDED_H
#define MILTER_UNNEEDED_H

/*
 * unneeded - is it worth an answer to each chunk that bodies can be cut short?
 *
 * An MTA that is answered nothing sends header, body and end at once; one that
 * waits for an answer to each chunk of the body wakes twice for it, as alignd
 * does, but can be told to skip the rest. A chunk's answer costs alignd as much
 * as reading some 140 KB, so answers are asked for only where one message in
 * four of the last thousand had a body that nobody needed and that a chunk did
 * not hold: outgoing mail with attachments. Any thread; whoever counts the
 * thousandth judges.
 */

#include <stdatomic.h>
#include <stdbool.h>

#define UNNEEDED_WINDOW 1000 /* messages */
#define UNNEEDED_SHARE 4     /* one in so many */

struct unneeded {
	atomic_uint messages;
	atomic_uint long_ones;
	atomic_bool is_common;
};

/* One more message; did it have such a body? */
void unneeded_note(struct unneeded *unneeded, bool is_long);

/* Of the thousand before; false at first. */
bool unneeded_is_common(const struct unneeded *unneeded);

#endif
