/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_confine.c - a confined process tries what it gave up, each for real
 *
 * Each try is a child that confines itself and ends with the errno it met, 0
 * where it was let. A kernel without landlock or seccomp skips what it has not;
 * one that has it and does not bar fails.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/confine.h"
#include "lib/base/confine_calls.h"

#define NOT_CONFINED 200
#define ALLOWED_PORT 53
#define BARRED_PORT 25
#define ABI_PORTS 4
#define ABI_SIGNALS 6

static char folder[] = "/tmp/alignd-confine-XXXXXX";
static char inside[128];
static char outside[128];
static char secret[128];
static bool has_landlock;
static int landlock_abi;
static bool has_seccomp;

typedef int trial(void);

static bool give_up(enum confine_calls calls)
{
	struct confine_files *files = confine_files_new(NULL);
	struct confine_state state = {.landlock = 0};
	struct error err;

	if (calls == CONFINE_PARSER)
		return confine_parser(&state, &err);
	confine_system(files);
	confine_write_folder(files, inside);
	confine_connect_port(files, ALLOWED_PORT);
	if (calls == CONFINE_FORWARDER)
		confine_signals(files);
	bool is_done = confine_landlock(files, &state, &err) &&
		       confine_seccomp(calls, &state, &err);
	mem_free(files);
	return is_done;
}

static int run_child(enum confine_calls calls, trial *attempt)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(give_up(calls) ? attempt() : NOT_CONFINED);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int outcome(long result)
{
	return result < 0 ? errno : 0;
}

static int close_again(int fd)
{
	if (fd < 0)
		return errno;
	(void)close(fd);
	return 0;
}

/* -- the attempts -------------------------------------------------------- */

static int start_program(void)
{
	char *const arguments[] = {(char *)"true", NULL};

	return outcome(execve("/bin/true", arguments, NULL));
}

static int start_process(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return outcome(child);
}

static void *no_work(void *unused)
{
	return unused;
}

static int start_thread(void)
{
	pthread_t thread;
	int failed = pthread_create(&thread, NULL, no_work, NULL);

	return failed != 0 ? failed : pthread_join(thread, NULL);
}

