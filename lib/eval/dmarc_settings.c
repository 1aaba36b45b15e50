/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dmarc_settings.c - section dmarc of alignd.conf
 */
#include "lib/eval/message.h"

static const struct setting_choice methods[] = {
    {"treewalk", TREE_WALK},
    {"psl", TREE_PSL},
    {NULL, 0},
};

static const struct setting_choice pct_choices[] = {
    {"zero", HONOR_PCT_ZERO},
    {"full", HONOR_PCT_FULL},
    {"no", HONOR_PCT_NO},
    {NULL, 0},
};

const struct setting dmarc_setting_rows[] = {
    {
	.name = "org_domain_method",
	.type = SETTING_CHOICE,
	.offset = offsetof(struct dmarc_settings, org_domain_method),
	.initial = "treewalk",
	.choices = methods,
	.is_reloadable = true,
	.summary = "How the Organizational Domain is found: the DNS tree walk "
		   "of RFC 9989, or the public suffix list of RFC 7489.",
    },
    {
	.name = "honor_pct",
	.type = SETTING_CHOICE,
	.offset = offsetof(struct dmarc_settings, honor_pct),
	.initial = "zero",
	.choices = pct_choices,
	.is_reloadable = true,
	.summary = "What the historic tag pct does: zero lowers the policy one "
		   "step for pct=0 only, full samples as RFC 7489 did, no "
		   "ignores it.",
    },
    {.name = NULL},
};
