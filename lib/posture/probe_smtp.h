/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_PROBE_SMTP_H
#define POSTURE_PROBE_SMTP_H

/*
 * probe_smtp - a connection to a mail server, up to where TLS begins
 *
 * RFC 5321, RFC 3207. Bounded in bytes, lines and time, whatever the server
 * says.
 */

#include "lib/base/net.h"
#include "lib/base/text.h"

struct probe_target {
	struct net_address address;
	long port;
	const char *from;    /* for EHLO */
	int64_t deadline_ms; /* of the connection; clock_monotonic_ms */
};

enum probe_smtp_end {
	PROBE_SMTP_READY,	/* the next bytes are TLS */
	PROBE_SMTP_NO_STARTTLS, /* it does not offer it */
	PROBE_SMTP_UNCHECKED,	/* `reason` says why */
};

struct probe_smtp {
	int fd;		      /* to be closed where READY; else it is */
	const char *greeting; /* escaped; NULL: there was none */
	const char *reason;
	bool is_out_of_reach; /* this machine has no such network */
};

enum probe_smtp_end probe_smtp_open(TALLOC_CTX *mem,
				    const struct probe_target *target,
				    struct probe_smtp *smtp);

/* Waits until the descriptor may be read or written; false: the time is up. */
bool probe_smtp_wait(int fd, short events, int64_t deadline_ms);

#endif
