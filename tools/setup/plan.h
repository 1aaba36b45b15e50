/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_SETUP_PLAN_H
#define TOOLS_SETUP_PLAN_H

/*
 * plan - what it takes that this host's Postfix calls alignd
 *
 * alignd listens below Postfix's queue, where a chrooted smtpd(8) and one that
 * is not find it under the same name. The folder is alignd's and gives its
 * group, Postfix's, to the socket; nobody else can open it.
 */

#include "tools/postconf.h"
#include "tools/tool.h"

struct setup_plan {
	const char *main_folder; /* --postfix, or NULL */
	const char *main_cf;
	const char *main_copy; /* of this moment */
	const char *user;      /* alignd's */
	const char *group;     /* Postfix's */
	const char *folder;    /* of the socket */
	const char *socket;
	const char *drop_in;	 /* the file that sets `listen` */
	const char *settings;	 /* its text */
	const char *before;	 /* where alignd listened until then; or "" */
	const char *milters;	 /* smtpd_milters, to be; NULL: it is right */
	const char *written;	 /* the same as main.cf has it, $names left */
	bool is_listening_there; /* as the configuration stands */
	struct postfix_facts facts;
};

/* Asks Postfix and reads alignd's configuration. The texts are below the
 * tool. */
bool setup_plan_make(struct tool *tool, struct setup_plan *plan,
		     struct error *err) __attribute__((warn_unused_result));

/* What of the plan's changes stands. */
struct setup_standing {
	bool has_setting; /* alignd's drop-in */
	bool has_milters; /* main.cf's smtpd_milters */
};

/* Has main.cf $names there, whose values a change by postconf would write? */
bool setup_plan_has_names(const struct setup_plan *plan);

/* Makes the changes one by one and says so; false where one failed, or where
 * main.cf has to wait for alignd, with the words. What failed before Postfix
 * was told is put back, the drop-in that stood there before too. Needs root. */
bool setup_plan_apply(struct tool *tool, const struct setup_plan *plan,
		      struct setup_standing *standing, struct error *err)
    __attribute__((warn_unused_result));

#endif
