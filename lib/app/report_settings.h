/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_REPORT_SETTINGS_H
#define APP_REPORT_SETTINGS_H

/*
 * report_settings - the settings of section "report"
 *
 * The snapshot carries the values; the daemon links nothing that renders or
 * sends (libreport.a).
 */

#include "lib/base/settings.h"

enum report_starttls { STARTTLS_TRY, STARTTLS_REQUIRE, STARTTLS_NO };

enum report_schema { REPORT_SCHEMA_RFC9990, REPORT_SCHEMA_RFC7489 };

/* What of a failing message a failure report tells. */
enum report_failures { FAILURES_NO, FAILURES_RESULTS, FAILURES_REDACTED };

struct report_settings {
	const char *org_name; /* "": the domain of `from` */
	const char *from;     /* an address; "": none, nothing can be sent */
	const char *contact;  /* extra_contact_info; "": none */
	int schema;	      /* enum report_schema */
	struct text_list schema_for; /* "domain = schema" */
	long max_size_mib;	     /* of XML in one part */

	/* Submission, smtp.h. */
	const char *smtp_url;
	int smtp_starttls;	  /* enum report_starttls */
	const char *smtp_ca_file; /* "": the system's */
	const char *smtp_user;	  /* "": without logging in */
	const char *smtp_password_file;
	int64_t smtp_timeout_ms; /* of one mail */

	/* The mail's signature; without a key there is none. */
	const char *sign_domain; /* "": the domain of `from` */
	const char *sign_selector;
	const char *sign_key;
	const char *bounce_delimiter; /* "": bounces come back to `from` */

	/* Good manners. */
	long max_addresses; /* of one record */
	long max_per_day;
	long max_per_address;	 /* mails to one, in a day */
	long max_per_org_domain; /* reports of one registered name, of a day */
	int64_t run_time_ms;
	int64_t pace_ms; /* between two mails */
	int64_t give_up_after_ms;
	int64_t pause_ms;      /* of an address that refused, the first time */
	int64_t keep_ms;       /* settled reports */
	int64_t fleet_wait_ms; /* after a day, for hosts that are behind */
	int64_t require_pass_ms; /* 0: reports whatever happened */
	struct text_list exclude_domains;
	struct text_list exclude_addresses;

	/* Failure reports. */
	int failure_reports;	  /* enum report_failures */
	long failures_per_domain; /* kept in an hour, of one policy domain */
	long failures_per_hour;	  /* of all */
};

extern const struct setting report_setting_rows[];

/* The format that a destination's host gets: that of the first item of
 * schema_for which names it or a domain above it, else `schema`. */
enum report_schema report_schema_of(const struct report_settings *settings,
				    const char *host);

/* org_name, or what stands for it; never "". */
const char *report_org_name(const struct report_settings *settings);

#endif
