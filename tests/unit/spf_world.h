/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SPF_WORLD_H
#define TESTS_UNIT_SPF_WORLD_H

/*
 * spf_world - a zone and a session for the tests of spf_check()
 */

#include "tests/unit/unit.h"

#include <string.h>

#include "lib/auth/spf.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define ZONE_MAX 400000

static const struct spf_settings standard = {.term_limit = 10, .void_limit = 2};

struct world {
	TALLOC_CTX *mem;
	struct dns *dns;
	struct dns_session *session;
};

static inline struct world world_of(const char *zone)
{
	struct world world = {.mem = mem_context(NULL)};
	struct error err;

	if (!dns_new_from_text(zone, &world.dns, &err))
		fail_msg("%s", err.words);
	world.session = dns_session_new(world.mem, world.dns, 20000);
	return world;
}

static inline void world_end(struct world *world)
{
	mem_free(world->mem);
	dns_free(world->dns);
}

static inline struct evidence_spf check(struct world *world,
					const char *address, const char *helo,
					const char *local_part,
					const char *domain)
{
	struct net_address client = {.family = NET_NONE};
	struct path path = {.is_null = domain == NULL && local_part == NULL,
			    .local_part = local_part,
			    .domain = domain};

	if (address != NULL)
		assert_true(net_address_parse(address, &client));
	return spf_check(world->mem, world->session, &standard, &client, helo,
			 &path);
}

struct row {
	const char *name;
	const char *zone;
	const char *client;
	enum auth_result want;
	const char *reason;
};

static inline void run_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct world world = world_of(rows[i].zone);
		struct evidence_spf spf = check(&world, rows[i].client,
						"helo.test", "user", "d.test");
		if (spf.result != rows[i].want)
			fail_msg("%s: %s (%s)", rows[i].name,
				 auth_result_text(spf.result),
				 spf.reason == NULL ? "" : spf.reason);
		if (rows[i].reason == NULL)
			assert_null(spf.reason);
		else
			assert_string_equal(spf.reason, rows[i].reason);
		assert_string_equal(spf.domain, "d.test");
		assert_false(spf.is_helo);
		world_end(&world);
	}
}

#define SPF(domain, record) domain ". 60 IN TXT \"" record "\"\n"

#endif
