/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * own_settings.c - the settings of section own
 * Tested by test_config, test_alignctl_posture.
 */
#include "lib/app/own_settings.h"

#include "lib/base/domain.h"
#include "lib/base/net.h"

static bool check_domain(const char *value, struct error *err)
{
	return domain_is_valid(value) ||
	       setting_refuse(
		   err, value,
		   "is no domain (allowed: a name in lower-case A-labels)");
}

static bool check_host(const char *value, struct error *err)
{
	struct net_address address;

	return net_address_parse(value, &address) ||
	       setting_refuse(err, value,
			      "is no address (allowed: 192.0.2.1, "
			      "2001:db8::1)");
}

static bool check_address(const char *value, struct error *err)
{
	struct span local;
	struct span host;
	bool has_local = span_cut(span_of(value), '@', &local, &host);

	return domain_is_valid(has_local ? host.data : value) ||
	       setting_refuse(
		   err, value,
		   "is no address (allowed: one mailbox, or a domain for "
		   "all mailboxes there)");
}

const struct setting own_setting_rows[] = {
    {.name = "domains",
     .type = SETTING_LIST,
     .offset = offsetof(struct own_settings, domains),
     .initial = "",
     .check = check_domain,
     .is_reloadable = true,
     .summary = "The domains that you answer for, those that send no mail "
		"included; alignctl posture looks at their records."},
    {.name = "hosts",
     .type = SETTING_LIST,
     .offset = offsetof(struct own_settings, hosts),
     .initial = "",
     .check = check_host,
     .is_reloadable = true,
     .summary = "The addresses from which your mail leaves: SPF of your "
		"domains must let them pass."},
    {.name = "addresses_gone",
     .type = SETTING_LIST,
     .offset = offsetof(struct own_settings, addresses_gone),
     .initial = "dmarc.service.gov.uk, mailcheck.service.ncsc.gov.uk",
     .check = check_address,
     .is_reloadable = true,
     .summary = "Addresses of report services that are gone, or domains for "
		"all addresses there: no record should name them any more."},
    {.name = NULL},
};
