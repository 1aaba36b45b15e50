/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_CONFINE_FILES_H
#define BASE_CONFINE_FILES_H

/*
 * confine_files - what confine.c collects and confine_landlock.c makes rules of
 */

#include <stdbool.h>
#include <stddef.h>

enum confine_use {
	CONFINE_READ,
	CONFINE_WRITE_FILE,
	CONFINE_WRITE_FOLDER,
	CONFINE_SOCKET_FOLDER,
	CONFINE_BIND,
	CONFINE_CONNECT,
};

struct confine_path {
	const char *path;
	enum confine_use use;
};

struct confine_port {
	long port;
	enum confine_use use;
};

struct confine_files {
	struct confine_path *paths;
	size_t path_count;
	struct confine_port *ports;
	size_t port_count;
	bool has_signals; /* to whom it likes */
};

/* What a build that watches the program needs besides (confine_none.c,
 * confine_watched.c); nothing in others. */
struct confine_files;
void confine_add_watched_files(struct confine_files *files);
/* Names of calls, NULL at the end. */
extern const char *const confine_watched_calls[];

#endif
