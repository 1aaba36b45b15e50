/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world_search.c - runs fuzz_world on random bytes, without a fuzzer
 *
 *   PROGRAM SECONDS [SEED]
 *
 * Prints the seed and how many messages there were. A property that does not
 * hold ends the program by a signal.
 */
#include "tests/fuzz/fuzz.h"

#include <time.h>

#define BYTES_MAX 120

static uint64_t state;

/* xorshift64*, so that a seed means the same everywhere. */
static unsigned next_byte(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned)((state * UINT64_C(2685821657736338717)) >> 56);
}

int main(int argc, char **argv)
{
	uint8_t bytes[BYTES_MAX];
	long messages = 0;
	long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
	long seed = argc > 2 ? strtol(argv[2], NULL, 10) : (long)time(NULL);
	time_t end = time(NULL) + seconds;

	(void)printf("seed %ld\n", seed);
	(void)fflush(stdout);
	state = (uint64_t)seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	while (time(NULL) < end) {
		size_t size = next_byte() % BYTES_MAX;
		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)next_byte();
		(void)LLVMFuzzerTestOneInput(bytes, size);
		messages++;
	}
	(void)printf("%ld messages\n", messages);
	return EXIT_SUCCESS;
}
