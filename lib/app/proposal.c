/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proposal.c - overrides that known paths speak for, and what each would have
 * done
 * Tested by test_alignctl_propose.
 */
#include "lib/app/proposal.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/file_read.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/store/store_replay.h"

#define DAY_S 86400

/* --- which --- */

static bool has_credit(const struct store_path_known *known,
		       enum store_path_kind kind)
{
	return known->name.kind == kind &&
	       known->lack == STORE_PATH_LACKS_NOTHING;
}

static const char *name_of(TALLOC_CTX *mem,
			   const struct store_path_known *known)
{
	return known->name.kind == STORE_PATH_CLIENT
		   ? mem_printf(mem, "by way of %s", known->name.client)
		   : mem_printf(mem, "%s by way of %s", known->name.subject,
				known->name.client);
}

static bool is_there(const struct override_set *set, const char *name)
{
	for (size_t i = 0; set != NULL && i < set->count; i++) {
		if (strcmp(set->items[i].name, name) == 0)
			return true;
	}
	return false;
}

static const char *why_of(TALLOC_CTX *mem, const struct store_path_known *known)
{
	const struct store_path *path = &known->path;
	char day[CLOCK_TEXT];

	return mem_printf(
	    mem,
	    "alignctl paths: %" PRIu32 " messages since %s whose keys also "
	    "signed direct mail%s",
	    path->credit,
	    clock_day_text((int64_t)path->credit_first * DAY_S, day),
	    known->name.kind == STORE_PATH_CLIENT
		? mem_printf(mem, ", of %u organizations", path->orgs)
		: "");
}

static const char *end_of(TALLOC_CTX *mem, int64_t now_s)
{
	char day[CLOCK_TEXT];

	return mem_strdup(
	    mem, clock_day_text(now_s + (int64_t)PROPOSAL_DAYS * DAY_S, day));
}

/* A client without a confirmed name is a network. */
static bool draft_section(TALLOC_CTX *mem, struct proposal *proposal,
			  const char *owner, int64_t now_s, struct error *err)
{
	const struct store_path_known *known = proposal->known;
	bool is_network = strchr(known->name.client, '/') != NULL;
	bool is_forwarder = known->name.kind == STORE_PATH_CLIENT;
	struct override_draft *draft = override_draft_new(mem, proposal->name);

	if (!override_draft_set(draft, is_network ? "network" : "host",
				known->name.client, err) ||
	    (!is_forwarder &&
	     !override_draft_set(draft, "from",
				 mem_printf(mem, ".%s", known->name.subject),
				 err)) ||
	    !override_draft_set(
		draft, "reason",
		is_forwarder ? "trusted_forwarder" : "local_policy", err) ||
	    !override_draft_set(draft, "owner", owner, err) ||
	    !override_draft_set(draft, "why", why_of(mem, known), err) ||
	    !override_draft_set(draft, "until", end_of(mem, now_s), err))
		return false;
	proposal->section = override_draft_text(mem, draft);
	return true;
}

static bool add_proposal(TALLOC_CTX *mem, struct proposals *proposals,
			 const struct store_path_known *known,
			 const struct override_set *set, const char *owner,
			 int64_t now_s, size_t max, struct error *err)
{
	const char *name = name_of(mem, known);

	if (strlen(name) > LIMIT_OVERRIDE_NAME || is_there(set, name))
		return true;
	if (proposals->count == max) {
		proposals->left_out++;
		return true;
	}
	struct proposal *proposal = &proposals->items[proposals->count++];
	*proposal = (struct proposal){.name = name, .known = known};
	return draft_section(mem, proposal, owner, now_s, err);
}

/* Of the client's paths, which stand behind it; or the author's alone. */
static void name_earners(const struct store_path_list *list,
			 struct proposal *proposal)
{
	const struct store_path_known *known = proposal->known;
	const struct store_path_known *end = list->items + list->count;

	for (const struct store_path_known *at = known;
	     at < end && strcmp(at->name.client, known->name.client) == 0;
	     at++) {
		if (at->name.kind != STORE_PATH_AUTHOR || at->path.credit == 0)
			continue;
		if (proposal->earner_count == PROPOSAL_AUTHORS)
			proposal->unnamed += at->path.credit;
		else
			proposal->earners[proposal->earner_count++] =
			    (struct proposal_author){at->name.subject,
						     at->path.credit};
		if (known->name.kind == STORE_PATH_AUTHOR)
			return;
	}
}

/* Is its client proposed as a whole? It stands before its paths. */
static bool is_forwarded(const struct store_path_list *list,
			 const struct store_path_known *known)
{
	const struct store_path_known *at = known;

	while (at > list->items && at->name.kind != STORE_PATH_CLIENT)
		at--;
	return has_credit(at, STORE_PATH_CLIENT) &&
	       strcmp(at->name.client, known->name.client) == 0;
}

bool proposals_make(TALLOC_CTX *mem, const struct store_path_list *list,
		    const struct override_set *known, const char *owner,
		    int64_t now_s, size_t max, struct proposals *proposals,
		    struct error *err)
{
	static const enum store_path_kind kinds[] = {STORE_PATH_CLIENT,
						     STORE_PATH_AUTHOR};

	*proposals =
	    (struct proposals){.items = mem_array(mem, struct proposal, max)};
	for (size_t k = 0; k < COUNT_OF(kinds); k++) {
		for (size_t i = 0; i < list->count; i++) {
			const struct store_path_known *item = &list->items[i];
			if (!has_credit(item, kinds[k]) ||
			    (kinds[k] == STORE_PATH_AUTHOR &&
			     is_forwarded(list, item)))
				continue;
			if (!add_proposal(mem, proposals, item, known, owner,
					  now_s, max, err))
				return false;
		}
	}
	for (size_t i = 0; i < proposals->count; i++)
		name_earners(list, &proposals->items[i]);
	return true;
}

