/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NOTICE_GATHER_PRIVATE_H
#define NOTICE_GATHER_PRIVATE_H

/*
 * gather_private - the parts of a gathering, one file each
 */

#include "lib/notice/gather.h"

#define NOTICE_DAY_S 86400
/* A reporter tells of a day when it has ended; most do within two more. */
#define NOTICE_LATE_S (3 * NOTICE_DAY_S)
/* Who has not looked by then will not; milter/waiting.c has the same. */
#define NOTICE_OPEN_S (30 * NOTICE_DAY_S)

struct gathering {
	TALLOC_CTX *mem;
	const struct notice_sources *sources;
	int64_t since_s;
	struct notice *notice;
};

/* Adds a fact to it. */
void gather_add(const struct gathering *gathering,
		const struct notice_fact *fact);

bool gather_held(const struct gathering *gathering, struct error *err)
    __attribute__((warn_unused_result));
bool gather_overdue(const struct gathering *gathering, struct error *err)
    __attribute__((warn_unused_result));
bool gather_likely(const struct gathering *gathering, struct error *err)
    __attribute__((warn_unused_result));
/* Paths that broke since then. */
bool gather_paths(const struct gathering *gathering, int64_t since_s,
		  struct error *err) __attribute__((warn_unused_result));
bool gather_wave(const struct gathering *gathering, struct error *err)
    __attribute__((warn_unused_result));

/* Sources of which so many messages failed; with `has_tls`, failures of
 * TLS as well. */
bool gather_inbox(const struct gathering *gathering, int64_t failing_least,
		  bool has_tls, struct error *err)
    __attribute__((warn_unused_result));

bool gather_posture(const struct gathering *gathering, struct error *err)
    __attribute__((warn_unused_result));
void gather_overrides(const struct gathering *gathering);
bool gather_reports(const struct gathering *gathering, struct error *err)
    __attribute__((warn_unused_result));

/* Hosts of the fleet; what comes again after `renewed_s` is news. */
void gather_fleet(const struct gathering *gathering, int64_t renewed_s);

#endif
