/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRING_POSTFIX_PLACE_H
#define WIRING_POSTFIX_PLACE_H

/*
 * postfix_place - smtpd_milters with alignd in its place
 */

#include "lib/wiring/mta_endpoint.h"

/* The list with alignd called at `place` ("unix:alignd/alignd.sock"), first,
 * below `mem`. Where it stood before, at `place` or where `daemon` listens now,
 * it goes, and what its braces set goes with it to the new place; the others
 * stay as they are. `folder` is Postfix's queue, where paths start. NULL where
 * `milters` has what Postfix cannot read (postfix_milters.h): what it was meant
 * to say is not ours to guess. */
const char *postfix_place_alignd(TALLOC_CTX *mem, const char *milters,
				 const char *place,
				 const struct mta_endpoint *daemon,
				 const char *folder, mta_lookup lookup);

#endif
