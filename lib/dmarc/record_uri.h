/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DMARC_RECORD_URI_H
#define DMARC_RECORD_URI_H

/*
 * record_uri - the URI lists of rua and ruf (RFC 9989 4.8, RFC 3986, RFC 6068)
 *
 * Syntax only: whether a scheme is supported is the sender's business.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

/* The valid URIs of a comma-separated list, in order, without the obsolete
 * "!10m"; empty elements are ignored. *has_bad is set when one was invalid,
 * and left alone otherwise. */
struct text_list record_uri_list(TALLOC_CTX *mem, struct span list,
				 bool *has_bad);

#endif
