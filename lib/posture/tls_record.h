/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_TLS_RECORD_H
#define POSTURE_TLS_RECORD_H

/*
 * tls_record - the TXT records of MTA-STS and TLS-RPT (RFC 8461 3.1, RFC 8460
 * 3)
 *
 * Both are "v=VERSION;" and fields behind it. Pure functions.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

#define STS_VERSION "v=STSv1"
#define TLSRPT_VERSION "v=TLSRPTv1"

/* Does a record begin with the version and its ";", or is it all of it? */
bool tls_record_is(struct span text, const char *version);

/* NULL when it is valid; else the reason, a constant text of ours. */
const char *tls_record_sts_fault(struct span text);
const char *tls_record_report_fault(struct span text);

/* The value of the field, "" where there is none. */
struct span tls_record_field(struct span text, const char *name);

#endif
