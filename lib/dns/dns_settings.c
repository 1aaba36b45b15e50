/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_settings.c - the section "dns" of alignd.conf
 * Tested by test_config.
 */
#include "lib/dns/dns.h"

#include "lib/base/limits.h"
#include "lib/dns/dns_servers.h"

const struct setting dns_setting_rows[] = {
    {
	.name = "servers",
	.type = SETTING_LIST,
	.offset = offsetof(struct dns_settings, servers),
	.initial = "",
	.check = dns_servers_check,
	.is_reloadable = true,
	.summary = "Resolvers to forward to, as \"192.0.2.1\" or "
		   "\"::1@5353\"; empty takes those of /etc/resolv.conf.",
    },
    {
	.name = "budget",
	.type = SETTING_DURATION,
	.offset = offsetof(struct dns_settings, budget_ms),
	.initial = "20s",
	.min = 1000,
	.max = 60000,
	.is_reloadable = true,
	.summary = "How long one message may wait for all its DNS answers.",
    },
    {
	.name = "timeout",
	.type = SETTING_DURATION,
	.offset = offsetof(struct dns_settings, timeout_ms),
	.initial = "10s",
	.min = 1000,
	.max = 30000,
	.is_reloadable = true,
	.summary = "How long one question is waited for.",
    },
    {
	.name = "cache_entries",
	.type = SETTING_NUMBER,
	.offset = offsetof(struct dns_settings, cache_entries),
	.initial = "100000",
	.min = 1000,
	.max = 10000000,
	.is_reloadable = true,
	.summary = "How many answers are kept; on average 1 KiB is allowed "
		   "for each.",
    },
    {
	.name = "min_ttl",
	.type = SETTING_DURATION,
	.offset = offsetof(struct dns_settings, min_ttl_ms),
	.initial = "0s",
	.min = 0,
	.max = 3600000,
	.is_reloadable = true,
	.summary = "Answers are kept at least this long, whatever their TTL.",
    },
    {
	.name = "max_ttl",
	.type = SETTING_DURATION,
	.offset = offsetof(struct dns_settings, max_ttl_ms),
	.initial = "1d",
	.min = 1000,
	.max = LIMIT_TTL_S * 1000L,
	.is_reloadable = true,
	.summary = "Answers are kept at most this long; it goes before "
		   "min_ttl.",
    },
    {
	.name = "negative_ttl",
	.type = SETTING_DURATION,
	.offset = offsetof(struct dns_settings, negative_ttl_ms),
	.initial = "5m",
	.min = 1000,
	.max = LIMIT_NEGATIVE_TTL_S * 1000L,
	.is_reloadable = true,
	.summary = "The same for answers that there is no such name or no "
		   "such data.",
    },
    {
	.name = "serve_stale",
	.type = SETTING_DURATION,
	.offset = offsetof(struct dns_settings, serve_stale_ms),
	.initial = "1d",
	.min = 0,
	.max = 86400000,
	.is_reloadable = true,
	.summary =
	    "How long past its TTL an answer stands in while its servers "
	    "do not answer; 0s: never, and nothing is remembered.",
    },
    {
	.name = "dnssec",
	.type = SETTING_FLAG,
	.offset = offsetof(struct dns_settings, dnssec),
	.initial = "no",
	.is_reloadable = true,
	.summary = "Validate answers here; the resolvers must pass DNSSEC "
		   "records on.",
    },
    {
	.name = "fixture",
	.type = SETTING_TEXT,
	.offset = offsetof(struct dns_settings, fixture),
	.initial = "",
	.is_reloadable = true,
	.summary = "A zone file that answers instead of the network, for "
		   "tests.",
    },
    {0},
};
