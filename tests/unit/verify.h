/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_VERIFY_H
#define TESTS_UNIT_VERIFY_H

/*
 * verify - whole messages through signatures.h, for tests
 *
 * verify_once() asks the library where verify_library.h says so.
 */

#include "lib/auth/signatures.h"

/* The defaults of alignd.conf. */
struct dkim_settings verify_defaults(void);

/* How the message is handed over. */
struct verify_style {
	size_t chunk;		   /* body bytes at a time; 0: all at once */
	bool has_crlf;		   /* folds with CRLF, not with LF */
	const char *author_domain; /* NULL: none */
};

/* One message with CRLF line ends, as an MTA would hand it over. */
struct evidence_signatures verify_message(TALLOC_CTX *mem,
					  struct signature_engine *engine,
					  struct dns *dns, struct span message,
					  struct verify_style style);

/* The same with an engine and a fixture of its own; `clock` NULL is the
 * machine's. Aborts the test when the zone is wrong. */
struct evidence_signatures verify_once(TALLOC_CTX *mem,
				       const struct dkim_settings *settings,
				       const struct clock *clock,
				       const char *zone, struct span message);

/* "pass d.test; fail a.test (reason)" */
const char *verify_text(TALLOC_CTX *mem,
			const struct evidence_signatures *evidence);

#endif
