/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix_place.c - smtpd_milters with alignd in its place
 * Tested by test_postfix_milters, test_alignctl_setup.
 */
#include "lib/wiring/postfix_place.h"

#include <string.h>

#include "lib/base/strbuf.h"
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
static void add_entry(struct strbuf *list, const char *endpoint,
		      const char *settings)
{
	struct span rest = span_trim(span_of(settings));

	if (rest.length == 0)
		strbuf_add_text(list, endpoint);
	else
		strbuf_printf(list, "{ %s%s%.*s }", endpoint,
			      rest.data[0] == ',' ? "" : " ", (int)rest.length,
			      rest.data);
}

/* What an entry may grow by: the blanks and braces that are written anew. */
#define GROWTH strlen(", {  }")

const char *postfix_place_alignd(TALLOC_CTX *mem, const char *milters,
				 const char *place,
				 const struct mta_endpoint *daemon,
				 const char *folder, mta_lookup lookup)
{
	struct postfix_milters found = postfix_milters_read(mem, milters);
	const char *settings = "";
	struct strbuf others;
	struct strbuf list;

	if (found.is_broken)
		return NULL;
	size_t most = strlen(milters) + (found.count + 1) * GROWTH;
	strbuf_init(&others, mem, most);
	for (size_t i = 0; i < found.count; i++) {
		const struct postfix_milter *milter = &found.items[i];
		if (is_alignd(mem, milter->endpoint, place, daemon, folder,
			      lookup)) {
			settings = milter->settings;
			continue;
		}
		strbuf_add_text(&others, ", ");
		add_entry(&others, milter->endpoint, milter->settings);
	}
	strbuf_init(&list, mem, strlen(place) + 2 * most);
	add_entry(&list, place, settings);
	strbuf_add_text(&list, strbuf_text(&others));
	return strbuf_text(&list);
}
