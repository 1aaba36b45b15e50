/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key.c - alignctl report key: the key that signs reports, and its record
 *
 * A key is made once and never written over: the next one has a selector and a
 * file of its own, so that mail under way still verifies.
 * Tested by test_alignctl_report_key.
 */
#include "tools/report/key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/domain.h"
#include "lib/base/secret_file.h"
#include "lib/report/send/sign_key.h"
#include "lib/show/show.h"
#include "tools/report/actions.h"

#define KEY_BYTES_MAX 32768

/* --- which key is meant --- */

static bool find_domain(const struct report_settings *settings,
			struct error *err)
{
	return *settings->from != '\0' ||
	       error_set(err, ERROR_CONFIG,
			 "report.from is empty: set the address that reports "
			 "come from; its domain is the one that signs");
}

static bool find_selector(const struct report_settings *settings,
			  const char *given, const char **selector,
			  struct error *err)
{
	*selector = given != NULL ? given : settings->sign_selector;
	if (**selector == '\0')
		return error_set(err, ERROR_CONFIG,
				 "report.sign_selector is empty: set it, or "
				 "name a selector, such as reports");
	return domain_is_valid(*selector) ||
	       error_set(err, ERROR_USAGE,
			 "\"%.80s\" is no selector (allowed: a name in "
			 "lower-case A-labels)",
			 *selector);
}

/* Beside the key in use; where there is none, beside the configuration. */
static const char *place_of(TALLOC_CTX *mem, const struct config *config,
			    const char *selector)
{
	const char *beside = *config->report.sign_key != '\0'
				 ? config->report.sign_key
				 : config->path;

	return mem_printf(
	    mem, "%s/%s.pem",
	    text_folder(mem, beside == NULL ? CONFIG_PATH : beside), selector);
}

bool report_key_find(TALLOC_CTX *mem, const struct config *config,
		     const char *selector, const char *file,
		     struct report_key *key, struct error *err)
{
	const struct report_settings *settings = &config->report;
	struct report_key found = {.settings = *settings};

	if (!find_domain(settings, err) ||
	    !find_selector(settings, selector, &found.selector, err))
		return false;
	bool is_same = strcmp(found.selector, settings->sign_selector) == 0;
	if (file != NULL)
		found.path = file;
	else if (is_same && *settings->sign_key != '\0')
		found.path = settings->sign_key;
	else
		found.path = place_of(mem, config, found.selector);
	found.is_in_use =
	    is_same && strcmp(found.path, settings->sign_key) == 0;
	found.domain = report_signing_domain(settings);
	found.name =
	    mem_printf(mem, "%s._domainkey.%s", found.selector, found.domain);
	found.settings.sign_selector = found.selector;
	found.settings.sign_key = found.path;
	*key = found;
	return true;
}

/* --- what the DNS has --- */

bool report_key_check(TALLOC_CTX *mem, const struct engine *engine,
		      const struct report_key *key,
		      struct report_alignment *alignment, struct error *err)
{
	struct report_signer *signer;

	return report_signer_open(mem, &key->settings, engine->evaluator.clock,
				  &signer, err) &&
	       report_signature_alignment(mem, engine, &key->settings, signer,
					  alignment, err);
}

/* --- what it says --- */

/* What is to be done next, with this key. */
static const char *next_step(TALLOC_CTX *mem, const struct report_key *key,
			     const struct report_settings *settings,
			     enum report_alignment_level level)
{
	const char *old = settings->sign_selector;

	if (level == REPORT_ALIGNMENT_OPEN)
		return "run this again when the DNS answers";
	if (level == REPORT_NOT_ALIGNED)
		return mem_printf(
		    mem,
		    "publish the record above, then run: alignctl "
		    "report key %s",
		    key->selector);
	if (key->is_in_use)
		return "nothing: reports are signed with it";
	const char *set = mem_printf(
	    mem,
	    "set report.sign_selector = \"%s\" and report.sign_key = "
	    "\"%s\"; the next run of report send signs with it",
	    key->selector, key->path);
	if (*old == '\0' || strcmp(old, key->selector) == 0)
		return set;
	return mem_printf(mem,
			  "%s. Keep the old record, and then run: alignctl "
			  "report key --retire %s",
			  set, old);
}

static const char *level_text(enum report_alignment_level level)
{
	static const char *const texts[] = {
	    [REPORT_ALIGNED] = "yes",
	    [REPORT_ALIGNMENT_OPEN] = "unknown",
	    [REPORT_NOT_ALIGNED] = "no",
	};

	return texts[level];
}

