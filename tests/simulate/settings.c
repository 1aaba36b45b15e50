/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.c - what is tried
 *
 * Each row alone, over the first, which has nothing that spares; and last what
 * is installed. A person who names somebody is somebody who knows him: the
 * sections name lists, forwarders and services by what they prove, as
 * overrides.conf(5) advises.
 */
#include "tests/simulate/settings.h"

#include "tests/simulate/named.h"

#define PLAIN_AND(more)                                                        \
	"policy { indirect_mail = reject postmaster_exempt = no " more " }\n"
#define PLAIN PLAIN_AND("")
#define INDIRECT                                                               \
	"policy { indirect_mail = quarantine postmaster_exempt = no }\n"

const struct setting_row setting_rows[] = {
    {.name = "no rule", .config = PLAIN},
    {.name = "`policy.indirect_mail = quarantine`", .config = INDIRECT},
    {.name = "`policy.indirect_mail = none`",
     .config = "policy { indirect_mail = none postmaster_exempt = no }\n"},
    {.name = "`policy.on_reject = quarantine`",
     .config = PLAIN_AND("on_reject = quarantine")},
    {.name = "`policy.known_path = quarantine`",
     .config = PLAIN_AND("known_path = quarantine")},
    {.name = "`alignctl override propose`, all of it taken each week",
     .config = PLAIN,
     .takes_proposals = true},
    {.name = "overrides of lists, named by a person",
     .config = PLAIN,
     .overrides = named_lists},
    {.name = "overrides of forwarders, named by a person",
     .config = PLAIN,
     .overrides = named_forwarders},
    {.name = "overrides of services, named by a person",
     .config = PLAIN,
     .overrides = named_services},
    {.name = "all three, held instead of accepted",
     .config = PLAIN,
     .overrides = named_all_held},
    {.name = "`rcpt` of a program's address, accepted",
     .config = PLAIN,
     .overrides = named_archive},
    {.name = "`rcpt` of an alias of 50, accepted",
     .config = PLAIN,
     .overrides = named_staff},
    {.name = "`policy.postmaster_exempt = yes`",
     .config = "policy { indirect_mail = reject postmaster_exempt = yes }\n"},
    {.name = "`policy.on_own = reject`",
     .config = PLAIN_AND("on_own = reject")},
    {.name = "`policy.on_unauthenticated = reject`",
     .config = PLAIN_AND("on_unauthenticated = reject")},
    {.name = "as installed", .config = ""},
};
const size_t setting_row_count = COUNT_OF(setting_rows);
