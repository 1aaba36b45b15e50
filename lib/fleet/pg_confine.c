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

static void allow_options(TALLOC_CTX *mem, struct confine_files *files,
			  const char *conninfo)
{
	static const char *const words[] = {"sslrootcert", "sslcert", "sslkey",
					    "sslcrl", "passfile"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		confine_read_beside(files,
				    pg_string_option(mem, conninfo, words[i]));
	confine_read(files, pg_string_option(mem, conninfo, "sslcrldir"));
	allow_ports(files, pg_string_option(mem, conninfo, "port"));
}

/* libpq tells what a service has where the environment names it. */
static void allow_service(TALLOC_CTX *mem, struct confine_files *files,
			  const char *conninfo)
{
	const char *service = pg_string_option(mem, conninfo, "service");
	const char *given = getenv("PGSERVICE");

	confine_read_beside(files, getenv("PGSERVICEFILE"));
	if (*service == '\0')
		return;
	given = given == NULL ? NULL : mem_strdup(mem, given);
	(void)setenv("PGSERVICE", service, 1);
	allow_options(mem, files, conninfo);
	if (given == NULL)
		(void)unsetenv("PGSERVICE");
	else
		(void)setenv("PGSERVICE", given, 1);
}

void pg_confine(struct confine_files *files, const char *conninfo)
{
	static const char *const names[] = {".pgpass", ".postgresql",
					    ".pg_service.conf"};
	TALLOC_CTX *mem = mem_context(NULL);
	const char *home = getenv("HOME");

	allow_options(mem, files, conninfo);
	allow_service(mem, files, conninfo);
	for (size_t i = 0;
	     home != NULL && *home == '/' && i < COUNT_OF(names); i++)
		confine_read(files, mem_printf(mem, "%s/%s", home, names[i]));
	confine_connect_port(files, DNS_PORT);
	mem_free(mem);
}