static void tell_key(struct tool *tool, const struct report_key *key,
		     const struct sign_key_public *public,
		     const struct report_alignment *alignment,
		     const struct report_settings *settings, bool is_new)
{
	struct show *show = show_new(tool->mem);
	char *zone = sign_key_zone_line(show, key->name, public->record);

	show_line(show, "%s%s", key->path, is_new ? ": made" : "");
	show_data(show, "file", value_text(key->path));
	show_data(show, "made", value_flag(is_new));
	show_put(show, "type", "key",
		 value_words(value_text(public->type),
			     mem_printf(show, "%s, %d bits", public->type,
					public->bits)));
	show_data(show, "bits", value_number(public->bits));
	show_put(show, "selector", "selector", value_text(key->selector));
	show_put(show, "domain", "domain", value_text(key->domain));
	show_put(show, "in_use", "in use", value_flag(key->is_in_use));
	show_put(
	    show, "published", "published",
	    value_words(value_text(level_text(alignment->level)),
			mem_printf(show, "%s: %s", level_text(alignment->level),
				   alignment->found)));
	show_data(show, "found", value_text(alignment->found));
	show_data(show, "name", value_text(key->name));
	show_data(show, "record", value_text(public->record));
	show_data(show, "zone", value_text(zone));
	show_line(show, "The record, as a line of a zone file:");
	show_line(show, "%s", zone);
	show_put(show, "next", "next",
		 value_text(next_step(show, key, settings, alignment->level)));
	show_write(stdout, tool_form(tool), show);
}

/* --- the action --- */

static bool make_key(struct tool *tool, const struct report_key *key,
		     struct error *err)
{
	const char *name = tool_value(tool, "--type");
	enum sign_key_type type = SIGN_KEY_RSA;
	struct span pem;
	bool is_new;

	if (name != NULL && !sign_key_type_find(name, &type))
		return error_set(err, ERROR_USAGE,
				 "--type: no such key (allowed: rsa, ed25519)");
	if (!sign_key_make(tool->mem, type, &pem, err) ||
	    !secret_file_make(key->path, pem, SECRET_FILE_SENDER, &is_new, err))
		return false;
	return is_new ||
	       error_set(err, ERROR_INPUT,
			 "%.120s is there, and no key is written over: the "
			 "next one needs a selector of its own (alignctl "
			 "report key --make SELECTOR)",
			 key->path);
}

/* What reading it would say is "No such file", and not how to come by one. */
static bool check_made(const struct report_key *key, struct error *err)
{
	if (access(key->path, F_OK) == 0 || errno != ENOENT)
		return true;
	return error_set(err, ERROR_CONFIG,
			 "there is no key at %.120s yet; alignctl report key "
			 "--make makes one there and shows its record",
			 key->path);
}

static int show_key(struct tool *tool, const struct engine *engine,
		    const struct report_key *key, bool is_new)
{
	const struct secret_file secret = {.name = "report.sign_key",
					   .path = key->path,
					   .user = SECRET_FILE_SENDER};
	struct report_alignment alignment;
	struct sign_key_public public;
	struct span pem;
	struct error err;

	if (!check_made(key, &err) ||
	    !secret_file_read(tool->mem, &secret, KEY_BYTES_MAX, &pem, &err) ||
	    !sign_key_read(tool->mem, key->path, pem, &public, &err) ||
	    !report_key_check(tool->mem, engine, key, &alignment, &err))
		return tool_fail(&err);
	if (key->is_in_use)
		report_key_keep(tool, key);
	tell_key(tool, key, &public, &alignment, &engine->config->report,
		 is_new);
	return TOOL_DONE;
}

static int act(struct tool *tool, const struct engine *engine,
	       const char *selector)
{
	bool is_making = tool_has(tool, "--make");
	struct report_key key;
	struct error err;

	if (!report_key_find(tool->mem, engine->config, selector,
			     tool_value(tool, "--file"), &key, &err))
		return tool_fail(&err);
	if (tool_has(tool, "--retire"))
		return report_key_retire(tool, engine, &key);
	if (is_making && !make_key(tool, &key, &err))
		return tool_fail(&err);
	return show_key(tool, engine, &key, is_making);
}

static int run_key(struct tool *tool)
{
	bool names_one = tool->operands.count > 1;
	struct engine *engine;
	struct error err;

	if (tool_has(tool, "--make") && tool_has(tool, "--retire"))
		return tool_usage(tool, "report key: --make or --retire, not "
					"both");
	if (tool_has(tool, "--type") && !tool_has(tool, "--make"))
		return tool_usage(tool, "report key: --type goes with --make");
	if (tool_has(tool, "--retire") && !names_one)
		return tool_usage(tool,
				  "report key --retire: name the selector");
	if (!tool_engine(tool, &engine, &err))
		return tool_fail(&err);
	int status =
	    act(tool, engine, names_one ? tool->operands.items[1] : NULL);
	engine_unref(engine);
	return status;
}

static const char *const options[] = {"--file",	  "--json", "--make",
				      "--retire", "--type", NULL};

const struct tool_action report_action_key = {
    .name = "key",
    .operands_max = 1,
    .options = options,
    .run = run_key,
};
