/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_PROBE_H
#define POSTURE_PROBE_H

/*
 * probe - what a mail server showed of itself by SMTP and TLS, as plain data
 *
 * Left by prober.h. Texts of the server's are escaped.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/text.h"

enum probe_answer {
	PROBE_UNKNOWN, /* it could not be tried */
	PROBE_YES,
	PROBE_NO,
};

enum probe_version {
	PROBE_TLS_1_0,
	PROBE_TLS_1_1,
	PROBE_TLS_1_2,
	PROBE_TLS_1_3,
	PROBE_VERSIONS,
};

/* What a TLSA record may hold: selectors 0 and 1 (certificate, key), matching
 * types 0, 1 and 2 (whole, SHA-256, SHA-512). */
#define PROBE_SELECTORS 2
#define PROBE_MATCHINGS 3

/* One of those that the server sent. */
struct posture_certificate {
	struct span forms[PROBE_SELECTORS][PROBE_MATCHINGS];
	int64_t begins_s;
	int64_t ends_s;
	const char *key; /* "RSA 2048" */
	int strength;	 /* of the key: bits of security (NIST SP 800-57) */
	/* Which one of those sent has signed it; itself: self-signed; their
	 * count: none of them. */
	size_t issuer;
};

struct posture_probe {
	const char *from;      /* the host that looked */
	int64_t now_s;	       /* when */
	const char *address;
	const char *place;     /* "192.0.2.25 port 25" */
	const char *unchecked; /* why nothing is known; NULL: something is */
	bool is_out_of_reach;  /* the host that looked has no such network */
	const char *greeting;
	bool has_starttls;
	enum probe_answer versions[PROBE_VERSIONS];
	enum probe_answer weak;	 /* ciphers */
	const char *weak_cipher; /* the one that it took */
	const char *interrupted; /* why some answers are unknown, or NULL */
	size_t count;		 /* 0: no TLS came about */
	struct posture_certificate *chain; /* its own first */
	const char *distrust; /* why no root that we trust vouches; or NULL */
	bool is_named;	      /* the first has the server's name */
	const char *names;    /* that it has */
};

#endif
