/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_DNS_NAME_H
#define DNS_DNS_NAME_H

/*
 * dns_name - names that the DNS can hold beyond domain.h's inner form
 *
 * SPF macros make them: "exists:%{l}.spf.example" for the local-part "a+b",
 * and RFC 7208's own examples look up "foo:bar/baz.example.com". Text form:
 * lower case, no last dot, labels of 1..63 bytes, 253 in all, and within a
 * label any ASCII byte from blank to "~" but ".", "*", "\" and capitals ("*"
 * would ask for a wildcard itself). Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/mem.h"

/* Every name in inner form is askable. */
bool dns_name_is_askable(const char *name);

/* An uncompressed name off the wire; "" for the root, NULL when it is not
 * askable. */
char *dns_name_from_wire(TALLOC_CTX *mem, const uint8_t *wire, size_t size);

#endif
