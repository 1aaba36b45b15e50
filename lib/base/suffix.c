/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suffix.c - the public suffix list, through libpsl
 *
 * libpsl reads its list from any thread. Unknown top-level domains fall under
 * the list's rule "*". Of a name of more than nine labels it looks at the last
 * nine; no suffix is as long.
 */
#include "lib/base/suffix.h"

#include "lib/base/mem.h"

#include <libpsl.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/stat.h>

static const psl_ctx_t *list;
static pthread_once_t list_once = PTHREAD_ONCE_INIT;

static void load_list(void)
{
	list = psl_latest(NULL);
	/* What could not be read for want of memory is compiled in, too. */
	if (list == NULL)
		list = mem_checked((void *)psl_builtin(), 0);
}

const char *suffix_registrable(const char *domain)
{
	(void)pthread_once(&list_once, load_list);
	const char *found = psl_registrable_domain(list, domain);

	return found == NULL ? domain : found;
}

bool suffix_is_public(const char *domain)
{
	(void)pthread_once(&list_once, load_list);
	return psl_is_public_suffix(list, domain) != 0;
}

/* Where times were made longer (configure.ac), libpsl's own have 32 bits, and
 * the upper half of what it returns is whatever a register held. */
#ifdef TIMES_MADE_LONGER
typedef int32_t psl_time;
#else
typedef time_t psl_time;
#endif

/* The younger of the two, as psl_latest() has it. */
int64_t suffix_list_time(const char **file)
{
	const char *path = psl_dist_filename();
	int64_t built_s = (psl_time)psl_builtin_file_time();
	struct stat found;

	*file = NULL;
	if (path == NULL || *path == '\0' || stat(path, &found) != 0 ||
	    found.st_mtime < built_s)
		return built_s;
	*file = path;
	return found.st_mtime;
}
