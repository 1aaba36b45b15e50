/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * apply.c - the changes of a plan, in an order in which no mail is lost
 *
 * Postfix is told last, and only once alignd answers at the new place: before
 * that each message would be answered 451.
 * Tested by test_alignctl_setup, tests/deb/test_package.py.
 */
#include "tools/setup/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/account.h"
#include "lib/base/clock.h"
#include "lib/base/file_read.h"
#include "tools/file.h"

#define MAIN_CF_MAX (1024 * 1024)
#define FOLDER_MODE 02750
#define DROP_INS_MODE 0755
#define DROP_IN_MODE 0644
#define SYSTEMD "/run/systemd/system" /* sd_booted(3) */
#define START_MS 10000
static const struct timespec look_interval = {.tv_nsec = 50000000};

static void tell(const char *what, const char *place)
{
	(void)printf("# done: %s %s\n", what, place);
}

/* --- files -------------------------------------------------------------- */

/* The queue is root's, so that nobody can put something else there. */
static bool give_folder(int folder, const struct setup_plan *plan,
			struct error *err)
{
	struct account_ids user = {.user = 0};
	gid_t group = 0;

	if (!account_find_user(plan->user, &user, err) ||
	    !account_find_group(plan->group, &group, err))
		return false;
	return (fchown(folder, user.user, group) == 0 &&
		fchmod(folder, FOLDER_MODE) == 0) ||
	       error_errno(err, ERROR_SYSTEM, errno, "%s", plan->folder);
}

