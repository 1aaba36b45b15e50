/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * apply.c - the changes of a plan, in an order in which no mail is lost
 *
 * Postfix is told last, and only once alignd answers at the new place: before
 * that each message would be answered 451. What fails before is put back.
 * Tested by test_alignctl_setup, tests/deb/test_package.py.
 */
#include "tools/setup/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/account.h"
#include "lib/base/clock.h"
#include "lib/base/file_read.h"
#include "lib/show/people.h"
#include "tools/dial.h"
#include "tools/file.h"
#include "tools/setup/drop_in.h"

#define MAIN_CF_MAX (1024 * 1024)
#define FOLDER_MODE 02750
#define SYSTEMD "/run/systemd/system" /* sd_booted(3) */
#define START_MS 10000
#define CALL_MS 1000
static const struct timespec look_interval = {.tv_nsec = 50000000};

/* How far it went, for what is left to do when it failed. */
struct progress {
	struct drop_in_before before;
	bool is_restarted; /* alignd, by us */
	bool is_waiting;   /* for somebody who starts alignd */
	bool is_told;	   /* Postfix: main.cf has the new place */
};

static void tell(const char *what, const char *place)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)printf("# done: %s %s\n", what, people_clean(mem, place));
	mem_free(mem);
}

static void tell_fault(const struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)printf("# failed: %s\n", people_clean(mem, err->words));
	mem_free(mem);
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

