/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe_smtp.c - a connection to a mail server, up to where TLS begins
 * Tested by test_alignctl_posture_live.
 */
#include "lib/posture/probe_smtp.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"

#define SHOWN_MAX 120 /* of a reply that is quoted */

struct dialogue {
	TALLOC_CTX *mem;
	int fd;
	int64_t deadline_ms;
	int lines; /* read so far */
	char bytes[LIMIT_PROBE_LINE_BYTES];
	size_t length;	    /* of bytes: the line, and what came behind it */
	size_t line_length; /* with its LF */
	const char *reason; /* set by who fails */
	bool is_out_of_reach;
};

struct reply {
	long code;
	const char *text; /* the first line, escaped */
	bool has_starttls;
};

static bool fail(struct dialogue *dialogue, const char *reason)
{
	dialogue->reason = reason;
	return false;
}

/* --- the socket --- */

bool probe_smtp_wait(int fd, short events, int64_t deadline_ms)
{
	struct pollfd waited = {.fd = fd, .events = events};

	for (;;) {
		int64_t left = deadline_ms - clock_monotonic_ms(clock_system());
		if (left <= 0)
			return false;
		int got = poll(&waited, 1, left > 60000 ? 60000 : (int)left);
		if (got > 0)
			return true;
		if (got < 0 && errno != EINTR)
			return false;
	}
}

static socklen_t make_address(const struct probe_target *target,
			      struct sockaddr_storage *storage)
{
	*storage = (struct sockaddr_storage){.ss_family = AF_UNSPEC};
	if (target->address.family == NET_IPV4) {
		struct sockaddr_in *ipv4 = (struct sockaddr_in *)storage;
		ipv4->sin_family = AF_INET;
		ipv4->sin_port = htons((uint16_t)target->port);
		memcpy(&ipv4->sin_addr, target->address.bytes, 4);
		return sizeof *ipv4;
	}
	struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)storage;
	ipv6->sin6_family = AF_INET6;
	ipv6->sin6_port = htons((uint16_t)target->port);
	memcpy(&ipv6->sin6_addr, target->address.bytes, 16);
	return sizeof *ipv6;
}

/* A machine without IPv6 says one of these; a server never does. */
static bool is_no_network(int number)
{
	return number == ENETUNREACH || number == EADDRNOTAVAIL ||
	       number == EAFNOSUPPORT;
}

static bool fail_to_reach(struct dialogue *dialogue, int number)
{
	const char *why = number == ECONNREFUSED ? "it is refused"
						 : "it does not get there";

	dialogue->is_out_of_reach = is_no_network(number);
	if (dialogue->is_out_of_reach)
		why = "this machine has no way into that network";
	return fail(dialogue,
		    mem_printf(dialogue->mem, "no connection: %s", why));
}

