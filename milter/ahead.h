/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_AHEAD_H
#define MILTER_AHEAD_H

/*
 * ahead - what an MTA has sent, read before it is asked for
 *
 * libmilter takes each packet by two reads of as many bytes as it wants, and
 * asks by poll(2) before each of them and between packets: five calls of the
 * system for some sixty bytes, where the MTA wrote all of the header at once.
 * Here what there is is read in one go, and handed on as it is asked for. The
 * bytes take memory only from being read until they are handed on. Zeros begin.
 * By the connection's reader alone.
 */

#include <stdbool.h>
#include <stddef.h>

#define AHEAD_BYTES 8192 /* a header, mostly; a body is read where it goes */

struct ahead {
	char *bytes; /* NULL: nothing was read ahead */
	size_t at;   /* of the next one */
	size_t end;
	bool is_drained; /* all that there was is here: to ask first is cheaper
			  */
};

/* Reads what there is without waiting; where something is left of before, that
 * will do. False: nothing, for whatever reason, and is_drained is false. */
bool ahead_fill(struct ahead *ahead, int fd);

/* How many were taken, at most `size`; 0: nothing was read ahead. */
size_t ahead_take(struct ahead *ahead, void *buffer, size_t size);

void ahead_drop(struct ahead *ahead);

#endif
