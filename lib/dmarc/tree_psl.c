/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree_psl.c - the Organizational Domain by the public suffix list
 *
 * RFC 7489 3.2, through libpsl. The list is loaded at the first question and
 * kept; libpsl reads it from any thread. Unknown top domains fall under the
 * list's rule "*". Without any list every name is its own Organizational
 * Domain, which never aligns too much.
 */
#include "lib/dmarc/tree_psl.h"

#include <libpsl.h>
#include <pthread.h>
#include <stddef.h>

static const psl_ctx_t *list;
static pthread_once_t list_once = PTHREAD_ONCE_INIT;

static void load_list(void)
{
	list = psl_latest(NULL);
}

const char *tree_psl_org_domain(const char *domain)
{
	(void)pthread_once(&list_once, load_list);
	const char *found = psl_registrable_domain(list, domain);

	return found == NULL ? domain : found;
}
