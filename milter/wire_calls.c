/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire_calls.c - accept, poll, read and close as libmilter finds them
 *
 * milter/local.mk exports the symbols. Those of the C library, or of a
 * sanitizer before it, are the next ones in the linker's order.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "milter/wire.h"

/* glibc's prototype takes a union of pointers; elsewhere it is POSIX's. */
#ifdef __GLIBC__
typedef __SOCKADDR_ARG any_address;
#define ADDRESS(any) ((any).__sockaddr__)
#else
typedef struct sockaddr *restrict any_address;
#define ADDRESS(any) (any)
#endif

typedef int accept_call(int, struct sockaddr *, socklen_t *);
typedef int poll_call(struct pollfd *, nfds_t, int);
typedef ssize_t read_call(int, void *, size_t);
typedef int close_call(int);

static struct wire_calls next;

/* POSIX has it that a function's address survives dlsym(3). */
static void find_next(void)
{
	next.accept = (accept_call *)dlsym(RTLD_NEXT, "accept");
	next.poll = (poll_call *)dlsym(RTLD_NEXT, "poll");
	next.read = (read_call *)dlsym(RTLD_NEXT, "read");
	next.close = (close_call *)dlsym(RTLD_NEXT, "close");
}

/* Libraries read files before main() begins. */
static const struct wire_calls *next_calls(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, find_next);
	return &next;
}

int accept(int listener, any_address address, socklen_t *restrict length)
{
	return wire_accept(next_calls(), listener, ADDRESS(address), length);
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	return wire_poll(next_calls(), fds, count, timeout_ms);
}

ssize_t read(int fd, void *buffer, size_t size)
{
	return wire_read(next_calls(), fd, buffer, size);
}

int close(int fd)
{
	return wire_close(next_calls(), fd);
}
