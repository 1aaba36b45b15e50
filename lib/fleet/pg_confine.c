/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pg_confine.c - which files and ports a connection string asks for
 * Tested by test_fleet_confined.
 */
#include "lib/fleet/pg_confine.h"

#include <stdlib.h>

#include "lib/fleet/pg.h"

#define DNS_PORT 53
#define PORT_MAX 65535

/* "5432" or "5432,5433", one for each host. */
static void allow_ports(struct confine_files *files, const char *ports)
{
	struct span rest = span_of(ports);
	struct span port;
	bool goes_on = true;
	long number;

	while (goes_on) {
		goes_on = span_cut(rest, ',', &port, &rest);
		if (text_number(port, 1, PORT_MAX, &number))
			confine_connect_port(files, number);
	}
}

void pg_confine(struct confine_files *files, const char *conninfo)
{
	static const char *const words[] = {"sslrootcert", "sslcert", "sslkey",
					    "sslcrl", "passfile"};
	TALLOC_CTX *mem = mem_context(NULL);
	const char *home = getenv("HOME");

	for (size_t i = 0; i < COUNT_OF(words); i++)
		confine_read_beside(files,
				    pg_string_option(mem, conninfo, words[i]));
	if (home != NULL && *home == '/') {
		confine_read(files, mem_printf(mem, "%s/.pgpass", home));
		confine_read(files, mem_printf(mem, "%s/.postgresql", home));
	}
	allow_ports(files, pg_string_option(mem, conninfo, "port"));
	confine_connect_port(files, DNS_PORT);
	mem_free(mem);
}
