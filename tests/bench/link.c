/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - the MTA's end of a milter connection
 */
#include "tests/bench/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define READ_BYTES 16384

static int open_unix(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	if (connect(fd, (const void *)&address, sizeof address) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static int open_inet(const char *where)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	const char *at = strchr(where, '@');
	long port;
	int one = 1;

	if (at == NULL || inet_pton(AF_INET, at + 1, &address.sin_addr) != 1 ||
	    !text_number(span_make(where, (size_t)(at - where)), 1, 65535,
			 &port))
		return -1;
	address.sin_port = htons((uint16_t)port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(fd, (const void *)&address, sizeof address) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

bool link_open(struct link *link, const char *where)
{
	if (strncmp(where, "unix:", 5) == 0)
		link->fd = open_unix(where + 5);
	else
		link->fd = open_inet(where + strlen("inet:"));
	if (link->fd < 0)
		return false;
	/* Only now: a connect() that would block is refused otherwise. */
	(void)fcntl(link->fd, F_SETFL, O_NONBLOCK);
	return true;
}

void link_close(struct link *link)
{
	if (link->fd >= 0)
		(void)close(link->fd);
	link->fd = -1;
	link->out.length = link->out.done = 0;
	link->in.length = link->in.done = 0;
}

static void reserve(struct link_buffer *buffer, size_t more)
{
	if (buffer->done == buffer->length)
		buffer->done = buffer->length = 0;
	if (buffer->length + more <= buffer->room)
		return;
	buffer->room = 2 * (buffer->length + more);
	buffer->bytes = heap_resized(buffer->bytes, 1, buffer->room);
}

static void add(struct link_buffer *buffer, const void *bytes, size_t length)
{
	if (length > 0)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
}

static void put_head(struct link *link, char command, size_t length)
{
	uint32_t size = htonl((uint32_t)length + 1);

	reserve(&link->out, length + sizeof size + 1);
	add(&link->out, &size, sizeof size);
	add(&link->out, &command, 1);
}

void link_put(struct link *link, char command, const void *data, size_t length)
{
	put_head(link, command, length);
	add(&link->out, data, length);
}

void link_put_texts(struct link *link, char command, const char *const *texts,
		    size_t count)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		length += strlen(texts[i]) + 1;
	put_head(link, command, length);
	for (size_t i = 0; i < count; i++)
		add(&link->out, texts[i], strlen(texts[i]) + 1);
}

bool link_flush(struct link *link, bool *is_all)
{
	struct link_buffer *out = &link->out;

	while (out->done < out->length) {
		ssize_t sent = send(link->fd, out->bytes + out->done,
				    out->length - out->done, MSG_NOSIGNAL);
		if (sent < 0) {
			*is_all = false;
			return errno == EAGAIN || errno == EINTR;
		}
		out->done += (size_t)sent;
	}
	*is_all = true;
	return true;
}

bool link_fill(struct link *link)
{
	ssize_t got;

	do {
		reserve(&link->in, READ_BYTES);
		got = recv(link->fd, link->in.bytes + link->in.length,
			   READ_BYTES, 0);
		if (got > 0)
			link->in.length += (size_t)got;
	} while (got > 0);
	return got < 0 && (errno == EAGAIN || errno == EINTR);
}

bool link_next(struct link *link, struct link_packet *packet)
{
	struct link_buffer *in = &link->in;
	size_t left = in->length - in->done;
	uint32_t size;

	if (left < sizeof size)
		return false;
	memcpy(&size, in->bytes + in->done, sizeof size);
	size = ntohl(size);
	if (size == 0 || left < sizeof size + size)
		return false;
	const char *start = in->bytes + in->done + sizeof size;
	*packet = (struct link_packet){.command = start[0],
				       .data = span_make(start + 1, size - 1)};
	in->done += sizeof size + size;
	return true;
}
