/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

/*
 * histogram - how long something took, counted by classes of duration
 *
 * One set of classes for everything that is measured: from a tenth of a
 * millisecond (an answer out of the cache) to half a minute (past every bound
 * a message has). Adding is two atomic additions, from any thread; reading
 * takes no lock, so a figure may be one addition ahead of another.
 */

#include <stdatomic.h>
#include <stdint.h>

#define HISTOGRAM_CLASSES 19 /* the last one has no upper bound */

struct histogram {
	_Atomic uint64_t counts[HISTOGRAM_CLASSES];
	_Atomic uint64_t sum_us;
};

struct histogram_figures {
	uint64_t counts[HISTOGRAM_CLASSES]; /* each class for itself */
	uint64_t total;			    /* the sum of the counts */
	uint64_t sum_us;
};

/* The class's longest duration in seconds, as text: "0.0001" .. "+Inf". */
const char *histogram_bound_text(unsigned class);

/* A negative duration counts as none. */
void histogram_add(struct histogram *histogram, int64_t duration_us);

void histogram_read(const struct histogram *histogram,
		    struct histogram_figures *figures);

#endif
