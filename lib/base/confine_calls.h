/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_CONFINE_CALLS_H
#define BASE_CONFINE_CALLS_H

/*
 * confine_calls - the system calls that each kind of process goes on with
 *
 * Names as libseccomp has them, NULL at the end; a kernel or an architecture
 * need not know each of them, and has another name for the same now and then.
 * Calls whose arguments matter (mmap, socket, clone, kill, ioctl) are
 * confine_seccomp.c's.
 */

extern const char *const confine_computing_calls[]; /* all of them */
extern const char *const confine_file_calls[];	    /* daemon, sender */
extern const char *const confine_network_calls[];   /* likewise */

#endif
