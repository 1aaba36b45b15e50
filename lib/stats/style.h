/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATS_STYLE_H
#define STATS_STYLE_H

/*
 * style - how the page of alignctl stats looks
 */

/* The one style sheet. It refers to nothing outside of the page. */
extern const char stats_style[];

/* Hatchings for the shapes that colour alone must not tell apart: an empty
 * drawing to stand once in the page. */
extern const char stats_patterns[];

#endif
