/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NOTICE_WEBHOOK_H
#define NOTICE_WEBHOOK_H

/*
 * webhook - one HTTPS POST of a JSON object, through libcurl
 *
 * The certificate must be valid; redirects are not followed, no proxy is used;
 * time and the answer's bytes are bounded (limits.h). Whoever answers with 2xx
 * has it; of the answer nothing is used. Never linked by the daemon.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"

struct webhook {
	const char *url;	 /* https:// */
	const char *header_file; /* "": none; its first line is a header */
	const char *header_name; /* of the setting, for words */
	const char *ca_file;	 /* NULL: whom the system trusts */
};

/* Reads the header's file and posts. False: nobody has it, and the words name
 * neither the URL's path nor the header: both may be secrets. */
bool webhook_post(TALLOC_CTX *mem, const struct webhook *webhook,
		  const char *body, struct error *err)
    __attribute__((warn_unused_result));

#endif
