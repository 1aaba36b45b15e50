/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.c - is mail judged at all, and judged for real?
 *
 * Monitor mode that was forgotten, networks trusted too widely, overrides that
 * have ended, a library that judges in alignd's place.
 */
#include "tools/doctor/doctor.h"
#include "tools/store.h"

#include <string.h>

#include "lib/app/config_doubts.h"
#include "lib/app/daemon_status.h"
#include "lib/auth/engine.h"
#include "lib/policy/decide.h"
#include "lib/store/store.h"

#define DAY_S (24 * 3600)
#define MONITOR_DAYS 30
#define SOON_DAYS 14
#define LOOKED_AT 1000 /* incidents */

/* --- settings that cannot do what they say --- */

void doctor_check_doubts(struct doctor *doctor)
{
	const struct config_doubts doubts =
	    config_doubts_find(doctor->mem, doctor->config);

	for (size_t i = 0; i < doubts.count; i++)
		finding_warn(doctor->findings, doubts.items[i].setting,
			     doubts.items[i].fix, "%s", doubts.items[i].found);
}

/* --- monitor mode --- */

struct monitored {
	bool is_found;
};

/* decide() leaves this comment where monitor mode kept it from acting. */
static bool see_monitored(void *context, const struct store_incident *incident)
{
	struct monitored *monitored = context;

	monitored->is_found =
	    decide_reason_of(incident->override_comment) == REASON_MONITOR_MODE;
	return !monitored->is_found;
}

static bool see_any(void *context, const struct store_incident *incident)
{
	(void)incident;
	*(bool *)context = true;
	return false;
}

/* Was anything refused, held or tagged since? */
static bool has_acted(struct store_reader *reader, int64_t since_s)
{
	static const char *const applied[] = {"reject", "quarantine", "tag",
					      "tempfail"};
	bool is_found = false;
	struct error err;

	for (size_t i = 0; i < sizeof applied / sizeof applied[0]; i++) {
		const struct store_filter filter = {
		    .since_s = since_s, .applied = applied[i], .limit = 1};
		if (!store_incidents(reader, &filter, see_any, &is_found, &err))
			return true; /* unreadable: no claim is made */
	}
	return is_found;
}

static bool is_monitoring_since(struct store_reader *reader, int64_t time_s)
{
	const struct store_filter filter = {
	    .since_s = 1, .until_s = time_s, .limit = LOOKED_AT};
	struct monitored monitored = {.is_found = false};
	struct error err;

	return store_incidents(reader, &filter, see_monitored, &monitored,
			       &err) &&
	       monitored.is_found && !has_acted(reader, time_s);
}

/* The daemon's own word, which outlives its restarts. */
static bool is_told_since(const struct doctor *doctor, int64_t time_s)
{
	struct daemon_status status;

	return daemon_status_find(doctor->mem, &doctor->config->store,
				  &status) &&
	       strcmp(status.mode, "monitor") == 0 && status.mode_since_s > 0 &&
	       status.mode_since_s <= time_s;
}

static bool is_monitoring_long(const struct doctor *doctor)
{
	int64_t time_s = doctor->now_s - (int64_t)MONITOR_DAYS * DAY_S;
	struct store_reader *reader = NULL;
	struct error err;

	if (is_told_since(doctor, time_s))
		return true;
	if (doctor->config->store.sqlite[0] == '\0' ||
	    !tool_store_reader(doctor->tool, doctor->config->store.sqlite,
			       &reader, &err))
		return false;
	bool is_long = is_monitoring_since(reader, time_s);
	mem_free(reader);
	return is_long;
}

void doctor_check_mode(struct doctor *doctor)
{
	if (doctor->config->daemon.mode == MODE_ENFORCE)
		finding_ok(doctor->findings, "mode",
			   "enforce: policies are applied");
	else if (is_monitoring_long(doctor))
		finding_warn(doctor->findings, "mode",
			     "see what would change with \"alignctl whatif\", "
			     "then set mode = enforce and reload",
			     "monitor for more than %d days: nothing is "
			     "refused or held, spoofs are delivered",
			     MONITOR_DAYS);
	else
		finding_note(doctor->findings, "mode",
			     "monitor: all is recorded, nothing is refused or "
			     "held");
}

/* --- trusted networks --- */

static bool is_private(const struct net_block *block)
{
	static const char *const ranges[] = {"10.0.0.0/8",     "172.16.0.0/12",
					     "192.168.0.0/16", "127.0.0.0/8",
					     "fc00::/7",       "fe80::/10"};
	struct net_block range;
	struct error err;

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		if (net_block_parse(ranges[i], &range, &err) &&
		    range.prefix <= block->prefix &&
		    net_block_contains(&range, &block->address))
			return true;
	}
	return false;
}

