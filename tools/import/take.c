/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * take.c - settings of the old daemons that become settings here
 *
 * One take_*() takes one line.
 * Tested by test_alignctl_import.
 */
#include "tools/import/translation.h"

#include <string.h>

#define TIMEOUT_MAX_S 30  /* of dns.timeout */
#define BUDGET_MAX_S 60	  /* of dns.budget */
#define SIGNATURES_MAX 20 /* of dkim.max_signatures */
#define RSA_BITS_MIN 1024 /* of dkim.min_rsa_bits */
#define RSA_BITS_MAX 4096 /* likewise */
#define OLD_NUMBER_MAX 1000000000

typedef void taker(struct translation *translation,
		   const struct old_line *line);

/* --- lists --- */

struct old_list *translation_list(struct translation *translation,
				  const struct old_line *line,
				  enum old_kind kind, enum old_list_form form,
				  bool is_hole)
{
	struct old_list *list = mem_new(translation->mem, struct old_list);
	struct error err;

	if (!old_list_read(translation->mem, translation->confs[kind], line,
			   form, list, &err)) {
		/* An entry behind may take out what one before lets in. */
		if (list->count == 0)
			is_hole = false;
		translation_fault(translation, line, err.words, is_hole);
	}
	return list;
}

static struct text_list texts_of(TALLOC_CTX *mem, const struct old_list *list)
{
	struct text_list texts = {
	    .items = mem_array(mem, const char *, list->count)};

	for (size_t i = 0; i < list->count; i++)
		texts.items[texts.count++] = list->items[i].text;
	return texts;
}

/* An override's "host" matches a name and all below it. Names that had a dot in
 * front are that; a name alone was one host, and its customers or users may
 * name those below it. */
static void take_names(struct translation *translation,
		       const struct old_line *line,
		       const struct old_hosts *hosts)
{
	const struct translated_scope below = {.line = line,
					       .kind = "host",
					       .items = &hosts->above,
					       .reason = "local_policy"};
	const struct translated_scope alone = {
	    .line = line,
	    .kind = "host",
	    .items = &hosts->names,
	    .reason = "local_policy",
	    .question = "a host name stood for that one host, and an override "
			"by host matches all names below it as well; "
			"overrides.conf has it as a comment, for names whose "
			"hosts are all yours"};

	if (hosts->above.count > 0)
		translation_override(translation, &below);
	if (hosts->names.count > 0)
		translation_override(translation, &alone);
}

/* Of policyd-spf's lists of clients InternalHosts alone has names. */
static void refuse_names(struct translation *translation,
			 const struct old_line *line,
			 const struct old_hosts *hosts)
{
	const struct text_list *const lists[] = {&hosts->names, &hosts->above};

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		if (lists[i]->count == 0)
			continue;
		translation_fault(
		    translation, line,
		    mem_printf(translation->mem,
			       "policyd-spf takes addresses and networks here; "
			       "%.100s and all other names let nobody in",
			       lists[i]->items[0]),
		    false);
		return;
	}
}

/* The clients that a daemon left alone; `has_names`: names as well. */
static void take_clients(struct translation *translation,
			 const struct old_line *line, enum old_kind kind,
			 enum old_list_form form, bool has_names)
{
	if (kind != translation_leader(translation)) {
		translation_note(
		    translation, OLD_QUESTION, line,
		    mem_printf(translation->mem,
			       "%s judged the mail of these clients; in "
			       "trust.networks nobody would",
			       old_kind_text(translation_leader(translation))));
		return;
	}
	size_t notes = translation->note_count;
	const struct old_hosts *hosts = old_hosts_sort(
	    translation->mem,
	    translation_list(translation, line, kind, form, true));
	translation_faults(translation, &hosts->faults);
	translation_networks(
	    translation, &hosts->networks,
	    mem_printf(translation->mem, "%s%s",
		       translation_origin(translation->mem, line),
		       translation->note_count == notes
			   ? ""
			   : ", as far as it could be read"));
	if (has_names)
		take_names(translation, line, hosts);
	else
		refuse_names(translation, line, hosts);
}

