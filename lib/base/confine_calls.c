/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine_calls.c - the system calls that each kind of process goes on with
 * Tested by test_confine.
 */
#include "lib/base/confine_calls.h"

#include <stddef.h>

const char *const confine_computing_calls[] = {
    /* memory; what is made executable is looked at */
    "munmap", "mremap", "brk", "madvise",
    /* locks, and the end of a thread or of all */
    "futex", "set_robust_list", "rseq", "sched_yield", "exit", "exit_group",
    "restart_syscall", "membarrier",
    /* signals to oneself */
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait",
    "rt_sigpending", "sigaltstack", "getpid", "gettid",
    /* time */
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep",
    "gettimeofday", "time", "adjtimex", "clock_adjtime",
    /* what is open already */
    "read", "readv", "pread64", "preadv", "preadv2", "write", "writev",
    "pwrite64", "pwritev", "pwritev2", "lseek", "close", "fstat", "newfstatat",
    "fcntl", "dup", "dup2", "dup3", "poll", "ppoll", "select", "pselect6",
    /* who and where */
    "getuid", "geteuid", "getgid", "getegid", "getppid", "getrandom",
    "getrusage", "getrlimit", "prlimit64", "sysinfo", "uname", "times",
    "sched_getaffinity", "getcpu",
    /* the same where numbers have 32 bits, and times in them have 64 */
    "sigreturn", "fcntl64", "_llseek", "fstat64", "fstatat64", "_newselect",
    "getuid32", "geteuid32", "getgid32", "getegid32", "ugetrlimit",
    "clock_gettime64", "clock_getres_time64", "clock_nanosleep_time64",
    "clock_adjtime64", "futex_time64", "rt_sigtimedwait_time64", "ppoll_time64",
    "pselect6_time64", NULL};

const char *const confine_file_calls[] = {
    "open", "openat", "stat", "lstat", "statx", "statfs", "fstatfs", "access",
    "faccessat", "faccessat2", "readlink", "readlinkat", "getdents64", "getcwd",
    "flock", "fsync", "fdatasync", "sync_file_range", "ftruncate", "truncate",
    "fallocate", "fadvise64", "unlink", "unlinkat", "rename", "renameat",
    "renameat2", "fchmod", "fchmodat", "chmod", "fchown", "fchownat", "chown",
    "umask", "utimensat", "memfd_create",
    /* waiting for several, waking others */
    "epoll_create1", "epoll_create", "epoll_ctl", "epoll_wait", "epoll_pwait",
    "epoll_pwait2", "eventfd2", "pipe", "pipe2", "timerfd_create",
    "timerfd_settime", "sched_getparam", "sched_getscheduler", "prctl",
    /* where numbers have 32 bits, or arguments another order */
    "stat64", "lstat64", "statfs64", "fstatfs64", "ftruncate64", "truncate64",
    "fadvise64_64", "arm_fadvise64_64", "sync_file_range2",
    "arm_sync_file_range", "fchown32", "chown32", "utimensat_time64",
    "timerfd_settime64", NULL};

const char *const confine_network_calls[] = {
    "connect",	   "bind",     "accept",	  "accept4",	"getsockname",
    "getpeername", "sendto",   "sendmsg",	  "sendmmsg",	"recvfrom",
    "recvmsg",	   "recvmmsg", "setsockopt",	  "getsockopt", "shutdown",
    "send",	   "recv",     "recvmmsg_time64", NULL};
