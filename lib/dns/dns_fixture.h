/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_FIXTURE_H
#define DNS_DNS_FIXTURE_H

/*
 * dns_fixture - answers from a zone file, like an authoritative server's for
 * the root
 *
 * Names between existing ones exist without data, wildcards (RFC 4592) and
 * CNAMEs (RFC 1034 3.6.2) work, ";!FAIL" lines fail, everything else is
 * NXDOMAIN. Never changes once loaded, so all threads may ask at once.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/dns/dns_answer.h"

struct dns_fixture;

/* From master-file text; `file` is what errors call it. */
bool dns_fixture_parse(TALLOC_CTX *mem, const char *text, const char *file,
		       struct dns_fixture **fixture, struct error *err)
    __attribute__((warn_unused_result));

bool dns_fixture_load(TALLOC_CTX *mem, const char *path,
		      struct dns_fixture **fixture, struct error *err)
    __attribute__((warn_unused_result));

/* `name` in inner form. The records belong to the fixture. */
struct dns_answer dns_fixture_ask(const struct dns_fixture *fixture,
				  const char *name, enum dns_type type);

#endif
