/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * delay.c - a resolver that is further away than it is
 *
 * delay PORT UPSTREAM-PORT MILLISECONDS: passes each datagram for 127.0.0.1
 * PORT on, and its answer back MILLISECONDS after the question came. At
 * SIGUSR1 it prints how many questions have passed.
 *
 * Questions go upstream under an id of our own, which is a place in a ring; a
 * question is forgotten when the ring has come round.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/text.h"

#define RING 65536
#define DATAGRAM 4096

struct pending {
	struct sockaddr_in asker;
	uint16_t id; /* the asker's */
	int64_t due_us;
	size_t length; /* of the answer; 0: none yet */
	char *answer;
};

static struct pending ring[RING];
/* Answers in the order in which they came; with one delay for all that is
 * nearly the order of being due. */
static uint16_t queue[RING];
static size_t queue_head, queue_tail;
static uint64_t questions;
static int64_t delay_us;

static int64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int open_socket(long port, bool is_server)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int room = 4 * 1024 * 1024;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	if (is_server ? bind(fd, (void *)&address, sizeof address) == 0
		      : connect(fd, (void *)&address, sizeof address) == 0)
		return fd;
	perror("delay");
	return -1;
}

static void pass_questions(int server, int upstream)
{
	char bytes[DATAGRAM];
	struct sockaddr_in asker;
	socklen_t size = sizeof asker;
	ssize_t got;

	while ((got = recvfrom(server, bytes, sizeof bytes, 0, (void *)&asker,
			       &size)) >= 2) {
		uint16_t place = (uint16_t)(questions++ % RING);
		struct pending *pending = &ring[place];
		pending->asker = asker;
		memcpy(&pending->id, bytes, 2);
		pending->due_us = now_us() + delay_us;
		memcpy(bytes, &place, 2);
		(void)send(upstream, bytes, (size_t)got, 0);
	}
}

static void take_answers(int upstream)
{
	char bytes[DATAGRAM];
	ssize_t got;

	while ((got = recv(upstream, bytes, sizeof bytes, 0)) >= 2) {
		uint16_t place;
		memcpy(&place, bytes, 2);
		struct pending *pending = &ring[place];
		memcpy(bytes, &pending->id, 2);
		heap_free(pending->answer);
		pending->answer = heap_memdup(bytes, (size_t)got);
		pending->length = (size_t)got;
		queue[queue_tail++ % RING] = place;
	}
}

/* Milliseconds to the next answer that is due, -1 without one. */
static int give_answers(int server)
{
	while (queue_head != queue_tail) {
		struct pending *next = &ring[queue[queue_head % RING]];
		int64_t left_us = next->due_us - now_us();
		if (left_us > 0)
			return (int)((left_us + 999) / 1000);
		(void)sendto(server, next->answer, next->length, 0,
			     (const void *)&next->asker, sizeof next->asker);
		queue_head++;
	}
	return -1;
}

static int open_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK);
}

static void tell_count(int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof info) != (ssize_t)sizeof info)
		return;
	(void)printf("%llu\n", (unsigned long long)questions);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	long port, upstream_port, delay_ms;

	if (argc != 4 || !text_number(span_of(argv[1]), 1, 65535, &port) ||
	    !text_number(span_of(argv[2]), 1, 65535, &upstream_port) ||
	    !text_number(span_of(argv[3]), 0, 10000, &delay_ms)) {
		(void)fputs("usage: delay PORT UPSTREAM-PORT MILLISECONDS\n",
			    stderr);
		return EXIT_FAILURE;
	}
	delay_us = (int64_t)delay_ms * 1000;
	struct pollfd polled[] = {
	    {.fd = open_socket(port, true), .events = POLLIN},
	    {.fd = open_socket(upstream_port, false), .events = POLLIN},
	    {.fd = open_signals(), .events = POLLIN},
	};
	if (polled[0].fd < 0 || polled[1].fd < 0 || polled[2].fd < 0)
		return EXIT_FAILURE;
	while (poll(polled, 3, give_answers(polled[0].fd)) >= 0 ||
	       errno == EINTR) {
		pass_questions(polled[0].fd, polled[1].fd);
		take_answers(polled[1].fd);
		tell_count(polled[2].fd);
	}
	return EXIT_FAILURE;
}
