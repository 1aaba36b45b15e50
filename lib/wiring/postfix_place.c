/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_place.c - smtpd_milters with alignd in its place
 * Tested by test_postfix_milters, test_alignctl_setup.
 */
#include "lib/wiring/postfix_place.h"

#include <string.h>

#include "lib/wiring/postfix_milters.h"

/* Chrooted or not: another milter has neither path. */
static bool is_alignd(TALLOC_CTX *mem, const char *endpoint, const char *place,
		      const struct mta_endpoint *daemon, const char *folder,
		      mta_lookup lookup)
{
	struct mta_endpoint written;

	if (strcmp(endpoint, place) == 0)
		return true;
	return mta_endpoint_from_postfix(mem, span_of(endpoint), lookup,
					 NET_NONE, &written) &&
	       (mta_endpoint_reach(mem, &written, daemon, folder, false) !=
		    MTA_REACHES_OTHER ||
		mta_endpoint_reach(mem, &written, daemon, folder, true) !=
		    MTA_REACHES_OTHER);
}

/* `settings` as read: ", default_action=accept ", with what parts them. */
static const char *as_entry(TALLOC_CTX *mem, const char *endpoint,
			    const char *settings)
{
	struct span rest = span_trim(span_of(settings));

	if (rest.length == 0)
		return endpoint;
	return mem_printf(mem, "{ %s%s%.*s }", endpoint,
			  rest.data[0] == ',' ? "" : " ", (int)rest.length,
			  rest.data);
}

const char *postfix_place_alignd(TALLOC_CTX *mem, const char *milters,
				 const char *place,
				 const struct mta_endpoint *daemon,
				 const char *folder, mta_lookup lookup)
{
	struct postfix_milters found = postfix_milters_read(mem, milters);
	const char *settings = "";
	const char *others = "";

	if (found.is_broken)
		return NULL;
	for (size_t i = 0; i < found.count; i++) {
		const struct postfix_milter *milter = &found.items[i];
		if (is_alignd(mem, milter->endpoint, place, daemon, folder,
			      lookup))
			settings = milter->settings;
		else
			others = mem_printf(
			    mem, "%s, %s", others,
			    as_entry(mem, milter->endpoint, milter->settings));
	}
	return mem_printf(mem, "%s%s", as_entry(mem, place, settings), others);
}
