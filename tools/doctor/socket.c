/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket.c - does alignd listen, and may the mail server connect?
 */
#include "tools/doctor/doctor.h"

#include <errno.h>
#include <sys/stat.h>

#include "lib/base/account.h"
#include "tools/access.h"
#include "tools/doctor/negotiate.h"
#include "tools/net_lookup.h"

#define CHECK_NAME "listen"
#define GROUP_RULE "socket_group"
#define MTA_USER "postfix"
#define ANSWER_MS 3000

static void report_silence(struct doctor *doctor, int failed)
{
	struct error err;

	(void)error_errno(&err, ERROR_SYSTEM, failed, "%s",
			  doctor->config->daemon.listen);
	if (failed == EACCES || failed == EPERM)
		finding_note(doctor->findings, CHECK_NAME,
			     "not looked at: you may not connect to %s; run "
			     "this as root",
			     doctor->config->daemon.listen);
	else
		finding_problem(doctor->findings, ERROR_CONFIG, CHECK_NAME,
				"systemctl start alignd; \"journalctl -u "
				"alignd\" tells why it ended",
				"alignd does not answer: %s", err.words);
}

/* Sendmail runs as root and may connect anyway. */
static void check_permission(struct doctor *doctor, const char *path)
{
	const char *culprit = "";

	if (tool_access(doctor->mem, MTA_USER, path, &culprit) !=
	    TOOL_ACCESS_NO)
		return;
	finding_problem(
	    doctor->findings, ERROR_CONFIG, CHECK_NAME,
	    "in alignd.conf socket_group = \"" MTA_USER "\" and socket_mode = "
	    "\"0660\", and let that group enter the folder; then restart "
	    "alignd",
	    "Postfix (user " MTA_USER ") may not use %s, so it cannot reach "
	    "alignd",
	    culprit);
}

/* The unit may not give files away: only a group of the user, or the folder's
 * with the setgid bit, can be the socket's. */
static void check_group(struct doctor *doctor, const char *path)
{
	const struct daemon_settings *daemon = &doctor->config->daemon;
	const char *folder = text_folder(doctor->mem, path);
	struct error unknown;
	struct stat found;
	gid_t group;

	if (daemon->socket_group[0] == '\0')
		return;
	if (!account_find_group(daemon->socket_group, &group, &unknown)) {
		finding_problem(doctor->findings, ERROR_CONFIG, GROUP_RULE,
				"name a group of this host", "%s",
				unknown.words);
		return;
	}
	if ((stat(path, &found) == 0 && found.st_gid == group) ||
	    (stat(folder, &found) == 0 && found.st_gid == group &&
	     (found.st_mode & S_ISGID) != 0) ||
	    tool_access_has_group(daemon->user, group))
		return;
	finding_problem(
	    doctor->findings, ERROR_CONFIG, GROUP_RULE,
	    mem_printf(doctor->mem,
		       "chgrp %s %s and chmod g+s it; or usermod -aG %s %s, "
		       "then restart alignd",
		       daemon->socket_group, folder, daemon->socket_group,
		       daemon->user),
	    "the unit cannot give the socket to the group %s: the user %s is "
	    "not in it, and the folder %s does not hand it on",
	    daemon->socket_group, daemon->user, folder);
}

static void check_openness(struct doctor *doctor,
			   const struct mta_endpoint *endpoint)
{
	if (mta_endpoint_is_open(endpoint))
		finding_warn(
		    doctor->findings, CHECK_NAME,
		    "listen = \"inet:8893@127.0.0.1\", or a unix socket; where "
		    "the mail server is another host, let a firewall admit "
		    "that host alone",
		    "%s is open to whoever reaches the address: alignd judges "
		    "and records what he says, as a mail server's word",
		    doctor->config->daemon.listen);
}

static bool find_endpoint(struct doctor *doctor, struct mta_endpoint *endpoint)
{
	const char *listen = doctor->config->daemon.listen;

	doctor->findings->where = listen;
	return mta_endpoint_from_listen(doctor->mem, span_of(listen),
					tool_net_lookup, endpoint);
}

void doctor_check_answer(struct doctor *doctor, int wait_ms)
{
	const char *listen = doctor->config->daemon.listen;
	struct mta_endpoint endpoint;

	if (!find_endpoint(doctor, &endpoint))
		return;
	switch (negotiate(&endpoint, wait_ms)) {
	case NEGOTIATED_ALIGND:
		finding_ok(doctor->findings, CHECK_NAME, "alignd answers on %s",
			   listen);
		break;
	case NEGOTIATED_OTHER:
		finding_problem(
		    doctor->findings, ERROR_CONFIG, CHECK_NAME,
		    "\"ss -lp\" tells which program it is; stop it, "
		    "or choose another socket for listen and the "
		    "mail server",
		    "what answers on %s is another milter, or an "
		    "alignd of another version",
		    listen);
		break;
	case NEGOTIATED_NOTHING:
		finding_problem(doctor->findings, ERROR_CONFIG, CHECK_NAME,
				"\"ss -lp\" tells which program listens there; "
				"where it is alignd, restart it",
				"what listens on %s does not answer as a "
				"milter does within %d ms",
				listen, wait_ms);
		break;
	case NEGOTIATED_UNHEARD:
		report_silence(doctor, errno);
		break;
	}
}

void doctor_check_socket(struct doctor *doctor)
{
	struct mta_endpoint endpoint;

	doctor_check_answer(doctor, ANSWER_MS);
	if (!find_endpoint(doctor, &endpoint))
		return;
	check_openness(doctor, &endpoint);
	if (endpoint.path == NULL)
		return;
	check_permission(doctor, endpoint.path);
	check_group(doctor, endpoint.path);
}
