/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_LIBRARY_H
#define AUTH_SPF_LIBRARY_H

/*
 * spf_library - the only file that knows libspf2
 *
 * libspf2 evaluates mechanisms and asks the guard for every record and every
 * name. One server object lives for one check.
 */

#include "lib/auth/spf_guard.h"

/* Takes libspf2's message handlers away from standard error. */
void spf_library_start(void);

/*
 * check_host() for the guard's client and sender domain, which is in inner
 * form with a dot in it; local-part and HELO name never reach libspf2. The
 * client is no loopback address: libspf2 passes every one of them. The reason
 * is in the guard.
 */
enum auth_result spf_library_check(struct spf_guard *guard);

#endif
