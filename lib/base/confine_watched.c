/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine_watched.c - what sanitizers and gcov need besides
 *
 * For builds with --enable-sanitizer or --enable-coverage only. The leak
 * sanitizer stops the process from another at its end; a report names places of
 * the program, which it reads; gcov writes beside the objects.
 */
#include "lib/base/confine.h"
#include "lib/base/confine_files.h"

void confine_add_watched_files(struct confine_files *files)
{
	confine_write_folder(files, CONFINE_BUILD_FOLDER);
	confine_read(files, "/proc");
}

const char *const confine_watched_calls[] = {"clone",
					     "ptrace",
					     "process_vm_readv",
					     "wait4",
					     "prctl",
					     "open",
					     "openat",
					     "readlink",
					     "readlinkat",
					     "personality",
					     "kill",
					     "tgkill",
					     "mmap",
					     "mprotect",
					     "getdents",
					     "getdents64",
					     "stat",
					     "lstat",
					     "socketpair",
					     "pipe",
					     "pipe2",
					     "setrlimit",
					     "mkdir",
					     "gettid",
					     "sched_setaffinity",
					     NULL};
