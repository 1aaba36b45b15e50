/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ahead.c - what an MTA has sent, read before it is asked for
 *
 * Tested by test_wire.
 */
#include "milter/ahead.h"

#include <string.h>
#include <sys/socket.h>

#include "lib/base/mem.h"

/* Errors and the connection's end are left for the read that libmilter makes.
 */
static bool receive(struct ahead *ahead, int fd)
{
	char *bytes = heap_block(AHEAD_BYTES);
	ssize_t got = recv(fd, bytes, AHEAD_BYTES, MSG_DONTWAIT);

	if (got <= 0) {
		heap_free(bytes);
		return false;
	}
	*ahead = (struct ahead){
	    .bytes = bytes,
	    .end = (size_t)got,
	    .is_drained = (size_t)got < AHEAD_BYTES,
	};
	return true;
}

bool ahead_fill(struct ahead *ahead, int fd)
{
	if (ahead->bytes != NULL)
		return true;
	bool is_drained = ahead->is_drained;
	ahead->is_drained = false;
	return !is_drained && receive(ahead, fd);
}

size_t ahead_take(struct ahead *ahead, void *buffer, size_t size)
{
	size_t left = ahead->end - ahead->at;
	size_t count = size < left ? size : left;

	if (ahead->bytes == NULL)
		return 0;
	memcpy(buffer, ahead->bytes + ahead->at, count);
	ahead->at += count;
	if (ahead->at == ahead->end) {
		heap_free(ahead->bytes);
		ahead->bytes = NULL;
	}
	return count;
}

void ahead_drop(struct ahead *ahead)
{
	heap_free(ahead->bytes);
	*ahead = (struct ahead){.bytes = NULL};
}
