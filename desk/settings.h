/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_SETTINGS_H
#define DESK_SETTINGS_H

/*
 * settings - desk.conf, in the grammar of alignd.conf
 *
 * Read once, at the start. Who may read what stands in the lists; an item is
 * "NAME", "NAME:DOMAIN" for who sees mail in the name of that domain and below
 * it alone, or "*" for whoever the web server names.
 */

#include "lib/base/settings.h"

struct desk_settings {
	const char *listen;	/* "unix:/path", "inet:PORT@127.0.0.1" */
	const char *config;	/* alignd.conf; "": none */
	const char *store;	/* "": what alignd.conf names */
	const char *postgresql; /* the fleet's record is read instead, by this
				   connection string; "": no fleet's. It may
				   hold a password: secret_text.h */
	const char *parts; /* a folder that alignctl desk keeps; "": none */
	const char *proxy; /* a user; "": nobody speaks for others */
	const char *user_header; /* in which it names who asks */
	const char *token_file;	 /* for TCP */
	struct text_list hosts;
	struct text_list helpdesk;
	struct text_list analysts;
	bool confine;
};

/* One of a list, taken apart. */
struct desk_member {
	const char *user;
	const char *author_domain; /* NULL: all mail */
};

#define DESK_CONFIG_PATH SYSCONFDIR "/alignd/desk.conf"

extern const struct setting_section desk_sections[];

/* The file over the defaults, then what needs several settings at once: a TCP
 * port needs a token, and is on loopback alone. A file that is missing is
 * refused: nobody would be in its lists. */
bool desk_settings_load(TALLOC_CTX *mem, const char *path,
			struct desk_settings *settings, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise, for who asks nothing but where the record is: nobody need be in the
 * lists. A file that is missing is blank. */
bool desk_settings_load_record(TALLOC_CTX *mem, const char *path,
			       struct desk_settings *settings,
			       struct error *err)
    __attribute__((warn_unused_result));

bool desk_settings_is_tcp(const struct desk_settings *settings);

/* "ann:example.com" is ann, and example.com. */
struct desk_member desk_member_of(TALLOC_CTX *mem, const char *item);

#endif
