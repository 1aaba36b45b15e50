/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * skeleton.c - what a label of any script looks like, through ICU
 *
 * Tested by test_lookalike.
 */
#include "lib/lookalike/skeleton.h"

#include <pthread.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include "lib/base/mem.h"

#define LABEL_UNITS 64 /* a label of 63 bytes has no more characters */

static USpoofChecker *checker;
static pthread_once_t checker_once = PTHREAD_ONCE_INIT;

/* What could not be opened for want of memory is no answer. */
static void open_checker(void)
{
	UErrorCode code = U_ZERO_ERROR;

	checker = uspoof_open(&code);
	if (U_FAILURE(code))
		checker = mem_checked(NULL, 0);
}

bool skeleton_make_units(const uint16_t *text, size_t length, uint16_t *units,
			 size_t room, size_t *count)
{
	UErrorCode code = U_ZERO_ERROR;

	(void)pthread_once(&checker_once, open_checker);
	int32_t made =
	    uspoof_getSkeleton(checker, 0, (const UChar *)text, (int32_t)length,
			       (UChar *)units, (int32_t)room, &code);
	*count = U_FAILURE(code) ? 0 : (size_t)made;
	return U_SUCCESS(code);
}

bool skeleton_make(const char *text, uint16_t *units, size_t room,
		   size_t *count)
{
	UChar label[LABEL_UNITS];
	int32_t length = 0;
	UErrorCode code = U_ZERO_ERROR;

	(void)u_strFromUTF8(label, LABEL_UNITS, &length, text, -1, &code);
	return U_SUCCESS(code) &&
	       skeleton_make_units((const uint16_t *)label, (size_t)length,
				   units, room, count);
}
