/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * desk.c - does the desk answer, and who may read what is its own?
 *
 * A host without desk.conf is told nothing. Whether the desk can open the store
 * is asked of the desk: access control lists say it, which nothing here reads.
 * Tested by test_alignctl_doctor.
 */
#include "tools/doctor/doctor.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "desk/settings.h"
#include "lib/base/account.h"
#include "lib/base/clock.h"
#include "tools/access.h"
#include "tools/dial.h"

#define CHECK_NAME "desk"
#define DESK_USER "alignd-desk"
#define READERS "alignd-read"
#define UNIX "unix:"
#define WAIT_MS 3000
#define ANSWER_BYTES 1024
/* Twice the interval of alignd-desk-pages.timer, and its delay. */
#define STALE_S (2 * 660)

/* --- its files --- */

static void check_mode(struct doctor *doctor, const char *path, mode_t barred,
		       const char *fix)
{
	struct stat found;

	if (*path == '\0' || stat(path, &found) != 0 ||
	    (found.st_mode & barred) == 0)
		return;
	finding_warn(doctor->findings, CHECK_NAME, fix,
		     "%s has mode %04o: others may read it",
		     finding_shown(doctor->findings, path),
		     (unsigned)found.st_mode & 07777);
}

/* The store's files let that group read them (OPERATIONS.md, "Install"). */
static void check_member(struct doctor *doctor)
{
	struct account_ids desk;
	struct error unknown;
	gid_t readers;

	if (!account_find_user(DESK_USER, &desk, &unknown) ||
	    !account_find_group(READERS, &readers, &unknown) ||
	    tool_access_has_group(DESK_USER, readers))
		return;
	finding_problem(doctor->findings, ERROR_CONFIG, CHECK_NAME,
			"usermod -aG " READERS " " DESK_USER
			", then restart alignd-desk",
			"the user " DESK_USER " is not in the group " READERS
			" and cannot open the store");
}

/* Written by each run of the timer, whatever there is to say. */
static void check_pages(struct doctor *doctor, const char *parts)
{
	const char *path = mem_printf(doctor->mem, "%s/index.html", parts);
	struct stat found;
	char when[CLOCK_TEXT];

	if (*parts == '\0' || stat(path, &found) != 0 ||
	    doctor->now_s - found.st_mtime <= STALE_S)
		return;
	finding_warn(doctor->findings, CHECK_NAME,
		     "systemctl enable --now alignd-desk-pages.timer; "
		     "\"journalctl -u alignd-desk-pages\" tells how it fared",
		     "the pages in %s are of %s, and the timer makes them "
		     "every ten minutes",
		     finding_shown(doctor->findings, parts),
		     clock_text(found.st_mtime, when));
}

/* --- its answer --- */

/* Up to its end, or what there is room for. */
static size_t read_answer(int fd, char *answer)
{
	size_t length = 0;
	ssize_t got = 1;

	while (got > 0 && length < ANSWER_BYTES &&
	       dial_wait(fd, POLLIN, WAIT_MS)) {
		got = recv(fd, answer + length, ANSWER_BYTES - length, 0);
		length += got > 0 ? (size_t)got : 0;
	}
	return length;
}

static void judge_answer(struct doctor *doctor,
			 const struct desk_settings *settings,
			 const char *answer)
{
	const char *body = strstr(answer, "\r\n\r\n");
	bool is_of_fleet = *settings->postgresql != '\0';

	if (strncmp(answer, "HTTP/1.1 200", strlen("HTTP/1.1 200")) == 0)
		finding_ok(doctor->findings, CHECK_NAME,
			   "alignd-desk answers, and can read %s",
			   is_of_fleet ? "the fleet's record" : "the store");
	else
		finding_problem(
		    doctor->findings, ERROR_STORE, CHECK_NAME,
		    is_of_fleet
			? "\"journalctl -u alignd-desk\" has its words; "
			  "postgresql in desk.conf says where it looks "
			  "(FLEET.md, "
			  "\"A desk for all hosts\")"
			: "\"journalctl -u alignd-desk\" has its words; the "
			  "store is opened by members of the group " READERS,
		    "alignd-desk is not well: %s",
		    body == NULL ? "no answer of HTTP came"
				 : finding_shown(doctor->findings, body + 4));
}

static void tell_silence(struct doctor *doctor, const char *path, int failed)
{
	struct error err;

	(void)error_errno(&err, ERROR_SYSTEM, failed, "%s",
			  finding_shown(doctor->findings, path));
	if (failed == EACCES || failed == EPERM)
		finding_note(doctor->findings, CHECK_NAME,
			     "not asked: you may not connect to %s; run this "
			     "as root",
			     finding_shown(doctor->findings, path));
	else
		finding_problem(doctor->findings, ERROR_CONFIG, CHECK_NAME,
				"systemctl enable --now alignd-desk; "
				"\"journalctl -u alignd-desk\" tells why it "
				"ended",
				"alignd-desk does not answer: %s", err.words);
}

static void check_answer(struct doctor *doctor,
			 const struct desk_settings *settings)
{
	const char *path = settings->listen + strlen(UNIX);
	static const char request[] =
	    "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
	char answer[ANSWER_BYTES + 1] = "";
	int fd = dial_path(path, WAIT_MS);

	if (fd < 0) {
		tell_silence(doctor, path, errno);
		return;
	}
	if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0)
		answer[read_answer(fd, answer)] = '\0';
	(void)close(fd);
	judge_answer(doctor, settings, answer);
}

void doctor_check_desk(struct doctor *doctor)
{
	const char *path =
	    mem_printf(doctor->mem, "%s/alignd/desk.conf", doctor->etc);
	struct desk_settings settings;
	struct error err;

	if (access(path, F_OK) != 0)
		return;
	doctor->findings->where = path;
	if (!desk_settings_load(doctor->mem, path, &settings, &err)) {
		finding_problem(doctor->findings, ERROR_CONFIG, CHECK_NAME,
				"\"alignd-desk -t\" tells when it is good",
				"%s", err.words);
		return;
	}
	check_mode(doctor, path, 07,
		   "chgrp " DESK_USER " and chmod 0640 the file: it says who "
		   "may read the record");
	check_mode(doctor, settings.token_file, 077,
		   "chown " DESK_USER " and chmod 0400 the file: whoever has "
		   "the token reads the record");
	if (*settings.postgresql == '\0')
		check_member(doctor);
	check_pages(doctor, settings.parts);
	if (strncmp(settings.listen, UNIX, strlen(UNIX)) == 0)
		check_answer(doctor, &settings);
}
