/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.c - alignd.conf as one immutable snapshot
 *
 * Lists the tables of all modules and holds the checks that need more than one
 * setting. What a single value may be is said in its row.
 */
#include "lib/app/config.h"

#include <assert.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "lib/app/config_files.h"
#include "lib/app/fleet_files.h"
#include "lib/app/past_defaults.h"

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
    {"fleet", fleet_setting_rows, offsetof(struct config, fleet),
     "The record that many hosts share (alignctl fleet), where "
     "store.postgresql is set."},
    {"report", report_setting_rows, offsetof(struct config, report),
     "Reports to the domains that asked for them (RFC 9990)."},
    {"own", own_setting_rows, offsetof(struct config, own),
     "The domains that you answer for (alignctl posture)."},
    {"protect", protect_setting_rows, offsetof(struct config, protect),
     "Names of others that are protected as your own (policy.on_own), and what "
     "passes for them (policy.on_lookalike)."},
    {"inbox", inbox_setting_rows, offsetof(struct config, inbox),
     "Reports of others about our own domains, kept (alignctl inbox)."},
    {"scorecard", scorecard_setting_rows, offsetof(struct config, scorecard),
     "Whose mail is told apart by the month (alignctl scorecard)."},
    {"digest", digest_setting_rows, offsetof(struct config, digest),
     "What changed and what waits, told now and then (alignctl digest)."},
    {"alert", alert_setting_rows, offsetof(struct config, alert),
     "What cannot wait for the digest (alignctl alert)."},
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
	if (policy->quarantine_action == QUARANTINE_TAG &&
	    policy->known_path == DISPOSITION_QUARANTINE)
		return error_set(err, ERROR_CONFIG,
				 "policy.known_path: quarantine with "
				 "policy.quarantine_action = tag would deliver "
				 "what fails p=reject (allowed: none, or "
				 "quarantine_action = hold or redirect)");
	return true;
}

static bool check_people(const struct text_list *people, struct error *err)
{
	return people->count <= LIMIT_PEOPLE ||
	       error_set(err, ERROR_CONFIG,
			 "protect.people: %zu names (allowed: " LIMIT_WORD(
			     LIMIT_PEOPLE) ", those whom strangers would name)",
			 people->count);
}

/* What no value by itself shows. */
static bool check_together(const struct config *config, struct error *err)
{
	return check_quarantine(&config->policy, err) &&
	       check_people(&config->protect.people, err);
}

/* Items between commas, each a value of its own. */
static bool set_list(struct config *config, const struct setting_place *at,
		     const char *text, struct error *err)
{
	struct text_list items = {.count = 0};
	struct span rest = span_of(text);
	struct span item;
	bool is_more = span_trim(rest).length > 0;

	while (is_more) {
		is_more = span_cut(rest, ',', &item, &rest);
		item = span_trim(item);
		const char *word = mem_strndup(config, item.data, item.length);
		if (!setting_check(at->row, word, err))
			return false;
		items.items = mem_resize(config, items.items, const char *,
					 items.count + 1);
		items.items[items.count++] = word;
	}
	setting_store(config, at->row, &items,
		      (char *)config + at->section->offset);
	return true;
}

static bool set_value(struct config *config, const struct setting_place *at,
		      const char *text, struct error *err)
{
	const struct text_list one = {.count = 1, .items = &text};

	if (at->row->type == SETTING_LIST)
		return set_list(config, at, text, err);
	if (!setting_check(at->row, text, err))
		return false;
	setting_store(config, at->row, &one,
		      (char *)config + at->section->offset);
	return true;
}

/* Its defaults, where no file set anything else. */
static void put_profile(struct config *config)
{
	config->origins =
	    profile_apply(config, (enum profile_id)config->daemon.profile,
			  config_sections, config->origins, config);
}

bool config_set(struct config *config, const char *name, const char *text,
		struct error *err)
{
	struct setting_place at;

