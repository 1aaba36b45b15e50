/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_PROBE_TLS_H
#define POSTURE_PROBE_TLS_H

/*
 * probe_tls - what a server shows in a TLS handshake
 *
 * OpenSSL behind a small door. At its security level 0, so that a version or a
 * cipher that fails was refused by the server and not by us. A server is never
 * believed: its certificate is looked at, and nothing is told it.
 */

#include "lib/base/error.h"
#include "lib/posture/probe.h"

struct probe_tls;

/* Below `mem`. Without a file the machine's roots are those that are trusted;
 * whether they vouch does not depend on the time, which is told apart. */
bool probe_tls_new(TALLOC_CTX *mem, const char *ca_file, struct probe_tls **tls,
		   struct error *err) __attribute__((warn_unused_result));

struct probe_attempt {
	const char *host; /* its name */
	int fd;		  /* stays open */
	int64_t deadline_ms;
	enum probe_version version;
	bool is_weak; /* weak ciphers alone, in any version up to this one */
};

/* One handshake. The first that comes about leaves the certificates in the
 * probe, below `mem`. With PROBE_UNKNOWN *reason is set. */
enum probe_answer probe_tls_try(struct probe_tls *tls, TALLOC_CTX *mem,
				const struct probe_attempt *attempt,
				struct posture_probe *probe,
				const char **reason);

#endif
