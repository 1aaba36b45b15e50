/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_METRICS_SETTINGS_H
#define APP_METRICS_SETTINGS_H

/*
 * metrics_settings - the settings of section metrics
 */

#include "lib/base/net.h"
#include "lib/base/settings.h"

struct metrics_settings {
	const char *listen; /* "inet:9893@127.0.0.1"; "" for nowhere */
};

extern const struct setting metrics_setting_rows[];

struct metrics_endpoint {
	struct net_address address;
	long port; /* 1..65535 */
};

/* What `listen` says, where it is not empty. */
bool metrics_endpoint_parse(const char *value,
			    struct metrics_endpoint *endpoint,
			    struct error *err)
    __attribute__((warn_unused_result));

#endif
