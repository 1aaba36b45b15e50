/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confinement.c - which files and ports a configuration asks for
 * Tested by test_confine, test_wire_confinement.
 */
#include "lib/app/confinement.h"

#include <stdlib.h>
#include <string.h>

#define DNS_PORT 53
#define PORT_MAX 65535

/* "192.0.2.1@5353" has a port of its own. */
static void allow_servers(struct confine_files *files,
			  const struct text_list *servers)
{
	confine_connect_port(files, DNS_PORT);
	for (size_t i = 0; i < servers->count; i++) {
		const char *at = strchr(servers->items[i], '@');
		long port;
		if (at != NULL &&
		    text_number(span_of(at + 1), 1, PORT_MAX, &port))
			confine_connect_port(files, port);
	}
}

void confinement_allow_config(struct confine_files *files,
			      const struct config *config, const char *path)
{
	confine_system(files);
	confine_read_beside(files, path == NULL ? CONFIG_PATH : path);
	/* A drop-in file may be a link to elsewhere. */
	for (size_t i = 0; i < config->origins->file_count; i++)
		confine_read_beside(files, config->origins->files[i].path);
	confine_read_beside(files, config->overrides_file);
	confine_read_beside(files, config->dns.fixture);
	allow_servers(files, &config->dns.servers);
}

void confinement_allow_store(struct confine_files *files,
			     const struct config *config)
{
	const char *store = config->store.sqlite;

	if (*store == '\0')
		return;
	const char *folder = text_folder(files, store);
	confine_write_folder(files, folder);
	(void)setenv("SQLITE_TMPDIR", folder, 0);
}