/* A network of one organisation is rarely wider; v6: a provider's. */
static unsigned widest_prefix(const struct net_block *block)
{
	return block->address.family == NET_IPV4 ? 16 : 32;
}

static void check_network(struct doctor *doctor, const char *text)
{
	struct net_block block;
	struct error err;

	if (!net_block_parse(text, &block, &err) || is_private(&block) ||
	    block.prefix >= widest_prefix(&block))
		return;
	if (block.prefix < widest_prefix(&block) / 2)
		finding_problem(
		    doctor->findings, ERROR_CONFIG, "trust.networks",
		    "name only the networks of your own hosts",
		    "%s swallows a good part of the world: its mail "
		    "is not judged at all",
		    text);
	else
		finding_warn(doctor->findings, "trust.networks",
			     "name only the networks of your own hosts",
			     "%s is wide; mail from there is not judged at all",
			     text);
}

void doctor_check_trust(struct doctor *doctor)
{
	const struct text_list *networks = &doctor->config->trust.networks;
	size_t before = doctor->findings->count;

	for (size_t i = 0; i < networks->count; i++)
		check_network(doctor, networks->items[i]);
	if (doctor->findings->count == before)
		finding_ok(doctor->findings, "trust.networks",
			   "%zu networks, none of them wide", networks->count);
}

/* --- overrides --- */

static void check_override(struct doctor *doctor,
			   const struct override *override)
{
	char end[OVERRIDE_END_TEXT];
	const char *name = finding_shown(doctor->findings, override->name);

	if (override_is_expired(override, doctor->now_s))
		finding_warn(doctor->findings, "overrides",
			     mem_printf(doctor->mem,
					"ask %s: a new date, or \"alignctl "
					"override remove\"",
					finding_shown(doctor->findings,
						      override->owner)),
			     "\"%s\" ended on %s and no longer applies", name,
			     override_end_text(override, end));
	else if (override->end_s != OVERRIDE_PERMANENT &&
		 override->end_s - doctor->now_s < (int64_t)SOON_DAYS * DAY_S)
		finding_note(doctor->findings, "overrides", "\"%s\" ends on %s",
			     name, override_end_text(override, end));
	if (override->is_unsafe)
		finding_note(doctor->findings, "overrides",
			     "\"%s\" goes by From alone (unsafe): whoever "
			     "writes that From gets it",
			     name);
}

/* A file that is blank, or gone while alignd holds what it had. */
static void check_overrides_stand(struct doctor *doctor)
{
	const struct config *config = doctor->config;
	struct daemon_status status = {.overrides = 0};

	(void)daemon_status_find(doctor->mem, &config->store, &status);
	if (config_overrides_are_blank(config) ||
	    (config->overrides_path == NULL && config->overrides_file != NULL &&
	     status.overrides > 0))
		finding_warn(doctor->findings, "overrides",
			     "put the file back and reload; where no override "
			     "is meant, leave a comment in it",
			     "%s; alignd holds %lld",
			     config_overrides_text(doctor->mem, config),
			     (long long)status.overrides);
}

void doctor_check_overrides(struct doctor *doctor)
{
	const struct override_set *set = doctor->config->overrides;
	size_t before = doctor->findings->count;

	check_overrides_stand(doctor);
	for (size_t i = 0; set != NULL && i < set->count; i++)
		check_override(doctor, &set->items[i]);
	if (doctor->findings->count == before)
		finding_ok(doctor->findings, "overrides", "%s%s",
			   config_overrides_text(doctor->mem, doctor->config),
			   set == NULL || set->count == 0
			       ? ""
			       : ", not one of them ended");
}

/* --- engines --- */

static void check_engine(struct doctor *doctor, const char *setting,
			 const char *library)
{
	finding_warn(doctor->findings, setting,
		     mem_printf(doctor->mem,
				"%s = alignd, unless it is meant for a while; "
				"\"alignctl compare\" asks the library without "
				"mail",
				setting),
		     "%s judges the mail, with the limits that alignd.conf(5) "
		     "lists",
		     library);
}

void doctor_check_engines(struct doctor *doctor)
{
	const struct config *config = doctor->config;
	size_t before = doctor->findings->count;

	if (config->dkim.engine != ENGINE_ALIGND)
		check_engine(doctor, "dkim.engine",
			     engine_dkim_text(config->dkim.engine));
	if (config->spf.engine != ENGINE_ALIGND)
		check_engine(doctor, "spf.engine",
			     engine_spf_text(config->spf.engine));
	if (doctor->findings->count == before)
		finding_ok(doctor->findings, "engines",
			   "alignd verifies DKIM and evaluates SPF itself");
}
