/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - will our own reports be taken, and who knows their secrets?
 */
#include "tools/doctor/doctor.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/account.h"
#include "lib/base/secret_file.h"
#include "tools/engine.h"
#include "tools/report/alignment.h"

#define CHECK_NAME "report.from"
#define PASSWORD_MAX 1024

/* May the user that parses strangers' mail read it, as its owner? */
static bool is_daemons(const struct doctor *doctor, const char *path)
{
	struct account_ids daemon;
	struct error unknown;
	struct stat found;

	return account_find_user(doctor->config->daemon.user, &daemon,
				 &unknown) &&
	       daemon.user != 0 && stat(path, &found) == 0 &&
	       found.st_uid == daemon.user;
}

/* systemd lays it there for the time of a run. */
static bool is_credential_of_a_run(const char *path)
{
	static const char folder[] = "/run/credentials/";

	return strncmp(path, folder, sizeof folder - 1) == 0 &&
	       access(path, F_OK) != 0 && errno == ENOENT;
}

/* False: what the file is for cannot be looked at. */
static bool check_secret(struct doctor *doctor, const char *name,
			 const char *path, size_t max)
{
	const struct secret_file secret = {
	    .name = name, .path = path, .user = SECRET_FILE_SENDER};
	struct span bytes;
	struct error err;

	if (*path == '\0')
		return true;
	if (geteuid() != 0 && access(path, R_OK) != 0 && errno == EACCES) {
		finding_note(doctor->findings, name,
			     "%s is not readable for uid %ld; run doctor as "
			     "root, or as who sends reports, to have it looked "
			     "at",
			     path, (long)geteuid());
		return false;
	}
	if (is_credential_of_a_run(path)) {
		finding_note(
		    doctor->findings, name,
		    "%s is there while its unit runs; \"alignctl report "
		    "status\" tells how the last run fared",
		    path);
		return false;
	}
	if (!secret_file_read(doctor->mem, &secret, max, &bytes, &err)) {
		finding_problem(doctor->findings, ERROR_CONFIG, name,
				"chown alignd-report and chmod 0400 the file",
				"%s", err.words);
		return false;
	}
	if (is_daemons(doctor, path))
		finding_warn(doctor->findings, name,
			     "chown alignd-report the file, and let "
			     "alignd-report.service send",
			     "%s belongs to %s, the user that parses "
			     "strangers' mail",
			     path, doctor->config->daemon.user);
	return true;
}

static void check_alignment(struct doctor *doctor)
{
	const struct report_settings *settings = &doctor->config->report;
	struct report_alignment alignment;
	struct report_signer *signer;
	struct engine *engine;
	struct error err;

	if (!report_signer_open(doctor->mem, settings, &doctor->tool->clock,
				&signer, &err)) {
		finding_problem(doctor->findings, ERROR_CONFIG,
				"report.sign_key",
				"alignd.conf(5), section report, says what it "
				"must hold",
				"%s", err.words);
		return;
	}
	if (!tool_engine(doctor->tool, &engine, &err)) {
		finding_note(doctor->findings, CHECK_NAME, "not looked at: %s",
			     err.words);
		return;
	}
	if (!report_alignment(doctor->mem, engine, signer, &alignment, &err))
		finding_note(doctor->findings, CHECK_NAME, "not looked at: %s",
			     err.words);
	else if (alignment.level == REPORT_ALIGNED)
		finding_ok(doctor->findings, CHECK_NAME, "%s", alignment.found);
	else if (alignment.level == REPORT_ALIGNMENT_OPEN)
		finding_note(doctor->findings, CHECK_NAME, "%s",
			     alignment.found);
	else
		finding_warn(doctor->findings, CHECK_NAME, alignment.fix, "%s",
			     alignment.found);
	engine_unref(engine);
}

void doctor_check_report(struct doctor *doctor)
{
	const struct report_settings *settings = &doctor->config->report;

	if (*settings->from == '\0') {
		finding_note(doctor->findings, CHECK_NAME,
			     "empty: no reports are sent to the domains that "
			     "ask for them");
		return;
	}
	bool has_key =
	    check_secret(doctor, "report.sign_key", settings->sign_key, 32768);
	(void)check_secret(doctor, "report.smtp_password_file",
			   settings->smtp_password_file, PASSWORD_MAX);
	if (has_key)
		check_alignment(doctor);
}
