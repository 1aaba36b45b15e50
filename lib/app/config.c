/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.c - alignd.conf as one immutable snapshot
 *
 * Lists the tables of all modules and holds the checks that need more than one
 * setting. What a single value may be is said in its row.
 */
#include "lib/app/config.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

const struct setting_section config_sections[] = {
    {"", daemon_setting_rows, offsetof(struct config, daemon),
     "alignd.conf - the settings of alignd, each with its default. An empty "
     "file means the same. See alignd.conf(5)."},
    {"dns", dns_setting_rows, offsetof(struct config, dns),
     "Questions to the DNS."},
    {"spf", spf_setting_rows, offsetof(struct config, spf), "SPF (RFC 7208)."},
    {"dkim", dkim_setting_rows, offsetof(struct config, dkim),
     "DKIM (RFC 6376)."},
    {"dmarc", dmarc_setting_rows, offsetof(struct config, dmarc),
     "DMARC (RFC 9989)."},
    {"policy", policy_setting_rows, offsetof(struct config, policy),
     "What is done with a message that fails."},
    {"trust", trust_setting_rows, offsetof(struct config, trust),
     "Whose mail is not evaluated, and whose results are removed."},
    {"store", store_setting_rows, offsetof(struct config, store),
     "The record of what was decided."},
    {"report", report_setting_rows, offsetof(struct config, report),
     "Reports to the domains that asked for them (RFC 9990)."},
    {"metrics", metrics_setting_rows, offsetof(struct config, metrics),
     "Figures for Prometheus."},
    {"log", log_setting_rows, offsetof(struct config, log), "The log."},
    {NULL, NULL, 0, NULL},
};

struct config *config_defaults(TALLOC_CTX *mem)
{
	static const struct text_list no_files;
	struct config *config = mem_new(mem, struct config);

	struct error unused;
	bool is_good = settings_load(config, config_sections, &no_files, config,
				     &config->origins, &unused);

	assert(is_good);
	return config;
}

static bool check_quarantine(const struct policy_settings *policy,
			     struct error *err)
{
	if (policy->quarantine_action == QUARANTINE_REDIRECT &&
	    *policy->quarantine_mailbox == '\0')
		return error_set(err, ERROR_CONFIG,
				 "policy.quarantine_action: redirect needs "
				 "policy.quarantine_mailbox, which is empty "
				 "(allowed: one address)");
	return true;
}

/* Is there no configuration file at all where one is looked for? */
static bool is_absent(const char *path)
{
	return access(path, F_OK) != 0 && errno == ENOENT;
}

/* The setting, from the folder of the configuration. */
static const char *overrides_file(TALLOC_CTX *mem, const char *file,
				  const char *name)
{
	const char *slash = strrchr(file, '/');

	if (*name == '\0')
		return NULL;
	if (*name != '/' && slash != NULL)
		return mem_printf(mem, "%.*s/%s", (int)(slash - file), file,
				  name);
	return name;
}

static bool load_overrides(const char *file, struct config *config,
			   struct error *err)
{
	struct override_set *set = NULL;

	config->overrides_file =
	    overrides_file(config, file, config->daemon.overrides);
	/* The default one need not exist. */
	if (config->overrides_file == NULL ||
	    (strcmp(config->daemon.overrides, OVERRIDES_DEFAULT) == 0 &&
	     is_absent(config->overrides_file)))
		return true;
	if (!override_load(config, config->overrides_file, &set, err))
		return false;
	config->overrides_path = config->overrides_file;
	config->overrides = set;
	return true;
}

bool config_load(TALLOC_CTX *mem, const char *path, struct config **config,
		 struct error *err)
{
	const char *file = path == NULL ? CONFIG_PATH : path;
	struct config *loaded = mem_new(mem, struct config);
	const struct text_list files = {
	    .count = path == NULL && is_absent(file) ? 0 : 1, .items = &file};
	bool is_good = settings_load(loaded, config_sections, &files, loaded,
				     &loaded->origins, err);

	if (is_good && !check_quarantine(&loaded->policy, err))
		is_good = error_wrap(err, "%s", file);
	if (!is_good || !load_overrides(file, loaded, err)) {
		mem_free(loaded);
		return false;
	}
	*config = loaded;
	return true;
}

const char *config_authserv_id(TALLOC_CTX *mem, const struct config *config)
{
	char host[HOST_NAME_MAX + 1]; /* gethostname(2) */

	if (*config->daemon.authserv_id != '\0')
		return mem_strdup(mem, config->daemon.authserv_id);
	if (gethostname(host, sizeof host) != 0 || host[0] == '\0')
		return mem_strdup(mem, "localhost");
	host[HOST_NAME_MAX] = '\0';
	text_lower(host);
	return mem_strdup(mem, host);
}
