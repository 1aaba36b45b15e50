/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_ceiling.c - how much the distinct tuples of an hour may take
 */
#include "lib/store/store_ceiling.h"

#include <string.h>

#include "lib/base/random.h"
#include "lib/store/store_columns.h"

#define ROW_BYTES 320 /* the row's head, its counter, what pages leave free */

void store_ceiling_init(struct store_ceiling *ceiling)
{
	uint8_t bytes[SIPHASH_KEY_BYTES];

	memset(ceiling, 0, sizeof *ceiling);
	random_system()->fill(random_system(), bytes, sizeof bytes);
	ceiling->key = siphash_key(bytes);
}

/* Two indexes hold a domain each once more; pages are not quite full. */
int64_t store_ceiling_cost(const struct store_tuple *tuple)
{
	size_t texts = store_columns_bytes(&store_tuple_columns, tuple);
	size_t indexes =
	    strlen(tuple->author_domain) + strlen(tuple->policy_domain);

	return (int64_t)(texts + texts / 4 + indexes + ROW_BYTES);
}

static void enter_hour(struct store_ceiling *ceiling, int64_t time_s)
{
	if (!store_hour_begins(time_s, &ceiling->hour_s))
		return;
	memset(&ceiling->general, 0, sizeof ceiling->general);
	memset(&ceiling->known, 0, sizeof ceiling->known);
	memset(&ceiling->others, 0, sizeof ceiling->others);
}

static bool take_room(struct store_ceiling_tally *tally,
		      const struct store_pair_numbers *numbers, int64_t bytes,
		      int64_t share, int64_t all)
{
	int64_t *network =
	    &tally->networks[numbers->network % STORE_CEILING_SLOTS];
	int64_t *author =
	    &tally->authors[numbers->author % STORE_CEILING_SLOTS];

	if (tally->all + bytes > all || *network + bytes > share ||
	    *author + bytes > share)
		return false;
	tally->all += bytes;
	*network += bytes;
	*author += bytes;
	return true;
}

bool store_ceiling_take(struct store_ceiling *ceiling, int64_t time_s,
			const struct store_pair *pair, bool has_passed,
			enum store_detail detail, int64_t bytes)
{
	struct store_pair_numbers numbers =
	    store_pair_numbers(pair, &ceiling->key);

	enter_hour(ceiling, time_s);
	if (detail == STORE_OTHERS)
		return true;
	if (detail == STORE_OTHERS_OF_DOMAIN)
		return take_room(&ceiling->others, &numbers, bytes,
				 STORE_CEILING_OTHERS_SHARE,
				 STORE_CEILING_OTHERS);
	return take_room(&ceiling->general, &numbers, bytes,
			 STORE_CEILING_SHARE, STORE_CEILING_BYTES) ||
	       (has_passed && take_room(&ceiling->known, &numbers, bytes,
					STORE_CEILING_KNOWN_SHARE,
					STORE_CEILING_KNOWN_BYTES));
}

/* Names of the operator's overrides are few; a chain of ARC sealers is a
 * stranger's text. */
static const char *own_comment(const char *comment)
{
	return strncmp(comment, "arc=", 4) == 0 ? "" : comment;
}

struct store_tuple store_ceiling_others(const struct store_tuple *tuple,
					const char *author,
					enum store_detail detail)
{
	bool has_domain = detail == STORE_OTHERS_OF_DOMAIN;

	return (struct store_tuple){
	    .author_domain = has_domain ? author : "",
	    .author_error = tuple->author_error,
	    .policy_domain = has_domain ? tuple->policy_domain : "",
	    .org_domain = has_domain ? tuple->org_domain : "",
	    .discovery = tuple->discovery,
	    .record = has_domain ? tuple->record : "",
	    .author_exists = -1,
	    .client_ip = "",
	    .client_name = "",
	    .mail_from_domain = "",
	    .spf_result = tuple->spf_result,
	    .spf_domain = "",
	    .spf_scope = tuple->spf_scope,
	    .dkim = "[]",
	    .arc = "{}",
	    .dmarc_result = tuple->dmarc_result,
	    .is_dkim_aligned = tuple->is_dkim_aligned,
	    .is_spf_aligned = tuple->is_spf_aligned,
	    .indirect = tuple->indirect,
	    .policy = tuple->policy,
	    .asked = tuple->asked,
	    .applied = tuple->applied,
	    .override_type = tuple->override_type,
	    .override_comment = own_comment(tuple->override_comment),
	    .tls_version = "",
	    .is_report_mail = tuple->is_report_mail,
	    .rests_on = tuple->rests_on,
	    .imported = tuple->imported,
	    .lookalike = "",
	    .iprev = "",
	};
}