	if (!setting_find(config_sections, name, &at) ||
	    strcmp(name, "overrides") == 0)
		return error_set(err, ERROR_USAGE,
				 "%.60s: no setting that can be given so "
				 "(allowed: a name such as policy.on_own; "
				 "alignctl config show has them)",
				 name);
	if (!set_value(config, &at, text, err)) {
		err->kind = ERROR_USAGE; /* no file is at fault */
		return error_wrap(err, "%s", name);
	}
	if (strcmp(name, "profile") == 0)
		put_profile(config);
	return check_together(config, err);
}

/* The path that a setting holds, from the folder of the file it stands in. */
static const char *from_its_folder(struct config *config, const char *setting,
				   const char *value)
{
	const struct setting_origin *origin =
	    settings_origin(config->origins, setting);
	const char *file = origin->line == 0 ? config->path : origin->file;

	if (*value == '\0' || *value == '/' || strchr(file, '/') == NULL)
		return value;
	return mem_printf(config, "%s/%s", text_folder(config, file), value);
}

static void resolve_paths(struct config *config)
{
	const struct {
		const char *setting;
		const char **path;
	} rows[] = {
	    {"dns.fixture", &config->dns.fixture},
	    {"report.smtp_ca_file", &config->report.smtp_ca_file},
	    {"report.smtp_password_file", &config->report.smtp_password_file},
	    {"report.sign_key", &config->report.sign_key},
	    {"inbox.services", &config->inbox.services},
	    {"inbox.reporters", &config->inbox.reporters},
	    {"scorecard.public_sector", &config->scorecard.public_sector},
	    {"scorecard.partners", &config->scorecard.partners},
	    {"digest.webhook_header_file",
	     &config->digest.to.webhook_header_file},
	    {"alert.webhook_header_file",
	     &config->alert.to.webhook_header_file},
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		*rows[i].path =
		    from_its_folder(config, rows[i].setting, *rows[i].path);
	if (*config->daemon.overrides != '\0')
		config->overrides_file = from_its_folder(
		    config, "overrides", config->daemon.overrides);
}

/* This host's own; the default one need not exist. */
static const char *find_overrides(const struct config *config)
{
	if (config->overrides_file == NULL ||
	    (strcmp(config->daemon.overrides, OVERRIDES_DEFAULT) == 0 &&
	     config_file_is_absent(config->overrides_file)))
		return NULL;
	return config->overrides_file;
}

/* What the forwarder has brought; nothing before it has run. */
static const char *find_fleet_overrides(struct config *config)
{
	const char *path = fleet_overrides_path(config, &config->store);

	return path == NULL || config_file_is_absent(path) ? NULL : path;
}

bool config_load_overrides(struct config *config, const char *own,
			   struct error *err)
{
	const char *fleet = find_fleet_overrides(config);
	const char *items[2];
	struct text_list paths = {.count = 0, .items = items};
	struct override_set *set = NULL;

	if (own != NULL)
		items[paths.count++] = own;
	if (fleet != NULL)
		items[paths.count++] = fleet;
	if (paths.count > 0 && !override_load_files(config, &paths, &set, err))
		return false;
	config->overrides_path = own;
	config->fleet_overrides_path = fleet;
	config->overrides = set;
	return true;
}

size_t config_own_overrides(const struct config *config)
{
	return config->overrides_path == NULL ? 0
					      : config->overrides->first_count;
}

/* NULL `path`: the usual one, which need not exist. */
static bool load_settings(struct config *config, const char *path,
			  struct error *err)
{
	struct text_list files;

	config->path = mem_strdup(config, path == NULL ? CONFIG_PATH : path);
	if (!config_files_find(config, config->path, &files, err))
		return false;
	if (path == NULL && config_file_is_absent(CONFIG_PATH)) {
		files.count--;
		files.items++;
	}
	return settings_load(config, config_sections, &files, config,
			     &config->origins, err);
}

static bool load_fellows(struct config *config, struct error *err)
{
	const char *path = fleet_hosts_path(config, &config->store);

	return path == NULL ||
	       fellows_load(config, path, &config->fellows, err);
}

bool config_load_past(TALLOC_CTX *mem, const char *path, size_t place,
		      struct config **config, struct error *err)
{
	struct config *loaded = mem_new(mem, struct config);
	bool is_good = load_settings(loaded, path, err);

	if (is_good)
		past_defaults_apply(loaded, config_sections, loaded->origins,
				    place, loaded);
	if (is_good)
		put_profile(loaded);
	if (is_good && !check_together(loaded, err))
		is_good = error_wrap(err, "%s", loaded->path);
	if (is_good) {
		resolve_paths(loaded);
		is_good = config_load_overrides(loaded, find_overrides(loaded),
						err) &&
			  load_fellows(loaded, err);
	}
	if (is_good)
		*config = loaded;
	else
		mem_free(loaded);
	return is_good;
}

bool config_load(TALLOC_CTX *mem, const char *path, struct config **config,
		 struct error *err)
{
	return config_load_past(mem, path, past_default_count(), config, err);
}

const char *config_files_text(TALLOC_CTX *mem, const struct config *config)
{
	const struct settings_origins *origins = config->origins;
	bool is_there = origins->file_count > 0 &&
			strcmp(origins->files[0].path, config->path) == 0;
	size_t others = origins->file_count - (is_there ? 1 : 0);
	const char *text =
	    is_there ? config->path
		     : mem_printf(mem, "no file (%s is absent)", config->path);

	return others == 0 ? text
			   : mem_printf(mem, "%s and %zu of %s.d", text, others,
					config->path);
}

bool config_overrides_are_blank(const struct config *config)
{
	return config->overrides_path != NULL && config->overrides->is_blank;
}

static const char *own_overrides_text(TALLOC_CTX *mem,
				      const struct config *config)
{
	const char *file = config->overrides_file;

	if (file == NULL)
		return "none (the setting overrides is empty)";
	if (config->overrides_path == NULL)
		return mem_printf(mem, "none (%s is absent)", file);
	if (config->overrides->is_blank)
		return mem_printf(mem, "none (%s is blank)", file);
	return mem_printf(mem, "%zu of %s", config_own_overrides(config), file);
}

const char *config_overrides_text(TALLOC_CTX *mem, const struct config *config)
{
	const char *own = own_overrides_text(mem, config);

	if (config->fleet_overrides_path == NULL)
		return own;
	return mem_printf(mem, "%s; %zu of the fleet", own,
			  config->overrides->count -
			      config_own_overrides(config));
}

const char *config_mode_text(int mode)
{
	return mode == MODE_MONITOR ? "monitor" : "enforce";
}

/* In lower case. */
static const char *host_name(TALLOC_CTX *mem)
{
	char host[HOST_NAME_MAX + 1]; /* gethostname(2) */

	if (gethostname(host, sizeof host) != 0 || host[0] == '\0')
		return mem_strdup(mem, "localhost");
	host[HOST_NAME_MAX] = '\0';
	text_lower(host);
	return mem_strdup(mem, host);
}

static const char *name_or_host(TALLOC_CTX *mem, const char *name)
{
	return *name == '\0' ? host_name(mem) : mem_strdup(mem, name);
}

const char *config_authserv_id(TALLOC_CTX *mem, const struct config *config)
{
	return name_or_host(mem, config->daemon.authserv_id);
}

static const char *string_or_own(const struct config *config,
				 const char *string)
{
	return *string == '\0' || !store_is_of_fleet(&config->store)
		   ? config->store.postgresql
		   : string;
}

const char *config_fleet_people(const struct config *config)
{
	return string_or_own(config, config->fleet.people);
}

const char *config_fleet_sender(const struct config *config)
{
	return string_or_own(config, config->fleet.sender);
}
