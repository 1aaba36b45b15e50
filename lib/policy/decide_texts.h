/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_DECIDE_TEXTS_H
#define POLICY_DECIDE_TEXTS_H

/*
 * decide_texts - the constant comments of decisions
 */

/* "sampled out, pct=50"; pct is 0..99. */
const char *sampled_out_text(int pct);

#endif
