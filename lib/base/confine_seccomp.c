/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine_seccomp.c - seccomp(2): which calls may be made
 *
 * What is not in the lists fails with ENOSYS, which the C library takes for an
 * older kernel and works around; what somebody who took the process over would
 * want fails with EPERM. The kernel keeps a table of calls that are allowed
 * whatever their arguments, so that the filter runs for the others only.
 */
#include "lib/base/confine.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "lib/base/confine_calls.h"
#include "lib/base/confine_files.h"

/* So that a log or a trace says "not permitted", not "older kernel". */
static const char *const refused[] = {"execve",
				      "execveat",
				      "fork",
				      "vfork",
				      "ptrace",
				      "process_vm_readv",
				      "process_vm_writev",
				      "listen",
				      "setuid",
				      "setgid",
				      "setgroups",
				      "setuid32",
				      "setgid32",
				      "setgroups32",
				      "mount",
				      "umount2",
				      "chroot",
				      "pivot_root",
				      "unshare",
				      "setns",
				      "bpf",
				      "keyctl",
				      "add_key",
				      "io_uring_setup",
				      "userfaultfd",
				      "init_module",
				      "kexec_load",
				      "symlink",
				      "symlinkat",
				      "link",
				      "linkat",
				      "mkdir",
				      "mkdirat",
				      "mknod",
				      "mknodat",
				      NULL};

/* Allows `name` where the comparison of one argument holds; a call that this
 * architecture does not have is none. */
static bool allow_when(scmp_filter_ctx filter, const char *name,
		       struct scmp_arg_cmp holds)
{
	int number = seccomp_syscall_resolve_name(name);

	return number == __NR_SCMP_ERROR ||
	       seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, 1,
				      &holds) == 0;
}

static bool add_all(scmp_filter_ctx filter, uint32_t action,
		    const char *const *names)
{
	for (; *names != NULL; names++) {
		int number = seccomp_syscall_resolve_name(*names);
		if (number != __NR_SCMP_ERROR &&
		    seccomp_rule_add_array(filter, action, number, 0, NULL) !=
			0)
			return false;
	}
	return true;
}

static struct scmp_arg_cmp is_bits(unsigned int argument, uint64_t mask,
				   uint64_t value)
{
	return (struct scmp_arg_cmp){.arg = argument,
				     .op = SCMP_CMP_MASKED_EQ,
				     .datum_a = mask,
				     .datum_b = value};
}

static struct scmp_arg_cmp is_value(unsigned int argument, uint64_t value)
{
	return (struct scmp_arg_cmp){
	    .arg = argument, .op = SCMP_CMP_EQ, .datum_a = value};
}

/* On s390x mmap gets a pointer to its arguments, and clone has the stack before
 * the flags. */
static bool is_s390(void)
{
	uint32_t native = seccomp_arch_native();

	return native == SCMP_ARCH_S390X || native == SCMP_ARCH_S390;
}

/* No memory becomes executable; a process that loads modules later may have
 * what is executable or writable, and never both. Where mmap's arguments are in
 * memory nothing of it can be looked at: i386 has mmap2, and does without; on
 * s390x what is mapped may be executable. */
static bool allow_memory(scmp_filter_ctx filter, bool loads_modules)
{
	static const char *const names[] = {"mprotect", "mmap2", "mmap"};
	static const char *const unseen[] = {"mmap", NULL};
	bool is_unseen = is_s390() || seccomp_arch_native() == SCMP_ARCH_X86;
	size_t count = COUNT_OF(names) - (is_unseen ? 1 : 0);

	for (size_t i = 0; i < count; i++) {
		if (!allow_when(filter, names[i], is_bits(2, PROT_EXEC, 0)) ||
		    (loads_modules &&
		     !allow_when(filter, names[i], is_bits(2, PROT_WRITE, 0))))
			return false;
	}
	return !is_s390() || add_all(filter, SCMP_ACT_ALLOW, unseen);
}

