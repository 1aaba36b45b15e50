/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_NETWORKS_H
#define AUTH_SPF_NETWORKS_H

/*
 * spf_networks - the answer when networks, includes and `all` decide
 *
 * Most records come to their answer without an address being looked up. For
 * those, libspf2's server, request, response and compiled records would be
 * made only to evaluate "all". Here the guard's records are walked instead:
 * same order, same questions, same limits.
 *
 * Whatever else turns up (a macro, another mechanism, DNS trouble, a bad
 * record, a limit) is left to spf_library, which starts anew and finds the
 * questions asked so far answered.
 */

#include "lib/auth/spf_guard.h"

/* True with pass, fail, softfail or neutral in *result; false when libspf2 must
 * be asked, with a guard of its own: this one is used up. */
bool spf_networks_check(struct spf_guard *guard, enum auth_result *result);

#endif
