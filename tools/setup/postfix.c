/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * postfix.c - alignctl setup postfix: the changes as commands, or made
 * Tested by test_alignctl_setup, tests/deb/test_package.py.
 */
#include "tools/setup/actions.h"

#include <stdio.h>

#include "lib/show/people.h"
#include "tools/setup/plan.h"

/* For a shell: the text in single quotes. What a terminal must not see is
 * escaped all the same. */
static const char *quote(TALLOC_CTX *mem, const char *text)
{
	const char *quoted = "'";

	for (; *text != '\0'; text++)
		quoted = *text == '\'' ? mem_printf(mem, "%s'\\''", quoted)
				       : mem_printf(mem, "%s%c", quoted, *text);
	return people_clean(mem, mem_printf(mem, "%s'", quoted));
}

static void print_edit(TALLOC_CTX *mem, const struct setup_plan *plan)
{
	(void)printf(
	    "# Once it listens there, Postfix is told:\n"
	    "cp -p %s %s\n"
	    "postconf -e %s\n"
	    "postfix reload\n",
	    quote(mem, plan->main_cf), quote(mem, plan->main_copy),
	    quote(mem, mem_printf(mem, "smtpd_milters = %s", plan->milters)));
}

static void print_names(TALLOC_CTX *mem, const struct setup_plan *plan)
{
	(void)printf("# Once it listens there, Postfix is told. In main.cf "
		     "stands smtpd_milters = %s,\n"
		     "# and postconf -e would write values in place of its "
		     "names: change it, after a copy, by\n"
		     "# hand, so that it comes to\n"
		     "#   smtpd_milters = %s\n"
		     "cp -p %s %s\n"
		     "postfix reload\n",
		     people_clean(mem, plan->written),
		     people_clean(mem, plan->milters),
		     quote(mem, plan->main_cf), quote(mem, plan->main_copy));
}

static void print_changes(TALLOC_CTX *mem, const struct setup_plan *plan)
{
	(void)printf("# alignd gets a socket below Postfix's queue:\n"
		     "install -d -o %s -g %s -m 2750 %s\n"
		     "install -d -m 755 %s\n"
		     "cat > %s <<'END'\n%sEND\n"
		     "chmod 644 %s\n"
		     "systemctl restart alignd\n",
		     quote(mem, plan->user), quote(mem, plan->group),
		     quote(mem, plan->folder),
		     quote(mem, text_folder(mem, plan->drop_in)),
		     quote(mem, plan->drop_in), plan->settings,
		     quote(mem, plan->drop_in));
	if (setup_plan_has_names(plan))
		print_names(mem, plan);
	else if (plan->milters != NULL)
		print_edit(mem, plan);
}

static void print_way_back(TALLOC_CTX *mem, const struct setup_plan *plan,
			   struct setup_standing standing)
{
	if (!standing.has_setting && !standing.has_milters)
		return;
	(void)printf("# And back:\n");
	if (standing.has_milters)
		(void)printf("#   cp -p %s %s && postfix reload\n",
			     quote(mem, plan->main_copy),
			     quote(mem, plan->main_cf));
	if (standing.has_setting)
		(void)printf("#   rm %s && systemctl restart alignd\n",
			     quote(mem, plan->drop_in));
}

/* What main.cf says does not hold for a service with a list of its own. */
static void print_services(TALLOC_CTX *mem, const struct setup_plan *plan)
{
	for (size_t i = 0; i < plan->facts.service_count; i++) {
		const struct postfix_service *service =
		    &plan->facts.services[i];
		const char *own = postfix_service_option(&plan->facts, service,
							 "smtpd_milters");
		if (own != NULL)
			(void)printf("# master.cf: %s/%s has smtpd_milters of "
				     "its own (\"%s\"), which stays.\n",
				     people_clean(mem, service->name),
				     service->type, people_clean(mem, own));
	}
}

static bool is_done(const struct setup_plan *plan)
{
	return plan->is_listening_there && plan->milters == NULL;
}

static int show_changes(struct tool *tool, const struct setup_plan *plan)
{
	print_changes(tool->mem, plan);
	print_services(tool->mem, plan);
	print_way_back(
	    tool->mem, plan,
	    (struct setup_standing){.has_setting = true,
				    .has_milters = plan->milters != NULL});
	return TOOL_DONE;
}

static int make_changes(struct tool *tool, const struct setup_plan *plan)
{
	struct setup_standing standing;
	struct error err;
	bool is_fine = setup_plan_apply(tool, plan, &standing, &err);

	if (is_fine)
		print_services(tool->mem, plan);
	print_way_back(tool->mem, plan, standing);
	return is_fine ? TOOL_DONE : tool_fail(&err);
}

static int change(struct tool *tool, const struct setup_plan *plan)
{
	struct error err;

	if (!tool_has(tool, "--apply"))
		return show_changes(tool, plan);
	if (!setup_plan_has_names(plan))
		return make_changes(tool, plan);
	(void)show_changes(tool, plan);
	(void)error_set(&err, ERROR_INPUT,
			"nothing was changed: smtpd_milters in main.cf has "
			"names of parameters, which --apply would replace by "
			"their values; make the changes shown by hand");
	return tool_fail(&err);
}

int setup_postfix(struct tool *tool)
{
	struct setup_plan plan;
	struct error err;

	if (!setup_plan_make(tool, &plan, &err))
		return tool_fail(&err);
	if (!is_done(&plan))
		return change(tool, &plan);
	(void)printf("# Nothing to change: alignd listens at %s, and Postfix "
		     "calls it there.\n",
		     people_clean(tool->mem, plan.socket));
	print_services(tool->mem, &plan);
	return TOOL_DONE;
}