static bool reach(struct dialogue *dialogue, const struct probe_target *target)
{
	struct sockaddr_storage storage;
	socklen_t size = make_address(target, &storage);
	int number = 0;
	socklen_t number_size = sizeof number;

	dialogue->fd = socket(storage.ss_family,
			      SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (dialogue->fd < 0)
		return is_no_network(errno)
			   ? fail_to_reach(dialogue, errno)
			   : fail(dialogue, "no socket can be had");
	if (connect(dialogue->fd, (const struct sockaddr *)&storage, size) == 0)
		return true;
	number = errno;
	if (number == EINPROGRESS) {
		if (!probe_smtp_wait(dialogue->fd, POLLOUT,
				     dialogue->deadline_ms))
			return fail(dialogue, "no connection in time");
		(void)getsockopt(dialogue->fd, SOL_SOCKET, SO_ERROR, &number,
				 &number_size);
	}
	return number == 0 || fail_to_reach(dialogue, number);
}

/* Ours are short: the socket's buffer takes them whole. */
static bool say(struct dialogue *dialogue, const char *line)
{
	size_t length = strlen(line);

	if (send(dialogue->fd, line, length, MSG_NOSIGNAL) == (ssize_t)length)
		return true;
	return fail(dialogue, "the connection broke");
}

/* --- replies --- */

static bool fill(struct dialogue *dialogue)
{
	size_t room = sizeof dialogue->bytes - dialogue->length;

	if (room == 0)
		return fail(dialogue, "a line of its reply is too long");
	if (!probe_smtp_wait(dialogue->fd, POLLIN, dialogue->deadline_ms))
		return fail(dialogue, "no answer in time");
	ssize_t got =
	    recv(dialogue->fd, dialogue->bytes + dialogue->length, room, 0);
	if (got == 0)
		return fail(dialogue, "it closed the connection");
	if (got < 0)
		return fail(dialogue, "the connection broke");
	dialogue->length += (size_t)got;
	return true;
}

/* The next line stands at the front of the bytes; the one before is gone. */
static bool read_line(struct dialogue *dialogue, struct span *line)
{
	const char *end;

	dialogue->length -= dialogue->line_length;
	memmove(dialogue->bytes, dialogue->bytes + dialogue->line_length,
		dialogue->length);
	dialogue->line_length = 0;
	if (dialogue->lines++ == LIMIT_PROBE_LINES)
		return fail(dialogue, "it says too many lines");
	while ((end = memchr(dialogue->bytes, '\n', dialogue->length)) == NULL)
		if (!fill(dialogue))
			return false;
	dialogue->line_length = (size_t)(end - dialogue->bytes) + 1;
	*line = span_trim(span_make(dialogue->bytes, dialogue->line_length));
	return true;
}

static bool is_last(struct span line)
{
	return line.length < 4 || line.data[3] != '-';
}

/* A reply of any number of lines (RFC 5321 4.2.1). */
static bool read_reply(struct dialogue *dialogue, struct reply *reply)
{
	struct span line = {0};

	*reply = (struct reply){.code = 0};
	do {
		if (!read_line(dialogue, &line))
			return false;
		if (reply->text == NULL)
			reply->text =
			    text_escape(dialogue->mem, line, SHOWN_MAX, true);
		if (line.length < 3 || !text_number(span_make(line.data, 3),
						    200, 599, &reply->code))
			return fail(dialogue,
				    mem_printf(dialogue->mem,
					       "its reply is none of SMTP: "
					       "\"%s\"",
					       reply->text));
		if (line.length > 4 &&
		    span_equals_nocase(span_from(line, 4), "STARTTLS"))
			reply->has_starttls = true;
	} while (!is_last(line));
	return true;
}

/* A reply that has to be that; else its words are the reason. */
static bool want_reply(struct dialogue *dialogue, long code, const char *what,
		       struct reply *reply)
{
	if (!read_reply(dialogue, reply))
		return false;
	return reply->code == code ||
	       fail(dialogue, mem_printf(dialogue->mem, "%s is answered \"%s\"",
					 what, reply->text));
}

/* --- up to TLS --- */

static bool greet(struct dialogue *dialogue, const struct probe_target *target,
		  struct probe_smtp *smtp, struct reply *reply)
{
	if (!reach(dialogue, target) ||
	    !want_reply(dialogue, 220, "the connection", reply))
		return false;
	smtp->greeting = reply->text;
	return say(dialogue,
		   mem_printf(dialogue->mem, "EHLO %s\r\n", target->from)) &&
	       want_reply(dialogue, 250, "EHLO", reply);
}

/* What comes before TLS in the clear is whose it was not (RFC 3207 4.2). */
static bool begin_tls(struct dialogue *dialogue)
{
	struct reply reply;

	if (!say(dialogue, "STARTTLS\r\n") ||
	    !want_reply(dialogue, 220, "STARTTLS", &reply))
		return false;
	return dialogue->length == dialogue->line_length ||
	       fail(dialogue, "it says more before TLS begins");
}

enum probe_smtp_end probe_smtp_open(TALLOC_CTX *mem,
				    const struct probe_target *target,
				    struct probe_smtp *smtp)
{
	struct dialogue *dialogue = mem_new(mem, struct dialogue);
	struct reply reply = {.code = 0};
	enum probe_smtp_end end = PROBE_SMTP_UNCHECKED;

	dialogue->mem = mem;
	dialogue->fd = -1;
	dialogue->deadline_ms = target->deadline_ms;
	*smtp = (struct probe_smtp){.fd = -1};
	if (greet(dialogue, target, smtp, &reply)) {
		if (!reply.has_starttls)
			end = PROBE_SMTP_NO_STARTTLS;
		else if (begin_tls(dialogue))
			end = PROBE_SMTP_READY;
		if (end != PROBE_SMTP_READY)
			(void)say(dialogue, "QUIT\r\n");
	}
	if (end == PROBE_SMTP_UNCHECKED)
		smtp->reason = dialogue->reason;
	smtp->is_out_of_reach = dialogue->is_out_of_reach;
	if (end == PROBE_SMTP_READY)
		smtp->fd = dialogue->fd;
	else if (dialogue->fd >= 0)
		(void)close(dialogue->fd);
	return end;
}
