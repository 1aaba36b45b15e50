/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_OLD_HOSTS_H
#define IMPORT_OLD_HOSTS_H

/*
 * old_hosts - a list of clients of the old daemons, as networks and names
 *
 * "192.0.2.1", "192.0.2.0/24", "[2001:db8::1]", "mail.example.com" (that name
 * and no other), ".example.com" or "*.example.com" (all below it), "localhost"
 * (the loopback addresses), each with "!" in front for "not". The narrower entry decides, as there; what "!" takes
 * out of a network is cut out of it, so that what is left is networks alone.
 * "!" with a name cannot be expressed, and neither can patterns: such is a
 * fault, and a hole where it takes out. Pure.
 */

#include "lib/base/net.h"
#include "lib/base/text.h"
#include "lib/import/old_conf.h"
#include "lib/import/old_list.h"

struct old_hosts {
	struct net_list networks;
	/* In domain.h's inner form. A name that stands below one of `above` is
	 * not in `names` again; nor is that one itself: who names the hosts
	 * below it names it as well. */
	struct text_list names; /* hosts, each by itself */
	struct text_list above; /* all hosts below these; sorted */
	struct old_faults faults;
};

/* Below `mem`. */
struct old_hosts *old_hosts_sort(TALLOC_CTX *mem, const struct old_list *list);

#endif
