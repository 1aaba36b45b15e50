/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instructions.c - letters through the daemon's session, in one process
 *
 * instructions FOLDER ROUNDS: sends the letters of FOLDER/fifty so many times
 * through the session (session_rig.h). To be run under callgrind, which then
 * counts everything but libmilter and the kernel; the difference of two runs is
 * what the further rounds took. Fails when a letter fares otherwise than it
 * should.
 *
 * One message is sent at a time, so that two runs count the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/session_rig.h"

static bool send_one(const struct letter *letter)
{
	const char *fate = session_rig_send(letter);

	if (strcmp(fate, letter->want) == 0)
		return true;
	(void)fprintf(stderr, "instructions: from %s: %s, not %s\n",
		      letter->mail_from, fate, letter->want);
	return false;
}

static unsigned long send_all(const struct letters *letters, long rounds)
{
	unsigned long wrong = 0;

	for (long round = 0; round < rounds; round++) {
		for (size_t i = 0; i < letters->count; i++)
			wrong += !send_one(&letters->items[i]);
	}
	return wrong;
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct letters letters;
	struct error err;
	long rounds;

	if (argc != 3 || !text_number(span_of(argv[2]), 1, 1000, &rounds)) {
		(void)fputs("usage: instructions FOLDER ROUNDS\n", stderr);
		return EXIT_FAILURE;
	}
	const char *path = mem_printf(mem, "%s/fifty", argv[1]);
	if (!letters_read(mem, path, &letters, &err) ||
	    !session_rig_open(argv[1], NULL, &err)) {
		(void)fprintf(stderr, "instructions: %s\n", err.words);
		return EXIT_FAILURE;
	}
	unsigned long wrong = send_all(&letters, rounds);
	unsigned long sent = (unsigned long)rounds * letters.count;
	bool is_right = wrong == 0 && session_rig_lines() == sent;
	session_rig_close();
	mem_free(mem);
	(void)printf("%lu messages, %lu wrong\n", sent, wrong);
	return is_right ? EXIT_SUCCESS : EXIT_FAILURE;
}
