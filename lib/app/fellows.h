/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_FELLOWS_H
#define APP_FELLOWS_H

/*
 * fellows - the hosts of this host's fleet, as alignd reads them
 *
 * A file beside the store (fleet_files.h), which the forwarder keeps:
 *
 *	host "mx1.example.org" {
 *		authserv_id = "mx1.example.org"
 *		addresses = {"192.0.2.1", "2001:db8::1"}
 *	}
 *
 * Fields that claim to be from any of them are forgeries when a stranger brings
 * them, and are kept when one of these addresses does. What a host says of
 *itself is believed of single addresses alone, no network, nothing of loopback;
 *and of an authserv_id within the registered name that its own name has, which
 *the fleet's administrator gave it: none makes another organisation's name
 *ours.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/base/text.h"

#define FELLOWS_MAX 1000
#define FELLOWS_BYTES_MAX (1024 * 1024)

struct fellow {
	const char *name;
	const char *authserv_id;
	struct text_list addresses;
};

/* What all of them have, each once; below the context given. */
struct fellows {
	size_t count;
	struct text_list authserv_ids;
	struct net_list addresses;
};

/* Addresses between blanks; those that are none, or are not one host's, are
 * left out. */
struct text_list fellow_addresses(TALLOC_CTX *mem, const char *text);

/* Is its authserv_id a name, and of whom it is? */
bool fellow_is_sound(const struct fellow *fellow);

/* The file's text. A host that is not sound is left out. */
const char *fellows_text(TALLOC_CTX *mem, const struct fellow *items,
			 size_t count);

/* Reads it; one that is absent names nobody. */
bool fellows_load(TALLOC_CTX *mem, const char *path, struct fellows *fellows,
		  struct error *err) __attribute__((warn_unused_result));

#endif
