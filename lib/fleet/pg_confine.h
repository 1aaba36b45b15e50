/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_PG_CONFINE_H
#define FLEET_PG_CONFINE_H

/*
 * pg_confine - which files and ports a connection string asks for
 *
 * For confine_landlock(): its server's ports and the DNS's, which is asked
 * again at each connection; certificates and keys, passfile, and what libpq
 * looks for in the home of whoever runs; likewise what a service says that the
 * string names, and the service's file. A unix socket needs nothing. Before there
 * are threads: the environment is changed meanwhile.
 */

#include "lib/base/confine.h"

void pg_confine(struct confine_files *files, const char *conninfo);

#endif
