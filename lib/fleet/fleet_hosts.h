/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_FLEET_HOSTS_H
#define FLEET_FLEET_HOSTS_H

/*
 * fleet_hosts - the hosts of a fleet, and how each fares
 *
 * What a host says of itself with its heartbeat, and when PostgreSQL heard it
 * by its own clock. Texts are a host's, and so foreign; below `mem`.
 */

#include "lib/fleet/pg.h"

/* After so long without a heartbeat a host is missing. */
#define FLEET_MISSING_S 900

struct fleet_host {
	const char *name;
	const char *state; /* "live" "missing" "removed" "never": no
			      heartbeat came yet */
	const char *role;  /* of PostgreSQL */
	int64_t silent_s;  /* since its last heartbeat */
	int64_t seen_s;	   /* when that was; 0: never */
	int64_t sealed_until_s;
	const char *version; /* of the program */
	int64_t waiting;     /* segments that are not pushed */
	int64_t oldest_s;    /* the oldest one's hour; 0: none waits */
	int64_t let_go;	     /* messages and incidents that were purged
				before they came */
	int64_t aside;	     /* rows that PostgreSQL refused */
	int64_t journal_bytes;
	int64_t offset_ms; /* of its clock, before PostgreSQL's */
	int64_t overrides; /* the version that it has */
	const char *fault; /* its last error; "" */
	int64_t fault_s;
	const char *authserv_id;
	const char *addresses; /* between blanks */
};

struct fleet_host_list {
	int64_t now_s;	   /* PostgreSQL's */
	int64_t overrides; /* the newest version */
	int64_t overrides_s; /* when it was made; 0: there is none */
	int schema;
	size_t count;
	struct fleet_host *items; /* by name */
};

/* By a reader's role: all there is. */
enum pg_kind fleet_hosts_read(TALLOC_CTX *mem, struct pg *pg,
			      struct fleet_host_list *list, struct error *err)
    __attribute__((warn_unused_result));

/* By a host's role: name, authserv_id and addresses of those that are live. */
enum pg_kind fleet_hosts_fellows(TALLOC_CTX *mem, struct pg *pg,
				 struct fleet_host_list *list,
				 struct error *err)
    __attribute__((warn_unused_result));

/* By a host's role: as which of them PostgreSQL knows it; below `mem`. */
enum pg_kind fleet_hosts_own(TALLOC_CTX *mem, struct pg *pg, const char **name,
			     struct error *err)
    __attribute__((warn_unused_result));

#endif
