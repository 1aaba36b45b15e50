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

#define PLAIN "policy { indirect_mail = reject }\n"

const struct setting_row setting_rows[] = {
    {"no rule", PLAIN, NULL},
    {"`policy.indirect_mail = quarantine`",
     "policy { indirect_mail = quarantine }\n", NULL},
    {"`policy.indirect_mail = none`", "policy { indirect_mail = none }\n",
     NULL},
    {"the same (quarantine), and sealing lists in `trust.arc_sealers`",
     "policy { indirect_mail = quarantine }\n"
     "trust { arc_sealers = {\"l5.example\", \"l11.example\"} }\n",
     NULL},
    {"`policy.on_reject = quarantine`",
     "policy { indirect_mail = reject on_reject = quarantine }\n", NULL},
    {"overrides of lists, named by a person", PLAIN, named_lists},
    {"overrides of forwarders, named by a person", PLAIN, named_forwarders},
    {"overrides of services, named by a person", PLAIN, named_services},
    {"all three, held instead of accepted", PLAIN, named_all_held},
    {"as installed", "", NULL},
};
const size_t setting_row_count = COUNT_OF(setting_rows);
