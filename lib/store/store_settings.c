/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_settings.c - the settings of section "store"
 * Tested by test_config.
 */
#include "lib/store/store_settings.h"

#include <string.h>

#define DAY_MS ((int64_t)86400000)

/* Daemon and tools are started in different folders. */
static bool check_path(const char *value, struct error *err)
{
	return value[0] == '\0' || value[0] == '/' ||
	       error_set(err, ERROR_CONFIG,
			 "\"%.100s\" is no absolute path: it must begin with "
			 "\"/\", or be empty to keep no record",
			 value);
}

bool store_is_of_fleet(const struct store_settings *settings)
{
	return settings->postgresql != NULL && *settings->postgresql != '\0';
}

/* Which parameters there are libpq says: the daemon does not link it. What was
 * found is not repeated: it may be a password alone. */
bool store_connection_check(const char *value, struct error *err)
{
	bool is_address = span_starts(span_of(value), "postgresql://") ||
			  span_starts(span_of(value), "postgres://");

	return *value == '\0' || is_address || strchr(value, '=') != NULL ||
	       error_set(err, ERROR_CONFIG,
			 "is no connection string (allowed: empty, parameters "
			 "such as \"host=db.example.org dbname=alignd\", "
			 "postgresql://HOST/DATABASE)");
}

static const struct setting_choice durabilities[] = {
    {"commit", DURABILITY_COMMIT},
    {"sync", DURABILITY_SYNC},
    {NULL, 0},
};

const struct setting store_setting_rows[] = {
    {.name = "sqlite",
     .type = SETTING_TEXT,
     .offset = offsetof(struct store_settings, sqlite),
     .initial = LOCALSTATEDIR "/lib/alignd/alignd.db",
     .check = check_path,
     .summary = "Path of the database of results and incidents; empty keeps "
		"no record."},
    {.name = "durability",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct store_settings, durability),
     .initial = "commit",
     .choices = durabilities,
     .summary = "What an answered message survives: commit, a killed process; "
		"sync, a power loss too (slower)."},
    {.name = "keep_incidents",
     .type = SETTING_DURATION,
     .offset = offsetof(struct store_settings, keep_incidents_ms),
     .initial = "90d",
     .min = DAY_MS,
     .max = 3650 * DAY_MS,
     .summary = "How long incidents are kept."},
    {.name = "keep_results",
     .type = SETTING_DURATION,
     .offset = offsetof(struct store_settings, keep_results_ms),
     .initial = "400d",
     .min = DAY_MS,
     .max = 3650 * DAY_MS,
     .summary = "How long the hourly counters of results are kept."},
    {.name = "incidents_per_pair",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct store_settings, incidents_per_pair),
     .initial = "50",
     .min = 1,
     .max = 1000000,
     .summary = "Incidents kept an hour of one client network (/24, /48) and "
		"author's organization; eight times as many of a network or an "
		"organization. Further ones are counted."},
    {.name = "max_size",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct store_settings, max_size),
     .initial = "8192",
     .min = 16,
     .max = 1048576,
     .summary = "Megabytes that the database may take; past it the oldest "
		"goes, though its time has not come."},
    {.name = "postgresql",
     .type = SETTING_TEXT,
     .offset = offsetof(struct store_settings, postgresql),
     .initial = "",
     .check = store_connection_check,
     .is_secret = true,
     .summary = "The record that a fleet of hosts shares: a connection string "
		"of PostgreSQL, such as \"host=db.example.org dbname=alignd "
		"user=mx1\". Empty for a host by itself."},
    {.name = NULL},
};
