/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mta.c - fetches what the mail servers say of their set-up
 *
 * What that means for alignd is judged in lib/wiring. A server that was asked
 * for and is not there is an error; one that nobody named is a note.
 */
#include "tools/doctor/doctor.h"

#include <errno.h>
#include <unistd.h>

#include "lib/base/file_read.h"
#include "lib/wiring/sendmail.h"
#include "tools/net_lookup.h"
#include "tools/postconf.h"

#define FILE_MAX (1024 * 1024)
#define SENDMAIL_CF "/etc/mail/sendmail.cf"

/* --- Postfix --- */

static void report_no_postfix(struct doctor *doctor, const struct error *err)
{
	if (doctor->postfix_folder != NULL)
		finding_problem(doctor->findings, ERROR_INPUT, "postfix",
				"name the folder in which main.cf and "
				"master.cf lie (postconf -d config_directory)",
				"cannot be looked at: %s", err->words);
	else
		finding_note(doctor->findings, "postfix",
			     "no Postfix was looked at: %s", err->words);
}

/* The text of a file below /etc; NULL where it is not there or not for us to
 * read. */
static const char *read_beside(const struct doctor *doctor, const char *name)
{
	const char *path = mem_printf(doctor->mem, "%s/%s", doctor->etc, name);
	struct span file;
	struct error err;

	return file_read(doctor->mem, path, FILE_MAX, &file, &err)
		   ? mem_strndup(doctor->mem, file.data, file.length)
		   : NULL;
}

/* What an operator set there; as installed the module writes no such field. */
static const char *read_rspamd(const struct doctor *doctor)
{
	const char *local =
	    read_beside(doctor, "rspamd/local.d/milter_headers.conf");
	const char *override =
	    read_beside(doctor, "rspamd/override.d/milter_headers.conf");

	if (local == NULL || override == NULL)
		return local == NULL ? override : local;
	return mem_printf(doctor->mem, "%s\n%s", local, override);
}

void doctor_check_postfix(struct doctor *doctor)
{
	struct postfix_beside beside = {
	    .opendkim_conf = read_beside(doctor, "opendkim.conf"),
	    .rspamd_headers = read_rspamd(doctor)};
	struct postfix_facts facts;
	struct error err;

	if (tool_has(doctor->tool, "--etc") && access(doctor->etc, X_OK) != 0) {
		doctor->findings->where = doctor->etc;
		finding_problem(doctor->findings, ERROR_INPUT, "etc",
				"name a folder, or leave --etc away",
				"%s cannot be looked into", doctor->etc);
	}
	doctor->findings->where = doctor->postfix_folder == NULL
				      ? "postconf"
				      : doctor->postfix_folder;
	if (!postconf_facts(doctor->mem, doctor->postfix_folder, &facts,
			    &err)) {
		report_no_postfix(doctor, &err);
	} else {
		doctor_find_sisters(doctor, &facts, &beside);
		postfix_judge(&facts, &beside, doctor->config, tool_net_lookup,
			      doctor->findings);
	}
}

/* --- Sendmail --- */

void doctor_check_sendmail(struct doctor *doctor)
{
	const char *path =
	    doctor->sendmail_cf == NULL ? SENDMAIL_CF : doctor->sendmail_cf;
	struct span file;
	struct error err;

	doctor->findings->where = path;
	if (doctor->sendmail_cf == NULL && access(path, F_OK) != 0 &&
	    errno == ENOENT)
		finding_note(doctor->findings, "sendmail",
			     "no Sendmail was looked at: %s is not there",
			     path);
	else if (file_read(doctor->mem, path, FILE_MAX, &file, &err))
		sendmail_judge(file, path, doctor->config, tool_net_lookup,
			       doctor->findings);
	else if (doctor->sendmail_cf != NULL)
		finding_problem(doctor->findings, ERROR_INPUT, "sendmail",
				"name the sendmail.cf that Sendmail reads",
				"cannot be looked at: %s", err.words);
	else
		finding_note(doctor->findings, "sendmail", "not looked at: %s",
			     err.words);
}
