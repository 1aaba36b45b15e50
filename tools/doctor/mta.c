/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mta.c - fetches what the mail servers say of their set-up
 *
 * What that means for alignd is judged in lib/wiring. A server that was asked
 * for and is not there is an error; one that nobody named is a note.
 */
#include "tools/doctor/doctor.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/file_read.h"
#include "lib/wiring/postfix.h"
#include "lib/wiring/sendmail.h"
#include "tools/program.h"

#define ARGUMENTS_MAX 6
#define FILE_MAX (1024 * 1024)
#define SENDMAIL_CF "/etc/mail/sendmail.cf"

/* --- names --- */

struct net_list doctor_lookup(TALLOC_CTX *mem, const char *name)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct net_list list = {.count = 0};
	struct addrinfo *found = NULL;
	char text[NI_MAXHOST];

	if (getaddrinfo(name, NULL, &hints, &found) != 0)
		return list;
	for (const struct addrinfo *at = found; at != NULL; at = at->ai_next) {
		struct net_block block = {.prefix = 0};
		if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text,
				NULL, 0, NI_NUMERICHOST) != 0 ||
		    !net_address_parse(text, &block.address))
			continue;
		list.items = mem_resize(mem, list.items, struct net_block,
					list.count + 1);
		list.items[list.count++] = block;
	}
	freeaddrinfo(found);
	return list;
}

/* --- Postfix --- */

/* Runs postconf with the folder and the given arguments. */
static bool ask_postconf(const struct doctor *doctor, const char *const words[],
			 struct postfix_facts *facts, struct error *err)
{
	const char *argv[ARGUMENTS_MAX + 1] = {"postconf"};
	struct tool_output output;
	size_t used = 1;

	if (doctor->postfix_folder != NULL) {
		argv[used++] = "-c";
		argv[used++] = doctor->postfix_folder;
	}
	for (; *words != NULL && used < ARGUMENTS_MAX; words++)
		argv[used++] = *words;
	if (!tool_program(doctor->mem, argv, &output, err))
		return false;
	if (output.status != 0)
		return error_set(err, ERROR_INPUT, "%s",
				 text_escape(doctor->mem,
					     span_trim(span_of(output.text)),
					     ERROR_WORDS_MAX, true));
	postfix_facts_add(doctor->mem, output.text, facts);
	return true;
}

static bool read_postfix(const struct doctor *doctor,
			 struct postfix_facts *facts, struct error *err)
{
	static const char *const parameters[] = {"-x", NULL};
	static const char *const fields[] = {"-F", NULL};
	static const char *const options[] = {"-x", "-P", NULL};

	*facts = (struct postfix_facts){.count = 0};
	if (!ask_postconf(doctor, parameters, facts, err) ||
	    !ask_postconf(doctor, fields, facts, err) ||
	    !ask_postconf(doctor, options, facts, err))
		return false;
	postfix_facts_find_services(doctor->mem, facts);
	return true;
}

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

void doctor_check_postfix(struct doctor *doctor)
{
	struct postfix_facts facts;
	struct error err;

	doctor->findings->where = doctor->postfix_folder == NULL
				      ? "postconf"
				      : doctor->postfix_folder;
	if (!read_postfix(doctor, &facts, &err))
		report_no_postfix(doctor, &err);
	else
		postfix_judge(&facts, doctor->config, doctor_lookup,
			      doctor->findings);
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
		sendmail_judge(file, path, doctor->config, doctor_lookup,
			       doctor->findings);
	else if (doctor->sendmail_cf != NULL)
		finding_problem(doctor->findings, ERROR_INPUT, "sendmail",
				"name the sendmail.cf that Sendmail reads",
				"cannot be looked at: %s", err.words);
	else
		finding_note(doctor->findings, "sendmail", "not looked at: %s",
			     err.words);
}
