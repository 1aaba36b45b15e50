/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine_notice.c - who verifies signatures and evaluates SPF records
 * Tested by test_wire_signed.
 */
#include "milter/engine_notice.h"

#include "lib/auth/engine.h"
#include "milter/log.h"

void engine_notice_tell(const struct config *config)
{
	bool is_library = config->dkim.engine == ENGINE_LIBRARY ||
			  config->spf.engine == ENGINE_LIBRARY;

	log_write(is_library ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO,
		  "%s verifies DKIM, %s evaluates SPF%s",
		  engine_dkim_text(config->dkim.engine),
		  engine_spf_text(config->spf.engine),
		  is_library ? "; the known limits of the library are in "
			       "alignd.conf(5)"
			     : "");
}