static int create(const char *path)
{
	return close_again(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static char *at(const char *where, const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof path, "%s/%s", where, name);
	return path;
}

static int write_inside(void)
{
	return create(at(inside, "new"));
}

static int rename_inside(void)
{
	char from[256];

	(void)snprintf(from, sizeof from, "%s/moved", inside);
	return create(from) != 0 ? errno
				 : outcome(rename(from, at(inside, "to")));
}

static int write_outside(void)
{
	return create(at(outside, "new"));
}

static int overwrite_outside(void)
{
	return close_again(open(secret, O_WRONLY | O_CLOEXEC));
}

static int truncate_outside(void)
{
	return outcome(truncate(secret, 0));
}

static int remove_outside(void)
{
	return outcome(unlink(secret));
}

static int read_outside(void)
{
	return close_again(open(secret, O_RDONLY | O_CLOEXEC));
}

static int list_outside(void)
{
	return close_again(open(outside, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static int link_inside(void)
{
	return outcome(symlink("/etc/passwd", at(inside, "link")));
}

static int folder_inside(void)
{
	return outcome(mkdir(at(inside, "folder"), 0700));
}

static int read_system(void)
{
	return close_again(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static int socket_of(int family, int type)
{
	return close_again(socket(family, type | SOCK_CLOEXEC, 0));
}

static int raw_socket(void)
{
	return socket_of(AF_PACKET, SOCK_RAW);
}

static int netlink_socket(void)
{
	return socket_of(AF_NETLINK, SOCK_RAW);
}

static int udp_socket(void)
{
	return socket_of(AF_INET, SOCK_DGRAM);
}

static int with_port(int port, bool binds)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct sockaddr *where = (const struct sockaddr *)&address;

	if (fd < 0)
		return errno;
	return outcome(binds ? bind(fd, where, sizeof address)
			     : connect(fd, where, sizeof address));
}

static int connect_allowed(void)
{
	int failed = with_port(ALLOWED_PORT, false);

	return failed == ECONNREFUSED ? 0 : failed;
}

static int connect_barred(void)
{
	return with_port(BARRED_PORT, false);
}

static int bind_tcp(void)
{
	return with_port(20000, true);
}

static int listen_unix(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? errno : outcome(listen(fd, 1));
}

static int signal_parent(void)
{
	return outcome(kill(getppid(), SIGCONT));
}

static int signal_self(void)
{
	return outcome(raise(SIGCONT));
}

static int watch_parent(void)
{
	return outcome(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL));
}

static int map_with(int protection)
{
	void *place =
	    mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return place == MAP_FAILED ? errno : 0;
}

static int map_code(void)
{
	return map_with(PROT_READ | PROT_WRITE | PROT_EXEC);
}

static int make_code(void)
{
	void *place = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return place == MAP_FAILED
		   ? errno
		   : outcome(mprotect(place, 4096, PROT_READ | PROT_EXEC));
}

static int new_root(void)
{
	return outcome(chroot(inside));
}

static int run_ring(void)
{
	char parameters[256] = {0};

	return outcome(syscall(SYS_io_uring_setup, 1, parameters));
}

static int take_memory(void)
{
	char *bytes = malloc(1 << 20);

	if (bytes == NULL)
		return ENOMEM;
	memset(bytes, 1, 1 << 20);
	int failed = bytes[4711] == 1 ? 0 : EIO;
	free(bytes);
	return failed;
}

/* -- what each of them must meet ----------------------------------------- */

/* BAR_FAMILY: seccomp, where a socket's family is no number in memory. */
enum bar { BAR_NONE, BAR_LANDLOCK, BAR_SECCOMP, BAR_FAMILY };

struct row {
	const char *what;
	trial *attempt;
	enum bar daemon; /* which of the two stops it */
	enum bar parser;
	int abi; /* of landlock, from which on */
};

static const struct row rows[] = {
    {"execve", start_program, BAR_SECCOMP, BAR_SECCOMP, 0},
    {"fork", start_process, BAR_SECCOMP, BAR_SECCOMP, 0},
    {"a thread", start_thread, BAR_NONE, BAR_SECCOMP, 0},
    {"a file in the state folder", write_inside, BAR_NONE, BAR_SECCOMP, 0},
    {"a rename there", rename_inside, BAR_NONE, BAR_SECCOMP, 0},
    {"a symbolic link there", link_inside, BAR_SECCOMP, BAR_SECCOMP, 0},
    {"a folder there", folder_inside, BAR_SECCOMP, BAR_SECCOMP, 0},
    {"a file elsewhere", write_outside, BAR_LANDLOCK, BAR_SECCOMP, 1},
    {"overwriting elsewhere", overwrite_outside, BAR_LANDLOCK, BAR_SECCOMP, 1},
    {"truncating elsewhere", truncate_outside, BAR_LANDLOCK, BAR_SECCOMP, 3},
    {"removing elsewhere", remove_outside, BAR_LANDLOCK, BAR_SECCOMP, 1},
    {"reading elsewhere", read_outside, BAR_LANDLOCK, BAR_SECCOMP, 1},
    {"listing elsewhere", list_outside, BAR_LANDLOCK, BAR_SECCOMP, 1},
    {"reading /etc", read_system, BAR_NONE, BAR_SECCOMP, 0},
    {"a UDP socket", udp_socket, BAR_NONE, BAR_SECCOMP, 0},
    {"a packet socket", raw_socket, BAR_FAMILY, BAR_SECCOMP, 0},
    {"a netlink socket", netlink_socket, BAR_FAMILY, BAR_SECCOMP, 0},
    {"TCP to the DNS", connect_allowed, BAR_NONE, BAR_SECCOMP, ABI_PORTS},
    {"TCP to another port", connect_barred, BAR_LANDLOCK, BAR_SECCOMP,
     ABI_PORTS},
    {"another TCP port bound", bind_tcp, BAR_LANDLOCK, BAR_SECCOMP, ABI_PORTS},
    {"listening", listen_unix, BAR_SECCOMP, BAR_SECCOMP, 0},
    {"a signal to the parent", signal_parent, BAR_SECCOMP, BAR_SECCOMP, 0},
    {"a signal to oneself", signal_self, BAR_NONE, BAR_NONE, 0},
    {"ptrace", watch_parent, BAR_SECCOMP, BAR_SECCOMP, 0},
    {"memory to write and run", map_code, BAR_SECCOMP, BAR_SECCOMP, 0},
    {"memory made to run", make_code, BAR_SECCOMP, BAR_SECCOMP, 0},
    {"chroot", new_root, BAR_SECCOMP, BAR_SECCOMP, 0},
    {"io_uring", run_ring, BAR_SECCOMP, BAR_SECCOMP, 0},
    {"memory", take_memory, BAR_NONE, BAR_NONE, 0},
};

static bool is_met(enum bar bar, int error)
{
	switch (bar) {
	case BAR_NONE:
		return error == 0;
	case BAR_LANDLOCK:
		return error == EACCES || error == EPERM;
	case BAR_SECCOMP:
	case BAR_FAMILY:
		return error == EPERM || error == ENOSYS || error == EAGAIN;
	}
	return false;
}

static bool is_here(enum bar bar, int abi)
{
	uint32_t native = seccomp_arch_native();

	switch (bar) {
	case BAR_NONE:
		break;
	case BAR_LANDLOCK:
		return has_landlock && landlock_abi >= abi;
	case BAR_SECCOMP:
		return has_seccomp;
	case BAR_FAMILY: /* socketcall(2) */
		return has_seccomp && native != SCMP_ARCH_X86 &&
		       native != SCMP_ARCH_S390 && native != SCMP_ARCH_S390X;
	}
	return true;
}

static void try_all(enum confine_calls calls)
{
	int unmet = 0;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum bar bar =
		    calls == CONFINE_PARSER ? rows[i].parser : rows[i].daemon;
		if (!is_here(bar, rows[i].abi))
			continue;
		int error = run_child(calls, rows[i].attempt);
		if (!is_met(bar, error)) {
			(void)printf("%s: met %d (%s)\n", rows[i].what, error,
				     error == 0 ? "let" : strerror(error));
			unmet++;
		}
	}
	assert_int_equal(unmet, 0);
}

static void test_daemon(void **unused)
{
	(void)unused;
	try_all(CONFINE_DAEMON);
}

static void test_parser(void **unused)
{
	(void)unused;
	try_all(CONFINE_PARSER);
}

/* It may load a module, which is mapped executable and never writable. */
static int map_module(void)
{
	return map_with(PROT_READ | PROT_EXEC);
}

static void test_sender(void **unused)
{
	(void)unused;
	if (!has_seccomp)
		skip();
	assert_int_equal(run_child(CONFINE_SENDER, start_thread), 0);
	assert_int_equal(run_child(CONFINE_SENDER, udp_socket), 0);
	assert_int_equal(run_child(CONFINE_SENDER, map_module), 0);
	assert_int_not_equal(run_child(CONFINE_SENDER, map_code), 0);
	assert_int_equal(run_child(CONFINE_SENDER, start_program), EPERM);
	assert_int_not_equal(run_child(CONFINE_SENDER, start_process), 0);
}

static int reload_parent(void)
{
	return outcome(kill(getppid(), SIGUSR1));
}

/* A child of its own, its host's addresses, a signal to alignd, and no other. */
static void test_forwarder(void **unused)
{
	(void)unused;
	if (!has_seccomp)
		skip();
	(void)signal(SIGUSR1, SIG_IGN);
	assert_int_equal(run_child(CONFINE_FORWARDER, start_process), 0);
	assert_int_equal(run_child(CONFINE_FORWARDER, netlink_socket), 0);
	assert_int_equal(run_child(CONFINE_FORWARDER, reload_parent), 0);
	assert_int_equal(run_child(CONFINE_FORWARDER, map_module), 0);
	assert_int_equal(run_child(CONFINE_FORWARDER, write_inside), 0);
	assert_int_not_equal(run_child(CONFINE_FORWARDER, map_code), 0);
	assert_int_not_equal(run_child(CONFINE_FORWARDER, signal_parent), 0);
	assert_int_equal(run_child(CONFINE_FORWARDER, start_program), EPERM);
	assert_int_equal(run_child(CONFINE_FORWARDER, listen_unix), EPERM);
	(void)signal(SIGUSR1, SIG_DFL);
}

/* A folder that is not there yet may be made by somebody else, and used. */
static int write_later(const char *late, int told, int tells)
{
	struct confine_files *files = confine_files_new(NULL);
	struct confine_state state = {.landlock = 0};
	struct error err;
	char byte = 0;

	confine_write_folder(files, late);
	bool is_done = confine_landlock(files, &state, &err);
	mem_free(files);
	if (!is_done || write(tells, "", 1) != 1 || read(told, &byte, 1) != 1)
		return NOT_CONFINED;
	return create(at(late, "file"));
}

static void test_folder_comes_later(void **unused)
{
	char late[128];
	char byte;
	int to[2];
	int from[2];
	int status = 0;

	(void)unused;
	(void)snprintf(late, sizeof late, "%s/late", folder);
	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(write_later(late, to[0], from[1]));
	assert_int_equal(read(from[0], &byte, 1), 1);
	assert_int_equal(mkdir(late, 0700), 0);
	assert_int_equal(write(to[1], "", 1), 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 0);
	(void)unlink(at(late, "file"));
	(void)rmdir(late);
}

/* What is in force is what the kernel has: nothing is left out in silence. */
static int tell_state(void)
{
	struct confine_files *files = confine_files_new(NULL);
	struct confine_state state = {.landlock = 0};
	struct error err;

	confine_system(files);
	if (!confine_landlock(files, &state, &err) ||
	    !confine_seccomp(CONFINE_DAEMON, &state, &err))
		return NOT_CONFINED;
	char *words = confine_text(files, &state);
	(void)printf("met confinement: %s\n", words);
	(void)fflush(stdout);
	bool is_told = (strstr(words, "no landlock") == NULL) == has_landlock &&
		       (strstr(words, "no seccomp") == NULL) == has_seccomp;
	mem_free(files);
	return is_told ? 0 : 1;
}

static void test_state_is_told(void **unused)
{
	int status = 0;

	(void)unused;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(tell_state());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* -- all of it ----------------------------------------------------------- */

static int make_folders(void **unused)
{
	(void)unused;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(inside, sizeof inside, "%s/state", folder);
	(void)snprintf(outside, sizeof outside, "%s/other", folder);
	(void)snprintf(secret, sizeof secret, "%s/other/secret", folder);
	landlock_abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
	has_landlock = landlock_abi > 0;
	has_seccomp = access("/proc/sys/kernel/seccomp", F_OK) == 0;
	return mkdir(inside, 0700) == 0 && mkdir(outside, 0700) == 0 &&
		       create(secret) == 0
		   ? 0
		   : -1;
}

static int remove_folders(void **unused)
{
	(void)unused;
	(void)unlink(secret);
	(void)unlink(at(inside, "new"));
	(void)unlink(at(inside, "to"));
	(void)rmdir(inside);
	(void)rmdir(outside);
	return rmdir(folder);
}

/* --- the lists ----------------------------------------------------------- */

/* What Debian runs on; the C library calls there what libseccomp has a number
 * for. */
static const uint32_t machines[] = {
    SCMP_ARCH_X86_64,  SCMP_ARCH_X86,	SCMP_ARCH_ARM,	   SCMP_ARCH_AARCH64,
    SCMP_ARCH_PPC64LE, SCMP_ARCH_S390X, SCMP_ARCH_RISCV64, SCMP_ARCH_MIPSEL64,
};

#define NAMES_OF_ONE 3

/* Names of one thing. Each that a machine has must be listed, and each machine
 * must have one. */
static const char *const same[][NAMES_OF_ONE] = {
    {"futex", "futex_time64"},
    {"rt_sigreturn", "sigreturn"},
    {"rt_sigtimedwait", "rt_sigtimedwait_time64"},
    {"clock_gettime", "clock_gettime64"},
    {"clock_getres", "clock_getres_time64"},
    {"clock_nanosleep", "clock_nanosleep_time64"},
    {"clock_adjtime", "clock_adjtime64"},
    {"lseek", "_llseek"},
    {"fstat", "fstat64", "statx"},
    {"newfstatat", "fstatat64", "statx"},
    {"fcntl", "fcntl64"},
    {"ppoll", "ppoll_time64"},
    {"pselect6", "pselect6_time64", "_newselect"},
    {"getuid", "getuid32"},
    {"geteuid", "geteuid32"},
    {"getgid", "getgid32"},
    {"getegid", "getegid32"},
    {"getrlimit", "ugetrlimit", "prlimit64"},
    {"stat", "stat64", "statx"},
    {"lstat", "lstat64", "statx"},
    {"statfs", "statfs64"},
    {"fstatfs", "fstatfs64"},
    {"ftruncate", "ftruncate64"},
    {"truncate", "truncate64"},
    {"fadvise64", "fadvise64_64", "arm_fadvise64_64"},
    {"sync_file_range", "sync_file_range2", "arm_sync_file_range"},
    {"fchown", "fchown32"},
    {"chown", "chown32", "fchownat"},
    {"utimensat", "utimensat_time64"},
    {"timerfd_settime", "timerfd_settime64"},
    {"sendto", "send", "socketcall"},
    {"recvfrom", "recv", "socketcall"},
    {"recvmmsg", "recvmmsg_time64", "socketcall"},
};

static bool is_listed(const char *name)
{
	const char *const *const lists[] = {
	    confine_computing_calls, confine_file_calls, confine_network_calls};

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		for (const char *const *at = lists[i]; *at != NULL; at++) {
			if (strcmp(*at, name) == 0)
				return true;
		}
	}
	return false;
}

/* Below 0 it is another machine's call. */
static bool has_call(uint32_t machine, const char *name)
{
	return seccomp_syscall_resolve_name_arch(machine, name) >= 0;
}

static void check_names(const char *const *list)
{
	for (; *list != NULL; list++) {
		bool is_call = false;
		for (size_t i = 0; i < sizeof machines / sizeof machines[0];
		     i++)
			is_call |= has_call(machines[i], *list);
		if (!is_call)
			fail_msg("%s is a system call nowhere", *list);
	}
}

static void check_machine(uint32_t machine, const char *const *names)
{
	size_t found = 0;

	for (size_t i = 0; i < NAMES_OF_ONE && names[i] != NULL; i++) {
		if (!has_call(machine, names[i]))
			continue;
		found++;
		/* libseccomp takes it apart into those that are listed. */
		if (strcmp(names[i], "socketcall") != 0 && !is_listed(names[i]))
			fail_msg("%s is not listed", names[i]);
	}
	if (found == 0)
		fail_msg("machine %#x has no %s", machine, names[0]);
}

static void test_lists(void **state)
{
	(void)state;
	check_names(confine_computing_calls);
	check_names(confine_file_calls);
	check_names(confine_network_calls);
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		for (size_t m = 0; m < sizeof machines / sizeof machines[0];
		     m++)
			check_machine(machines[m], same[i]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_state_is_told),
	    cmocka_unit_test(test_daemon),
	    cmocka_unit_test(test_parser),
	    cmocka_unit_test(test_sender),
	cmocka_unit_test(test_forwarder),
	    cmocka_unit_test(test_folder_comes_later),
	    cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, make_folders, remove_folders) != 0;
}
