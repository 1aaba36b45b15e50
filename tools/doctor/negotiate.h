/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_DOCTOR_NEGOTIATE_H
#define TOOLS_DOCTOR_NEGOTIATE_H

/*
 * negotiate - who answers at a milter's socket?
 *
 * Connects as a mail server does, offers all that the protocol has, reads one
 * answer and takes leave. alignd is known by the macros it asks for. What
 * comes back is bounded, and no more is believed of it than that.
 */

#include "lib/wiring/mta_endpoint.h"

enum negotiated {
	NEGOTIATED_ALIGND,
	NEGOTIATED_OTHER,   /* a milter, but not as this alignd answers */
	NEGOTIATED_NOTHING, /* no answer in time, or none of the protocol */
	NEGOTIATED_UNHEARD, /* no connection: errno */
};

enum negotiated negotiate(const struct mta_endpoint *endpoint, int wait_ms);

#endif
