/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

/*
 * config - alignd.conf as one immutable snapshot
 *
 * A snapshot owns its memory and carries a reference count; a reload builds a
 * new one and swaps it only when it is whole. Messages in flight keep theirs.
 */

#include "lib/app/fellows.h"
#include "lib/app/fleet_settings.h"
#include "lib/app/inbox_settings.h"
#include "lib/app/metrics_settings.h"
#include "lib/app/notice_settings.h"
#include "lib/app/own_settings.h"
#include "lib/app/protect_settings.h"
#include "lib/app/report_settings.h"
#include "lib/app/scorecard_settings.h"
#include "lib/auth/signatures.h"
#include "lib/auth/spf.h"
#include "lib/base/settings.h"
#include "lib/dns/dns.h"
#include "lib/eval/message.h"
#include "lib/policy/decide.h"
#include "lib/policy/override.h"
#include "lib/policy/trust.h"
#include "lib/profile/profile.h"
#include "lib/store/store.h"

enum log_target { LOG_TARGET_SYSLOG, LOG_TARGET_JOURNAL, LOG_TARGET_STDERR };
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

struct daemon_settings {
	const char *authserv_id; /* "": the host's name */
	int mode;		 /* enum policy_mode */
	int profile;		 /* enum profile_id */
	const char *listen;	 /* "unix:/path", "inet:8893@127.0.0.1" */
	const char *socket_mode; /* octal, for a unix socket */
	const char *socket_group;
	const char *user;
	const char *overrides; /* a file; "": none */
	long max_messages;     /* in evaluation at the same time */
	bool confine;	       /* alignctl report send as well */
};

struct log_settings {
	int target;   /* enum log_target */
	int format;   /* enum log_format */
	int facility; /* syslog facility number */
};

struct config {
	struct daemon_settings daemon;
	struct dns_settings dns;
	struct spf_settings spf;
	struct dkim_settings dkim;
	struct dmarc_settings dmarc;
	struct policy_settings policy;
	struct trust_settings trust;
	struct store_settings store;
	struct fleet_settings fleet;
	struct report_settings report;
	struct own_settings own;
	struct protect_settings protect;
	struct inbox_settings inbox;
	struct scorecard_settings scorecard;
	struct digest_settings digest;
	struct alert_settings alert;
	struct metrics_settings metrics;
	struct log_settings log;

	/* alignd.conf, there or not; NULL: no file was looked for. */
	const char *path;
	/* The files that were read, and where each value came from. */
	const struct settings_origins *origins;

	/* The file that `overrides` names, there or not; NULL: no name. */
	const char *overrides_file;
	/* The same, and the fleet's (fleet_files.h), NULL where there is none;
	 * and what both hold, this host's first. */
	const char *overrides_path;
	const char *fleet_overrides_path;
	const struct override_set *overrides;

	struct fellows fellows; /* the fleet's hosts, where it is of one */
};

/* The one list of all tables, in the order of the sample file. */
extern const struct setting_section config_sections[];

extern const struct setting daemon_setting_rows[];
extern const struct setting log_setting_rows[];

/* Where alignd and alignctl look without -c / --config. */
#define CONFIG_PATH SYSCONFDIR "/alignd/alignd.conf"

/* May be absent, since it is the default. */
#define OVERRIDES_DEFAULT "overrides.conf"

/* The defaults, below `mem`; without overrides. */
struct config *config_defaults(TALLOC_CTX *mem);

/* The file over the defaults, of which a profile may have its own (profile.h),
 * those of its drop-in folder over it (config_files.h), relative paths from the folder of the file they stand
 * in, then the checks that need several settings at once
 * (redirect needs a mailbox ...), then the overrides file. NULL `path`:
 * CONFIG_PATH, which need not exist. */
bool config_load(TALLOC_CTX *mem, const char *path, struct config **config,
		 struct error *err) __attribute__((warn_unused_result));

/* One setting ("policy.on_own") from a command line, over what was loaded; a
 * list's items stand between commas, and a profile brings its defaults, over
 * what was set so before. Not "overrides", whose file was read. The
 * words say what was found and what is allowed. */
bool config_set(struct config *config, const char *name, const char *text,
		struct error *err) __attribute__((warn_unused_result));

/* The same over the defaults of an earlier release: a place of
 * past_defaults.h. */
bool config_load_past(TALLOC_CTX *mem, const char *path, size_t place,
		      struct config **config, struct error *err)
    __attribute__((warn_unused_result));

/* "/etc/alignd/alignd.conf", with " and 2 of /etc/alignd/alignd.conf.d" behind
 * it where there are; "no file (/etc/alignd/alignd.conf is absent)". */
const char *config_files_text(TALLOC_CTX *mem, const struct config *config);

/* Reads `own`, NULL for none, and what the fleet has, in the place of what
 * config_load read. */
bool config_load_overrides(struct config *config, const char *own,
			   struct error *err)
    __attribute__((warn_unused_result));

/* How many overrides are this host's own. */
size_t config_own_overrides(const struct config *config);

/* "3 of /etc/alignd/overrides.conf", with "; 2 of the fleet" behind it where
 * there are; "none", and why there are none. */
const char *config_overrides_text(TALLOC_CTX *mem, const struct config *config);

/* Is there an overrides file without a byte to say that it is meant so? */
bool config_overrides_are_blank(const struct config *config);

/* "enforce" or "monitor", for an enum policy_mode. */
const char *config_mode_text(int mode);

/* authserv_id, or this host's name where it is unset. */
const char *config_authserv_id(TALLOC_CTX *mem, const struct config *config);


/* By which connection string the commands of people, and those that send, come
 * to the fleet's record; "" without a fleet. */
const char *config_fleet_people(const struct config *config);
const char *config_fleet_sender(const struct config *config);

#endif