static bool make_folder(const struct setup_plan *plan, struct error *err)
{
	if (mkdir(plan->folder, 0700) != 0 && errno != EEXIST)
		return error_errno(err, ERROR_SYSTEM, errno, "%s",
				   plan->folder);
	int folder =
	    open(plan->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return error_errno(err, ERROR_SYSTEM, errno, "%s",
				   plan->folder);
	bool is_given = give_folder(folder, plan, err);
	(void)close(folder);
	if (is_given)
		tell("the folder", plan->folder);
	return is_given;
}

/* alignd reads it as its own user, whatever the umask here. */
static bool make_drop_ins(const char *folder, struct error *err)
{
	if (mkdir(folder, DROP_INS_MODE) == 0)
		return chmod(folder, DROP_INS_MODE) == 0 ||
		       error_errno(err, ERROR_SYSTEM, errno, "%s", folder);
	return errno == EEXIST ||
	       error_errno(err, ERROR_SYSTEM, errno, "%s", folder);
}

static bool write_drop_in(TALLOC_CTX *mem, const struct setup_plan *plan,
			  struct error *err)
{
	static const struct tool_file_rights all_read = {
	    .mode = DROP_IN_MODE,
	    .user = (uid_t)-1,
	    .group = (gid_t)-1,
	};

	if (!make_drop_ins(text_folder(mem, plan->drop_in), err) ||
	    !tool_file_write_as(mem, plan->drop_in, span_of(plan->settings),
				&all_read, err))
		return false;
	tell("the setting of listen in", plan->drop_in);
	return true;
}

/* Where main.cf has a password, the copy has it too. */
static bool copy_main(TALLOC_CTX *mem, const struct setup_plan *plan,
		      struct error *err)
{
	struct tool_file_rights rights;
	struct span text;

	if (!tool_file_rights(plan->main_cf, &rights, err) ||
	    !file_read(mem, plan->main_cf, MAIN_CF_MAX, &text, err) ||
	    !tool_file_write_as(mem, plan->main_copy, text, &rights, err))
		return false;
	tell("a copy of main.cf,", plan->main_copy);
	return true;
}

/* --- alignd --------------------------------------------------------------- */

/* A later file may have the last word. */
static bool check_setting(struct tool *tool, const struct setup_plan *plan,
			  struct error *err)
{
	struct config *config;

	if (!tool_config(tool, &config, err))
		return false;
	return strcmp(config->daemon.listen,
		      mem_printf(tool->mem, "unix:%s", plan->socket)) == 0 ||
	       error_set(err, ERROR_CONFIG,
			 "listen is still \"%s\": another file sets it after "
			 "%s; take it out there",
			 config->daemon.listen, plan->drop_in);
}

static bool run(TALLOC_CTX *mem, const char *const argv[], struct error *err)
{
	struct tool_output output;

	if (!tool_program(mem, argv, &output, err))
		return false;
	return output.status == 0 ||
	       error_set(err, ERROR_SYSTEM, "%s %s: %s", argv[0], argv[1],
			 text_escape(mem, span_trim(span_of(output.text)),
				     ERROR_WORDS_MAX / 2, true));
}

static bool answers(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof address.sun_path)
		return false;
	memcpy(address.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	bool is_there =
	    connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
	(void)close(fd);
	return is_there;
}

static bool wait_for_alignd(const struct setup_plan *plan, struct error *err)
{
	int64_t end_ms = clock_monotonic_ms(clock_system()) + START_MS;

	while (!answers(plan->socket)) {
		if (clock_monotonic_ms(clock_system()) > end_ms)
			return error_set(err, ERROR_SYSTEM,
					 "alignd does not answer at %s; "
					 "main.cf stays as it is (systemctl "
					 "status alignd)",
					 plan->socket);
		(void)nanosleep(&look_interval, NULL);
	}
	return true;
}

/* Without systemd somebody else starts it. */
static bool restart_alignd(TALLOC_CTX *mem, const struct setup_plan *plan,
			   struct error *err)
{
	static const char *const restart[] = {"systemctl", "restart", "alignd",
					      NULL};

	if (answers(plan->socket))
		return true;
	if (access(SYSTEMD, F_OK) != 0)
		return error_set(err, ERROR_INPUT,
				 "start alignd anew, and then this command "
				 "once more: main.cf waits until %s answers",
				 plan->socket);
	if (!run(mem, restart, err))
		return false;
	tell("the restart of", "alignd");
	return wait_for_alignd(plan, err);
}

/* --- Postfix -------------------------------------------------------------- */

/* One that does not run reads main.cf when it starts. */
static bool reload_postfix(TALLOC_CTX *mem, const struct setup_plan *plan,
			   struct error *err)
{
	const char *status[] = {"postfix", "status", NULL, NULL, NULL};
	const char *reload[] = {"postfix", "reload", NULL, NULL, NULL};
	struct error stopped;

	if (plan->main_folder != NULL) {
		status[1] = reload[1] = "-c";
		status[2] = reload[2] = plan->main_folder;
		status[3] = "status";
		reload[3] = "reload";
	}
	if (!run(mem, status, &stopped))
		return true;
	if (!run(mem, reload, err))
		return false;
	tell("the reload of", "Postfix");
	return true;
}

static bool tell_postfix(TALLOC_CTX *mem, const struct setup_plan *plan,
			 struct error *err)
{
	const char *assignment =
	    mem_printf(mem, "smtpd_milters = %s", plan->milters);

	if (!copy_main(mem, plan, err) ||
	    !postconf_edit(mem, plan->main_folder, assignment, err))
		return false;
	tell("in main.cf:", assignment);
	return reload_postfix(mem, plan, err);
}

bool setup_plan_apply(struct tool *tool, const struct setup_plan *plan,
		      struct error *err)
{
	TALLOC_CTX *mem = tool->mem;

	if (geteuid() != 0)
		return error_set(err, ERROR_INPUT,
				 "--apply needs root; without it the commands "
				 "are shown");
	if (!make_folder(plan, err) || !write_drop_in(mem, plan, err) ||
	    !check_setting(tool, plan, err) || !restart_alignd(mem, plan, err))
		return false;
	return plan->milters == NULL || tell_postfix(mem, plan, err);
}
