/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

/*
 * fuzz - what every fuzz target includes first
 *
 * A target is one file, fuzz_NAME.c, that defines LLVMFuzzerTestOneInput and
 * states what must hold for every input with require(). Its seeds are the
 * files below seeds/NAME/, its words are in NAME.dict. It is linked either
 * with libFuzzer or with seeds_main.c, which runs the seeds and ends.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program, so that libFuzzer keeps the input. */
#define require(condition) fuzz_require((condition), #condition)

static inline void fuzz_require(bool holds, const char *condition)
{
	if (holds)
		return;
	(void)fprintf(stderr, "does not hold: %s\n", condition);
	abort();
}

/* May the text stand on one line: no control byte, CR and LF among them? */
static inline bool fuzz_is_line(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	}
	return true;
}

#endif
