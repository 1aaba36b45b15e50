/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expiry.c - overrides that have run out are said so in the log
 * Tested by test_wire_reload.
 */
#include "milter/expiry.h"

#include "lib/base/limits.h"
#include "milter/log.h"

#define WARNINGS_MAX 20 /* further ones are in `alignctl override list` */

static void warn(const char *path, const struct override *override)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char end[OVERRIDE_END_TEXT];

	log_write(
	    LOG_LEVEL_WARNING,
	    "%s:%d: override \"%s\" ended with %s and no longer applies", path,
	    override->line,
	    text_escape(mem, span_of(override->name), LIMIT_LOG_VALUE, true),
	    override_end_text(override, end));
	mem_free(mem);
}

void expiry_tell(const struct config *config, int64_t now_s)
{
	const struct override_set *set = config->overrides;
	size_t expired = 0;

	if (set == NULL)
		return;
	for (size_t i = 0; i < set->count; i++) {
		if (!override_is_expired(&set->items[i], now_s))
			continue;
		if (expired++ < WARNINGS_MAX)
			warn(config->overrides_path, &set->items[i]);
	}
	log_write(LOG_LEVEL_INFO, "overrides: %zu, of which %zu have expired",
		  set->count, expired);
}
