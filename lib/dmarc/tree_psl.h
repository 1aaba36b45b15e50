/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DMARC_TREE_PSL_H
#define DMARC_TREE_PSL_H

/*
 * tree_psl - the Organizational Domain by the public suffix list (RFC 7489 3.2)
 */

/* The public suffix plus one label, pointing into `domain`; a name that is
 * itself a suffix is its own. Any thread. */
const char *tree_psl_org_domain(const char *domain);

#endif