/* --- what all three have --- */

static void take_authserv_id(struct translation *translation,
			     const struct old_line *line)
{
	if (text_equals_nocase(line->value, "HOSTNAME"))
		translation_note(translation, OLD_NOT_NEEDED, line,
				 "the name of the host is the default");
	else
		(void)translation_set(translation, line, "authserv_id",
				      line->value);
}

static void take_facility(struct translation *translation,
			  const struct old_line *line)
{
	char *name = mem_strdup(translation->mem, line->value);

	text_lower(name);
	(void)translation_set(translation, line, "log.facility", name);
}

static bool read_number(struct translation *translation,
			const struct old_line *line, long *number)
{
	if (text_number(span_of(line->value), 0, OLD_NUMBER_MAX, number))
		return true;
	translation_fault(translation, line, "no number",
			  line->setting->narrows);
	return false;
}

/* A number within what the setting takes; `unit` stands behind it. */
static void take_within(struct translation *translation,
			const struct old_line *line, long min, long max,
			const char *unit)
{
	const char *target = line->setting->target;
	long number;

	if (!read_number(translation, line, &number))
		return;
	long kept = number < min ? min : number > max ? max : number;
	if (translation_set(
		translation, line, target,
		mem_printf(translation->mem, "%ld%s", kept, unit)) &&
	    kept != number)
		translation_note(translation, OLD_NOT_NEEDED, line,
				 mem_printf(translation->mem,
					    "%s is from %ld%s to %ld%s", target,
					    min, unit, max, unit));
}

/* 0 waited for ever. */
static void take_timeout(struct translation *translation,
			 const struct old_line *line)
{
	long seconds;

	if (text_number(span_of(line->value), 0, 0, &seconds))
		translation_note(translation, OLD_NO_EQUAL, line,
				 "no question is waited for without end; "
				 "dns.timeout stays as it is");
	else
		take_within(translation, line, 1, TIMEOUT_MAX_S, "s");
}

/* --- OpenDMARC --- */

static void take_ignore_hosts(struct translation *translation,
			      const struct old_line *line)
{
	take_clients(translation, line, OLD_OPENDMARC, OLD_LIST_FILE, true);
}

static void take_authenticated(struct translation *translation,
			       const struct old_line *line)
{
	bool is_ignored;

	if (!old_flag_read(line->value, &is_ignored))
		translation_fault(translation, line, "neither yes nor no",
				  false);
	else
		(void)translation_set(translation, line, "trust.authenticated",
				      is_ignored ? "skip" : "evaluate");
}

static void take_sealers(struct translation *translation,
			 const struct old_line *line, enum old_list_form form)
{
	const struct old_list *list =
	    translation_list(translation, line, OLD_OPENDMARC, form, false);

	for (size_t i = 0; i < list->count; i++)
		(void)translation_add(translation, line, "trust.arc_sealers",
				      list->items[i].text);
}

static void take_sealer_list(struct translation *translation,
			     const struct old_line *line)
{
	take_sealers(translation, line, OLD_LIST_COMMAS);
}

static void take_sealer_file(struct translation *translation,
			     const struct old_line *line)
{
	take_sealers(translation, line, OLD_LIST_FILE);
}

/* "rejected, see %s" is written "rejected, see {domain}". */
static void take_reject_string(struct translation *translation,
			       const struct old_line *line)
{
	const char *place = strstr(line->value, "%s");

	if (place == NULL)
		(void)translation_set(translation, line, "policy.reply_text",
				      line->value);
	else
		(void)translation_set(translation, line, "policy.reply_text",
				      mem_printf(translation->mem,
						 "%.*s{domain}%s",
						 (int)(place - line->value),
						 line->value, place + 2));
}

