/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * differ_driver.c - many DKIM and SPF cases through alignd, for differ.py
 *
 *   dkim NOW ZONE MESSAGE         and so many bytes of zone and message
 *   spf IP SENDER HELO ZONE       and so many bytes of each but IP
 *
 * Each answer is one line, and flushed: "RESULT DOMAIN (reason)" for each
 * signature, with "; " between two, or "RESULT (reason)". ALIGND_ENGINE names a
 * library that judges in alignd's place.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/auth/spf.h"
#include "lib/engines/engines.h"
#include "tests/unit/verify.h"

static _Noreturn void fail(const char *words, const char *more)
{
	(void)fprintf(stderr, "differ-driver: %s: %s\n", words, more);
	exit(EXIT_FAILURE);
}

static char *take(TALLOC_CTX *mem, size_t length)
{
	char *bytes = mem_array(mem, char, length + 1);

	if (fread(bytes, 1, length, stdin) != length)
		fail("the input is short", "");
	return bytes;
}

static void check_dkim(TALLOC_CTX *mem, const char *line)
{
	struct dkim_settings settings = verify_defaults();
	long now;
	size_t zone_length;
	size_t length;

	if (sscanf(line, "dkim %ld %zu %zu", &now, &zone_length, &length) != 3)
		fail("dkim NOW ZONE MESSAGE", line);
	struct clock clock = clock_fixed(now);
	const char *zone = take(mem, zone_length);
	const char *message = take(mem, length);
	struct evidence_signatures evidence = verify_once(
	    mem, &settings, &clock, zone, span_make(message, length));
	(void)printf("%s\n", verify_text(mem, &evidence));
}

static void check_spf(TALLOC_CTX *mem, const char *line)
{
	const struct spf_settings settings = {.term_limit = 10,
					      .void_limit = 2};
	struct net_address client;
	struct dns *dns;
	struct error err;
	char ip[64];
	size_t lengths[3];

	if (sscanf(line, "spf %63s %zu %zu %zu", ip, &lengths[0], &lengths[1],
		   &lengths[2]) != 4 ||
	    !net_address_parse(ip, &client))
		fail("spf IP SENDER HELO ZONE", line);
	const char *sender = take(mem, lengths[0]);
	const char *helo = take(mem, lengths[1]);
	const char *zone = take(mem, lengths[2]);
	if (!dns_new_from_text(zone, &dns, &err))
		fail(err.words, zone);
	struct path path = path_parse(mem, span_of(sender));
	struct dns_session *session = dns_session_new(mem, dns, 10000);
	const char *name = getenv("ALIGND_ENGINE");
	bool is_library = name != NULL && strcmp(name, ENGINE_SPF2) == 0;
	struct evidence_spf evidence =
	    (is_library ? engine_spf2.check : spf_check)(
		mem, session, &settings, &client, helo, &path);
	(void)printf("%s", auth_result_text(evidence.result));
	(void)printf(evidence.reason == NULL ? "\n" : " (%s)\n",
		     evidence.reason);
	mem_free(session);
	dns_free(dns);
}

int main(void)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char line[512];

	while (fgets(line, sizeof line, stdin) != NULL) {
		TALLOC_CTX *once = mem_context(mem);
		if (strncmp(line, "dkim ", 5) == 0)
			check_dkim(once, line);
		else if (strncmp(line, "spf ", 4) == 0)
			check_spf(once, line);
		else
			fail("unknown command", line);
		(void)fflush(stdout);
		mem_free(once);
	}
	mem_free(mem);
	return EXIT_SUCCESS;
}
