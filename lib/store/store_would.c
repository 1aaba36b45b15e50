/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_would.c - what enforce mode would have done, as an incident has it
 * Tested by test_store_review.
 */
#include "lib/store/store_would.h"

#include <string.h>

#include "lib/base/json.h"

/* Our own word for it: the texts of a row are not ours to keep. */
static const char *disposition_called(const char *text)
{
	int place = text_place(store_dispositions, STORE_DISPOSITIONS, text);

	return place < 0 ? NULL : store_dispositions[place];
}

const char *store_would_of(const char *verdict)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct json *object = json_read(mem, verdict);
	const struct json *explain = json_get(mem, object, "explain");
	const char *would =
	    disposition_called(json_get_text(explain, "enforced"));

	mem_free(mem);
	return would;
}

const char *store_would(const struct store_incident *incident)
{
	if (strcmp(incident->applied, store_dispositions[0]) != 0 ||
	    incident->override_type[0] == '\0')
		return disposition_called(incident->applied);
	return store_would_of(incident->verdict);
}