/* They are read at the end, together; here only whether they can be. */
static void take_flag(struct translation *translation,
		      const struct old_line *line)
{
	bool unused;

	if (!old_flag_read(line->value, &unused))
		translation_fault(translation, line, "neither yes nor no",
				  line->setting->narrows);
}

/* --- OpenDKIM --- */

static void take_peers(struct translation *translation,
		       const struct old_line *line)
{
	take_clients(translation, line, OLD_OPENDKIM, OLD_LIST_DATASET, true);
}

static void take_max_signatures(struct translation *translation,
				const struct old_line *line)
{
	take_within(translation, line, 1, SIGNATURES_MAX, "");
}

static void take_key_bits(struct translation *translation,
			  const struct old_line *line)
{
	long bits;

	if (text_number(span_of(line->value), RSA_BITS_MAX + 1, OLD_NUMBER_MAX,
			&bits))
		translation_fault(translation, line,
				  "dkim.min_rsa_bits goes up to 4096; shorter "
				  "keys than that would count again",
				  true);
	else
		take_within(translation, line, RSA_BITS_MIN, RSA_BITS_MAX, "");
}

static void take_minimum(struct translation *translation,
			 const struct old_line *line)
{
	(void)translation_set(translation, line, "dkim.partial_body", "ignore");
}

static void take_nameservers(struct translation *translation,
			     const struct old_line *line)
{
	const struct old_list *list = translation_list(
	    translation, line, OLD_OPENDKIM, OLD_LIST_COMMAS, false);

	for (size_t i = 0; i < list->count; i++)
		(void)translation_add(translation, line, "dns.servers",
				      list->items[i].text);
}

static void take_removed_ids(struct translation *translation,
			     const struct old_line *line)
{
	const struct old_list *list = translation_list(
	    translation, line, OLD_OPENDKIM, OLD_LIST_DATASET, false);

	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i].text;
		if (*name == '.' || *name == '*')
			translation_fault(translation, line,
					  "trust.authserv_ids has whole names, "
					  "none with all below",
					  false);
		else if (!text_equals_nocase(name, "HOSTNAME"))
			(void)translation_add(translation, line,
					      "trust.authserv_ids", name);
	}
}

/* --- policyd-spf --- */

static void take_internal(struct translation *translation,
			  const struct old_line *line)
{
	take_clients(translation, line, OLD_POLICYD_SPF, OLD_LIST_DATASET,
		     true);
}

static void take_skipped(struct translation *translation,
			 const struct old_line *line)
{
	take_clients(translation, line, OLD_POLICYD_SPF, OLD_LIST_DATASET,
		     false);
}

/* Forwarders whose mail SPF was not asked about. Where OpenDMARC judged it all
 * the same, to let it in is a question. */
static void take_forwarders(struct translation *translation,
			    const struct old_line *line, const char *kind,
			    const struct text_list *items)
{
	bool is_leader = translation_leader(translation) == OLD_POLICYD_SPF;
	const struct translated_scope scope = {
	    .line = line,
	    .kind = kind,
	    .items = items,
	    .reason = "trusted_forwarder",
	    .question =
		!is_leader
		    ? "it spared them SPF, and OpenDMARC judged them all the "
		      "same; overrides.conf has the override as a comment"
		: line->setting->fate == OLD_QUESTION ? line->setting->why
						      : NULL,
	};

	if (items->count > 0)
		translation_override(translation, &scope);
	else
		translation_note(translation, OLD_NOT_NEEDED, line,
				 "nothing of the list can be taken, so that it "
				 "lets nobody in");
}

static void take_whitelist(struct translation *translation,
			   const struct old_line *line)
{
	const struct old_hosts *hosts =
	    old_hosts_sort(translation->mem,
			   translation_list(translation, line, OLD_POLICYD_SPF,
					    OLD_LIST_COMMAS, true));
	struct text_list networks = {.items = mem_array(translation->mem,
							const char *,
							hosts->networks.count)};
	char text[NET_BLOCK_TEXT];

	translation_faults(translation, &hosts->faults);
	refuse_names(translation, line, hosts);
	for (size_t i = 0; i < hosts->networks.count; i++)
		networks.items[networks.count++] =
		    mem_strdup(translation->mem,
			       net_block_text(&hosts->networks.items[i], text));
	take_forwarders(translation, line, "network", &networks);
}

