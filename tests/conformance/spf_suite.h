/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CONFORMANCE_SPF_SUITE_H
#define TESTS_CONFORMANCE_SPF_SUITE_H

/*
 * spf_suite - public SPF suites, run against spf_check()
 *
 * A row that is not met must stand in spf_suite.exceptions with the sentence of
 * the RFC that settles it; a row that stands there and is met is an error too.
 */

#include <stdbool.h>

#include <jansson.h>

#include "lib/auth/spf.h"
#include "lib/base/strbuf.h"

#define ZONE_MAX (1024 * 1024)

struct suite {
	const char *name;
	bool is_binding; /* a row that contradicts us fails the run */
	int rows;
	int met;
	int excepted;
	const char *exceptions; /* the file's text */
	TALLOC_CTX *mem;
};

/* One client, envelope and expected results. */
struct spf_row {
	const char *id;
	const char *host;
	const char *helo;      /* NULL for none */
	const char *mail_from; /* "" for the null reverse-path */
};

/* A name as master-file text, odd bytes as \DDD, with the root's dot. */
void zone_add_name(struct strbuf *zone, const char *name);
void zone_add_bytes(struct strbuf *zone, const char *bytes, size_t length);

/* The "zonedata" of a scenario. */
char *zone_from_openspf(TALLOC_CTX *mem, const json_t *zonedata);

enum auth_result spf_row_check(struct dns *dns, const struct spf_row *row);

/* Counts and prints. `want` is what the suite says, `got` what we said. */
void suite_note(struct suite *suite, const char *id, bool is_met,
		const char *want, const char *got);

/* spf-mox/spf.json */
void suite_run_mox(struct suite *suite, const json_t *root);

#endif