/* --- what each would have done --- */

struct trial {
	TALLOC_CTX *mem;
	struct proposals *proposals;
	struct config changed;
	struct replay_rules before;
	struct replay_rules after;
};

/* The overrides of the file with all proposals behind them: the first that
 * applies decides, and of two proposals one at most does. */
static bool read_overrides(struct trial *trial, const struct config *config,
			   struct override_set **set, struct error *err)
{
	const struct proposals *proposals = trial->proposals;
	struct override_file files[2] = {
	    {.path = "the overrides with the proposals"},
	    {.path = config->fleet_overrides_path},
	};
	size_t file_count = config->fleet_overrides_path == NULL ? 1 : 2;
	struct span file = {.length = 0};
	struct strbuf text;
	size_t bytes = 2;

	if (config->overrides_path != NULL &&
	    !file_read(trial->mem, config->overrides_path,
		       LIMIT_OVERRIDES_BYTES, &file, err))
		return false;
	if (file_count > 1 &&
	    !file_read(trial->mem, files[1].path, LIMIT_OVERRIDES_BYTES,
		       &files[1].bytes, err))
		return false;
	for (size_t i = 0; i < proposals->count; i++)
		bytes += strlen(proposals->items[i].section);
	strbuf_init(&text, trial->mem, file.length + bytes);
	if (file.length > 0)
		strbuf_add(&text, file.data, file.length);
	strbuf_add_text(&text, "\n");
	for (size_t i = 0; i < proposals->count; i++)
		strbuf_add_text(&text, proposals->items[i].section);
	files[0].bytes = span_of(strbuf_text(&text));
	return override_parse_files(trial->mem, files, file_count, set, err);
}

static bool make_rules(struct trial *trial, const struct config *config,
		       int64_t now_s, struct error *err)
{
	struct override_set *set;

	if (!read_overrides(trial, config, &set, err))
		return false;
	trial->changed = *config;
	trial->changed.overrides = set;
	trial->before = replay_rules(trial->mem, config, now_s);
	trial->after = replay_rules(trial->mem, &trial->changed, now_s);
	return true;
}

static bool is_about(const struct proposal *proposal,
		     const struct store_path_name *name)
{
	const struct store_path_name *wanted = &proposal->known->name;

	return strcmp(wanted->client, name->client) == 0 &&
	       (wanted->kind == STORE_PATH_CLIENT ||
		strcmp(wanted->subject, name->subject) == 0);
}

/* As enforce mode would; of a draw what most draws give. */
static bool decide_again(TALLOC_CTX *mem, const struct replay_rules *rules,
			 const struct store_tuple *tuple,
			 enum disposition *disposition)
{
	struct replay replay;

	if (!replay_tuple(mem, rules, tuple, false, &replay))
		return false;
	*disposition = replay.kept_percent >= 50 ? replay.kept.enforced
						 : replay.sampled_out.enforced;
	return true;
}

static void count_author(TALLOC_CTX *mem, struct proposal *proposal,
			 const char *domain, int64_t messages)
{
	for (size_t i = 0; i < proposal->author_count; i++) {
		if (strcmp(proposal->authors[i].domain, domain) == 0) {
			proposal->authors[i].messages += messages;
			return;
		}
	}
	if (proposal->author_count == PROPOSAL_AUTHORS)
		proposal->others += messages;
	else
		proposal->authors[proposal->author_count++] =
		    (struct proposal_author){mem_strdup(mem, domain), messages};
}

static void count_change(struct trial *trial, struct proposal *proposal,
			 int64_t messages, const struct store_tuple *tuple)
{
	TALLOC_CTX *mem = mem_context(NULL);
	enum disposition from;
	enum disposition to;

	if (decide_again(mem, &trial->before, tuple, &from) &&
	    decide_again(mem, &trial->after, tuple, &to) && from != to) {
		proposal->changed += messages;
		proposal->matrix[from][to] += messages;
		count_author(trial->mem, proposal, tuple->author_domain,
			     messages);
	}
	mem_free(mem);
}

static bool on_tuple(void *context, int64_t messages,
		     const struct store_tuple *tuple, struct error *err)
{
	struct trial *trial = context;
	struct proposals *proposals = trial->proposals;
	struct store_path_name name = {.kind = STORE_PATH_AUTHOR};

	(void)err;
	if (strcmp(tuple->dmarc_result, "pass") == 0 ||
	    !store_path_client(tuple->client_ip, tuple->client_name, &name))
		return true;
	if (!store_path_author(tuple->author_domain, &name))
		name.subject[0] = '\0';
	for (size_t i = 0; i < proposals->count; i++) {
		if (is_about(&proposals->items[i], &name))
			count_change(trial, &proposals->items[i], messages,
				     tuple);
	}
	return true;
}

bool proposals_try(TALLOC_CTX *mem, struct store_reader *reader,
		   const struct config *config, int64_t since_s, int64_t now_s,
		   struct proposals *proposals, struct error *err)
{
	struct trial trial = {.mem = mem, .proposals = proposals};
	struct store_replay *replay;

	if (proposals->count == 0)
		return true;
	if (!make_rules(&trial, config, now_s, err) ||
	    !store_replay_open(mem, reader, since_s, 0, &replay, err))
		return false;
	bool ok = store_replay_tuples(replay, on_tuple, &trial, err);
	mem_free(replay);
	return ok;
}