static void take_named_forwarders(struct translation *translation,
				  const struct old_line *line, const char *kind)
{
	struct text_list names =
	    texts_of(translation->mem,
		     translation_list(translation, line, OLD_POLICYD_SPF,
				      OLD_LIST_COMMAS, false));

	take_forwarders(translation, line, kind, &names);
}

static void take_host_whitelist(struct translation *translation,
				const struct old_line *line)
{
	take_named_forwarders(translation, line, "host");
}

static void take_domain_whitelist(struct translation *translation,
				  const struct old_line *line)
{
	take_named_forwarders(translation, line, "spf");
}

static void take_lookup_time(struct translation *translation,
			     const struct old_line *line)
{
	take_within(translation, line, 1, BUDGET_MAX_S, "s");
}

static void take_void_limit(struct translation *translation,
			    const struct old_line *line)
{
	take_within(translation, line, 0, 10, "");
}

static void take_test_only(struct translation *translation,
			   const struct old_line *line)
{
	long unused;

	(void)read_number(translation, line, &unused);
}

/* --- the tables --- */

struct taking {
	const char *name;
	taker *take;
};

static const struct taking from_opendmarc[] = {
    {"AuthservID", take_authserv_id},
    {"DNSTimeout", take_timeout},
    {"DomainWhitelist", take_sealer_list},
    {"DomainWhitelistFile", take_sealer_file},
    {"HoldQuarantinedMessages", take_flag},
    {"IgnoreAuthenticatedClients", take_authenticated},
    {"IgnoreHosts", take_ignore_hosts},
    {"RejectFailures", take_flag},
    {"RejectMultiValueFrom", take_flag},
    {"RejectString", take_reject_string},
    {"SyslogFacility", take_facility},
    {NULL, NULL},
};

static const struct taking from_opendkim[] = {
    {"AuthservID", take_authserv_id},
    {"DNSTimeout", take_timeout},
    {"InternalHosts", take_peers},
    {"MaximumSignaturesToVerify", take_max_signatures},
    {"Minimum", take_minimum},
    {"MinimumKeyBits", take_key_bits},
    {"Nameservers", take_nameservers},
    {"PeerList", take_peers},
    {"RemoveARFrom", take_removed_ids},
    {"SyslogFacility", take_facility},
    {NULL, NULL},
};

static const struct taking from_policyd_spf[] = {
    {"Authserv_Id", take_authserv_id},
    {"Domain_Whitelist", take_domain_whitelist},
    {"Domain_Whitelist_PTR", take_host_whitelist},
    {"HELO_Whitelist", take_host_whitelist},
    {"InternalHosts", take_internal},
    {"Lookup_Time", take_lookup_time},
    {"TestOnly", take_test_only},
    {"Void_Limit", take_void_limit},
    {"Whitelist", take_whitelist},
    {"defaultSeedOnly", take_test_only},
    {"skip_addresses", take_skipped},
    {NULL, NULL},
};

static const struct taking *const takings[OLD_KINDS] = {
    [OLD_OPENDMARC] = from_opendmarc,
    [OLD_OPENDKIM] = from_opendkim,
    [OLD_POLICYD_SPF] = from_policyd_spf,
};

void translation_take(struct translation *translation, enum old_kind kind,
		      const struct old_line *line)
{
	const struct taking *taking = takings[kind];

	while (taking->name != NULL &&
	       strcmp(taking->name, line->setting->name) != 0)
		taking++;
	if (taking->take != NULL)
		taking->take(translation, line);
	else /* a row that says "taken" and has no taker: told, never lost */
		translation_fault(translation, line, "not taken",
				  line->setting->narrows);
}
