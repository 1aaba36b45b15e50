/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * idn.c - U-labels to A-labels and back (RFC 5891), through libidn2
 *
 * The mapping that readers apply to U-labels (UTS 46: case, width) also repairs
 * text that is not in NFC. RFC 6532 3.1 calls such text malformed, so NFC is
 * asked about first, with the mapping off.
 * Tested by test_domain.
 */
#include "lib/base/idn.h"

#include <idn2.h>
#include <stdbool.h>
#include <stdint.h>

/* A name that could not be looked at is not one that is malformed. */
static int require_memory(int code)
{
	if (code == IDN2_MALLOC)
		(void)mem_checked(NULL, 0);
	return code;
}

static bool is_nfc(const char *name)
{
	uint8_t *ignored = NULL;
	int code = require_memory(
	    idn2_lookup_u8((const uint8_t *)name, &ignored, IDN2_NO_TR46));

	idn2_free(ignored);
	return code != IDN2_NOT_NFC;
}

char *idn_to_ascii(TALLOC_CTX *mem, const char *name)
{
	char *ascii = NULL;

	if (!is_nfc(name))
		return NULL;
	if (require_memory(idn2_to_ascii_8z(name, &ascii,
					    IDN2_NONTRANSITIONAL)) != IDN2_OK)
		return NULL;
	char *copy = mem_strdup(mem, ascii);
	idn2_free(ascii);
	return copy;
}

char *idn_to_unicode(TALLOC_CTX *mem, const char *name)
{
	char *unicode = NULL;

	if (require_memory(idn2_to_unicode_8z8z(name, &unicode, 0)) != IDN2_OK)
		return NULL;
	char *copy = mem_strdup(mem, unicode);
	idn2_free(unicode);
	return copy;
}