/* Where main.cf has a password, the copy has it too. */
static bool copy_main(TALLOC_CTX *mem, const struct setup_plan *plan,
		      const struct tool_file_rights *rights, struct error *err)
{
	struct span text;

	if (!file_read(mem, plan->main_cf, MAIN_CF_MAX, &text, err) ||
	    !tool_file_write_as(mem, plan->main_copy, text, rights, err))
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

static const char *words_of(TALLOC_CTX *mem, const struct tool_output *output)
{
	return text_escape(mem, span_trim(span_of(output->text)),
			   ERROR_WORDS_MAX / 2, true);
}

static bool run(TALLOC_CTX *mem, const char *const argv[], struct error *err)
{
	struct tool_output output;

	if (!tool_program(mem, argv, &output, err))
		return false;
	return output.status == 0 ||
	       error_set(err, ERROR_SYSTEM, "%s %s: %s", argv[0], argv[1],
			 words_of(mem, &output));
}

static bool answers(const char *path)
{
	int fd = dial_path(path, CALL_MS);

	if (fd < 0)
		return false;
	(void)close(fd);
	return true;
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

static bool restart_by_systemd(TALLOC_CTX *mem, struct error *err)
{
	static const char *const restart[] = {"systemctl", "restart", "alignd",
					      NULL};

	if (!run(mem, restart, err))
		return false;
	tell("the restart of", "alignd");
	return true;
}

/* Without systemd somebody else starts it. */
static bool restart_alignd(TALLOC_CTX *mem, const struct setup_plan *plan,
			   struct progress *progress, struct error *err)
{
	if (answers(plan->socket))
		return true;
	progress->is_waiting = access(SYSTEMD, F_OK) != 0;
	if (progress->is_waiting)
		return error_set(err, ERROR_INPUT,
				 "start alignd anew, and then this command "
				 "once more: main.cf waits until %s answers",
				 plan->socket);
	progress->is_restarted = true;
	return restart_by_systemd(mem, err) && wait_for_alignd(plan, err);
}

/* --- Postfix -------------------------------------------------------------- */

static bool run_postfix(TALLOC_CTX *mem, const struct setup_plan *plan,
			const char *action, struct tool_output *output,
			struct error *err)
{
	const char *const plain[] = {"postfix", action, NULL};
	const char *const elsewhere[] = {"postfix", "-c", plan->main_folder,
					 action, NULL};

	return tool_program(mem, plan->main_folder == NULL ? plain : elsewhere,
			    output, err);
}

/* Postfix's script is mute where no terminal listens to it. */
static void tell_not_reloaded(TALLOC_CTX *mem, const struct tool_output *status)
{
	const char *words = words_of(mem, status);

	(void)printf("# not reloaded: postfix status ended with %d%s%s; one "
		     "that does not run reads main.cf when it starts\n",
		     status->status, *words == '\0' ? "" : ": ", words);
}

/* One that does not run reads main.cf when it starts; that it does not is said
 * in its own words, which may be those of another trouble. */
static bool reload_postfix(TALLOC_CTX *mem, const struct setup_plan *plan,
			   struct error *err)
{
	struct tool_output output;

	if (!run_postfix(mem, plan, "status", &output, err))
		return false;
	if (output.status != 0) {
		tell_not_reloaded(mem, &output);
		return true;
	}
	if (!run_postfix(mem, plan, "reload", &output, err))
		return false;
	if (output.status != 0)
		return error_set(err, ERROR_SYSTEM, "postfix reload: %s",
				 words_of(mem, &output));
	tell("the reload of", "Postfix");
	return true;
}

static bool tell_postfix(TALLOC_CTX *mem, const struct setup_plan *plan,
			 struct progress *progress, struct error *err)
{
	const char *assignment =
	    mem_printf(mem, "smtpd_milters = %s", plan->milters);
	struct tool_file_rights rights;

	if (!tool_file_rights(plan->main_cf, &rights, err) ||
	    !copy_main(mem, plan, &rights, err) ||
	    !postconf_edit(mem, plan->main_folder, assignment, err))
		return false;
	progress->is_told = true;
	tell("in main.cf:", assignment);
	/* postconf puts a new file there, which all may read. */
	return tool_file_give(plan->main_cf, &rights, err) &&
	       reload_postfix(mem, plan, err);
}

/* --- all of it ------------------------------------------------------------ */

static bool write_setting(TALLOC_CTX *mem, const struct setup_plan *plan,
			  struct progress *progress, struct error *err)
{
	if (!drop_in_write(mem, plan, &progress->before, err))
		return false;
	tell("the setting of listen in", plan->drop_in);
	return true;
}

static bool change_callers(struct tool *tool, const struct setup_plan *plan,
			   struct progress *progress, struct error *err)
{
	return check_setting(tool, plan, err) &&
	       restart_alignd(tool->mem, plan, progress, err) &&
	       (plan->milters == NULL ||
		tell_postfix(tool->mem, plan, progress, err));
}

/* Of a call that had to wait. */
static bool was_ours(const struct setup_plan *plan,
		     const struct drop_in_before *before)
{
	return before->is_there && span_equals(before->text, plan->settings);
}

/* Postfix goes on to call the old place: alignd shall be found there. */
static bool put_back(TALLOC_CTX *mem, const struct setup_plan *plan,
		     const struct progress *progress)
{
	struct error err;

	if (!drop_in_put_back(mem, plan, &progress->before, &err)) {
		tell_fault(&err);
		return false;
	}
	tell("put back what was in", plan->drop_in);
	if (progress->is_restarted && !restart_by_systemd(mem, &err))
		tell_fault(&err);
	return true;
}

bool setup_plan_apply(struct tool *tool, const struct setup_plan *plan,
		      struct setup_standing *standing, struct error *err)
{
	struct progress progress = {.is_told = false};

	*standing = (struct setup_standing){.has_setting = false};
	if (geteuid() != 0)
		return error_set(err, ERROR_INPUT,
				 "--apply needs root; without it the commands "
				 "are shown");
	if (!make_folder(plan, err) ||
	    !write_setting(tool->mem, plan, &progress, err))
		return false;
	bool is_fine = change_callers(tool, plan, &progress, err);
	bool is_kept = is_fine || progress.is_told || progress.is_waiting ||
		       was_ours(plan, &progress.before);
	standing->has_milters = progress.is_told;
	standing->has_setting =
	    is_kept || !put_back(tool->mem, plan, &progress);
	return is_fine;
}
