/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleet_settings.c - the settings of section "fleet"
 * Tested by test_config.
 */
#include "lib/app/fleet_settings.h"

#include "lib/base/domain.h"
#include "lib/base/net.h"
#include "lib/store/store_settings.h"

#define DAY_MS ((int64_t)86400000)

static bool check_name(const char *value, struct error *err)
{
	return *value == '\0' || domain_is_valid(value) ||
	       setting_refuse(err, value,
			      "is no host name (allowed: empty, or a name in "
			      "lower-case A-labels)");
}

static bool check_address(const char *value, struct error *err)
{
	struct net_address address;

	return net_address_parse(value, &address) ||
	       setting_refuse(err, value,
			      "is no address (allowed: IPv4 such as "
			      "192.0.2.1, IPv6)");
}

const struct setting fleet_setting_rows[] = {
    {.name = "name",
     .type = SETTING_TEXT,
     .offset = offsetof(struct fleet_settings, name),
     .initial = "",
     .check = check_name,
     .is_reloadable = true,
     .summary = "As which host the fleet knows this one. The forwarder brings "
		"nothing by the role of another; empty: as its role says."},
    {.name = "people",
     .type = SETTING_TEXT,
     .offset = offsetof(struct fleet_settings, people),
     .initial = "",
     .check = store_connection_check,
     .is_reloadable = true,
     .is_secret = true,
     .summary = "A connection string for the commands of people, with the role "
		"of a reader or an operator; empty for store.postgresql, "
		"whose role may only bring."},
    {.name = "sender",
     .type = SETTING_TEXT,
     .offset = offsetof(struct fleet_settings, sender),
     .initial = "",
     .check = store_connection_check,
     .is_reloadable = true,
     .is_secret = true,
     .summary = "Likewise for what sends reports, digests and alarms, with "
		"the sender's role."},
    {.name = "addresses",
     .type = SETTING_LIST,
     .offset = offsetof(struct fleet_settings, addresses),
     .initial = "",
     .check = check_address,
     .is_reloadable = true,
     .summary = "From which addresses this host brings mail to others of the "
		"fleet, which then keep its Authentication-Results; empty for "
		"those of its interfaces."},
    {.name = "keep_incidents",
     .type = SETTING_DURATION,
     .offset = offsetof(struct fleet_settings, keep_incidents_ms),
     .initial = "14d",
     .min = DAY_MS,
     .max = 3650 * DAY_MS,
     .is_reloadable = true,
     .summary = "How long the fleet's record has incidents; each host keeps "
		"its own for store.keep_incidents."},
    {.name = "keep_details",
     .type = SETTING_DURATION,
     .offset = offsetof(struct fleet_settings, keep_details_ms),
     .initial = "3d",
     .min = DAY_MS,
     .max = 3650 * DAY_MS,
     .is_reloadable = true,
     .summary = "How long it has what alignctl explain needs of one, most of "
		"its bytes; later the host that took the message has them."},
    {.name = NULL},
};
