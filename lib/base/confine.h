/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

/*
 * confine - a process gives up what it will not need
 *
 * Two bars that hold until the process ends, for whatever code runs in it:
 *
 *   landlock(7)  which files may be read, written, made; which TCP ports may be
 *                bound and connected to; no signal to other processes. Holds
 *                for the calling thread and those it starts afterwards: call it
 *                before there are others.
 *   seccomp(2)   which system calls may be made, and which sockets. Holds for
 *                all threads.
 *
 * Neither allows a program to be started. What the kernel does not have cannot
 * be in force, and is no error: confine_state says what is. The unit
 * (systemd/alignd.service) bars from outside what it can besides.
 */

#include <stdbool.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"

/* -- files and ports: landlock ------------------------------------------- */

/* What the process goes on with; empty: no file, no port. */
struct confine_files;
struct confine_files *confine_files_new(TALLOC_CTX *mem);

/* A file, or a folder and all below it. A path that does not exist is left
 * out, but for confine_write_folder(). NULL and "" are nothing. */
void confine_read(struct confine_files *files, const char *path);
/* The folder that a file is in, whoever replaces it there; where the file is a
 * symbolic link, the folder of what it points to besides. */
void confine_read_beside(struct confine_files *files, const char *file);
/* Written to as it is: a device. */
void confine_write_file(struct confine_files *files, const char *path);
/* Files below it are made, read, written, renamed and removed; no device, no
 * link, no folder. A folder that does not exist: the nearest above that does,
 * so that it may come later, but never "/". */
void confine_write_folder(struct confine_files *files, const char *folder);
/* Sockets in it are made and removed. */
void confine_socket_folder(struct confine_files *files, const char *folder);
void confine_bind_port(struct confine_files *files, long port);
void confine_connect_port(struct confine_files *files, long port);

/* Signals to other processes stay as they are. */
void confine_signals(struct confine_files *files);

/* What every one of our processes reads of the system: /etc, /usr, /proc, the
 * resolver's file, /dev/null, random numbers. */
void confine_system(struct confine_files *files);

/* -- calls: seccomp ------------------------------------------------------ */

enum confine_calls {
	CONFINE_DAEMON, /* serves sockets that are open already; asks DNS */
	CONFINE_SENDER, /* connects, and loads the resolver's modules */
	CONFINE_FORWARDER, /* likewise; has a child, asks for the addresses of
			      this host, has alignd read its files again */
	CONFINE_PARSER,	   /* computes: no file, no socket, no thread */
};

/* -- both ---------------------------------------------------------------- */

struct confine_state {
	int landlock;		 /* the ABI in force; 0: none */
	bool is_landlock_absent; /* the kernel has none, or not switched on */
	bool seccomp;
	bool is_seccomp_absent;
};

/* Each adds to `state` what came into force. False where the kernel has it and
 * refuses: the caller decides whether to go on. */
bool confine_landlock(const struct confine_files *files,
		      struct confine_state *state, struct error *err)
    __attribute__((warn_unused_result));
bool confine_seccomp(enum confine_calls calls, struct confine_state *state,
		     struct error *err) __attribute__((warn_unused_result));

/*
 * For a child that reads a stranger's file from standard input, or from a
 * descriptor that is open already: from here on no file can be opened, no
 * socket made, no process or thread started, no memory made executable. It
 * reads and writes what it has, and ends. What libraries load when they first
 * need it (iconv's tables of character sets) must have been needed before.
 */
bool confine_parser(struct confine_state *state, struct error *err)
    __attribute__((warn_unused_result));

/* "landlock (ABI 7), seccomp; no AppArmor", below `mem`. AppArmor is the
 * kernel's word on this process. */
char *confine_text(TALLOC_CTX *mem, const struct confine_state *state);

#endif