/* To oneself only; 0 asks whether a process is there. */
static bool allow_signals(scmp_filter_ctx filter)
{
	uint64_t self = (uint64_t)getpid();

	return allow_when(filter, "tgkill", is_value(0, self)) &&
	       allow_when(filter, "kill", is_value(0, self)) &&
	       allow_when(filter, "kill", is_value(1, 0));
}

/* A thread is a clone with this flag, a process one without. Flags of clone3
 * cannot be looked at: it is unknown, and the C library takes clone. */
static bool allow_threads(scmp_filter_ctx filter)
{
	return allow_when(
	    filter, "clone",
	    is_bits(is_s390() ? 1 : 0, CLONE_THREAD, CLONE_THREAD));
}

static bool allow_sockets(scmp_filter_ctx filter)
{
	static const int families[] = {AF_UNIX, AF_INET, AF_INET6};

	for (size_t i = 0; i < COUNT_OF(families); i++) {
		if (!allow_when(filter, "socket",
				is_value(0, (uint64_t)families[i])))
			return false;
	}
	return allow_when(filter, "socketpair", is_value(0, AF_UNIX));
}

/* A process of its own, its end, a daemon that shall read its files again, and
 * the kernel's word on the host's addresses. */
static bool allow_forwarder(scmp_filter_ctx filter)
{
	static const char *const calls[] = {"clone", "wait4", "waitid",
					    "waitpid", NULL};

	return add_all(filter, SCMP_ACT_ALLOW, calls) &&
	       allow_when(filter, "kill", is_value(1, SIGTERM)) &&
	       allow_when(filter, "kill", is_value(1, SIGUSR1)) &&
	       allow_when(filter, "socket", is_value(0, AF_NETLINK));
}

static bool allow_questions(scmp_filter_ctx filter)
{
	static const unsigned long questions[] = {TCGETS, TIOCGWINSZ, FIONREAD,
						  FIONBIO};

	for (size_t i = 0; i < COUNT_OF(questions); i++) {
		if (!allow_when(filter, "ioctl", is_value(1, questions[i])))
			return false;
	}
	return true;
}

static bool allow_more(scmp_filter_ctx filter, enum confine_calls calls)
{
	return calls == CONFINE_PARSER ||
	       (add_all(filter, SCMP_ACT_ALLOW, confine_file_calls) &&
		add_all(filter, SCMP_ACT_ALLOW, confine_network_calls) &&
		allow_sockets(filter) &&
		(calls == CONFINE_FORWARDER ? allow_forwarder(filter)
					    : allow_threads(filter)));
}

static bool fill(scmp_filter_ctx filter, enum confine_calls calls)
{
	return add_all(filter, SCMP_ACT_ALLOW, confine_watched_calls) &&
	       add_all(filter, SCMP_ACT_ALLOW, confine_computing_calls) &&
	       allow_memory(filter, calls == CONFINE_SENDER ||
					calls == CONFINE_FORWARDER) &&
	       allow_signals(filter) && allow_questions(filter) &&
	       allow_more(filter, calls) &&
	       add_all(filter, SCMP_ACT_ERRNO(EPERM), refused);
}

static bool load(scmp_filter_ctx filter, enum confine_calls calls,
		 struct error *err)
{
	/* All threads; a tree, not a list, where arguments are looked at. */
	if (seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) != 0 ||
	    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) != 0 ||
	    !fill(filter, calls))
		return error_set(err, ERROR_SYSTEM,
				 "seccomp: no filter can be made");
	int failed = seccomp_load(filter);
	return failed == 0 ||
	       error_errno(err, ERROR_SYSTEM, -failed, "seccomp");
}

bool confine_seccomp(enum confine_calls calls, struct confine_state *state,
		     struct error *err)
{
	if (seccomp_api_get() < 2) { /* no seccomp(2), or no TSYNC */
		state->is_seccomp_absent = true;
		return true;
	}
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	if (filter == NULL)
		return error_set(err, ERROR_SYSTEM,
				 "seccomp: no filter can be made");
	bool is_done = load(filter, calls, err);
	seccomp_release(filter);
	state->seccomp = is_done;
	return is_done;
}
