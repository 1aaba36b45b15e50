/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conclude.c - what several lines of the old files decide together: whether
 * mail is refused, and whose
 * Tested by test_alignctl_import.
 */
#include "tools/import/translation.h"

#include <string.h>

/* A flag of OpenDMARC, no where it is not set; and the words for a comment. */
static bool flag_of(struct translation *translation, enum old_kind kind,
		    const char *name, const char **from)
{
	const struct old_line *line =
	    old_conf_find(translation->confs[kind], name);
	bool flag = false;

	*from = line == NULL
		    ? mem_printf(translation->mem, "%s, which is not set (%s)",
				 name, translation->paths[kind])
		    : translation_origin(translation->mem, line);
	return line != NULL && old_flag_read(line->value, &flag) && flag;
}

static void conclude_refusing(struct translation *translation, const char *from)
{
	const char *hold_from;
	const char *many_from;
	bool holds = flag_of(translation, OLD_OPENDMARC,
			     "HoldQuarantinedMessages", &hold_from);
	bool refuses_many = flag_of(translation, OLD_OPENDMARC,
				    "RejectMultiValueFrom", &many_from);

	translation_conclude(translation, "mode", "enforce", from);
	translation_conclude(translation, "policy.on_reject", "reject", from);
	translation_conclude(translation, "policy.on_quarantine",
			     holds ? "quarantine" : "none", hold_from);
	if (holds)
		translation_conclude(translation, "policy.quarantine_action",
				     "hold", hold_from);
	translation_conclude(translation, "policy.on_malformed", "reject",
			     many_from);
	translation_conclude(translation, "policy.on_temperror", "tempfail",
			     from);
	if (!refuses_many)
		translation_remark(
		    translation, OLD_QUESTION, OLD_OPENDMARC,
		    "RejectMultiValueFrom is not set",
		    "mail without a single author domain was let through "
		    "there and is refused here (policy.on_malformed), since "
		    "anybody could write a second address into From");
	translation_remark(
	    translation, OLD_REFUSED, OLD_OPENDMARC, "mail by way of lists",
	    "mail that fails p=reject and bears evidence of a mailing list is "
	    "held here, not refused (policy.indirect_mail)");
}

/* Some refusals of OpenDMARC's do not ask for RejectFailures. */
static void conclude_watching(struct translation *translation, const char *from)
{
	const char *many_from;
	const char *header_from;
	bool refuses_many = flag_of(translation, OLD_OPENDMARC,
				    "RejectMultiValueFrom", &many_from);
	bool refuses_headers = flag_of(translation, OLD_OPENDMARC,
				       "RequiredHeaders", &header_from);

	if (!refuses_many && !refuses_headers) {
		translation_conclude(translation, "mode", "monitor", from);
		return;
	}
	translation_conclude(translation, "mode", "enforce",
			     refuses_many ? many_from : header_from);
	translation_conclude(translation, "policy.on_malformed", "reject",
			     refuses_many ? many_from : header_from);
	translation_conclude(translation, "policy.on_reject", "none", from);
	translation_conclude(translation, "policy.on_quarantine", "none", from);
	translation_conclude(translation, "policy.indirect_mail", "none", from);
	translation_conclude(translation, "policy.on_temperror", "accept",
			     from);
}

/* Without a word of the fields that it believed, OpenDMARC refused. */
static void remark_evidence(struct translation *translation)
{
	translation_remark(
	    translation, OLD_REFUSED, OLD_OPENDMARC, "what SPF and DKIM found",
	    "it is found here in the message itself; OpenDMARC went by the "
	    "fields of its TrustedAuthservIDs, and refused a genuine signature "
	    "that none of them told of, such as OpenDKIM's of a client in its "
	    "PeerList or InternalHosts");
}

static void conclude_opendmarc(struct translation *translation)
{
	const char *from;

	if (flag_of(translation, OLD_OPENDMARC, "RejectFailures", &from))
		conclude_refusing(translation, from);
	else
		conclude_watching(translation, from);
	if (!flag_of(translation, OLD_OPENDMARC, "IgnoreAuthenticatedClients",
		     &from) &&
	    !translation_has(translation, "trust.authenticated"))
		translation_conclude(translation, "trust.authenticated",
				     "evaluate", from);
	remark_evidence(translation);
	translation_remark(
	    translation, OLD_REFUSED, OLD_OPENDMARC,
	    "which names belong together",
	    "relaxed alignment goes by the DNS (RFC 9989), where OpenDMARC "
	    "went by the public suffix list or by the names' beginnings; "
	    "alignctl compare shows a message by both");
}

/* Fail is the default of both HELO_reject and Mail_From_reject. */
static bool is_lenient(const struct old_conf *conf, const char *name)
{
	const struct old_line *line = old_conf_find(conf, name);
	bool is_clear;

	return line != NULL && translation_is_harmless(line, &is_clear);
}

static bool is_test_only(const struct old_conf *conf)
{
	const struct old_line *line = old_conf_find(conf, "TestOnly");

	if (line == NULL)
		line = old_conf_find(conf, "defaultSeedOnly");
	return (line != NULL && strcmp(line->value, "0") == 0) ||
	       (is_lenient(conf, "HELO_reject") &&
		is_lenient(conf, "Mail_From_reject"));
}

static void conclude_refusal_by_default(struct translation *translation,
					const char *name)
{
	const struct old_conf *conf = translation->confs[OLD_POLICYD_SPF];

	if (old_conf_find(conf, name) == NULL)
		translation_remark(
		    translation, OLD_REFUSED, OLD_POLICYD_SPF,
		    mem_printf(translation->mem,
			       "%s is not set: Fail is its default", name),
		    old_setting_named(OLD_POLICYD_SPF, name)->why);
}

static void conclude_policyd_spf(struct translation *translation)
{
	const struct old_conf *conf = translation->confs[OLD_POLICYD_SPF];
	bool watches = is_test_only(conf);

	conclude_refusal_by_default(translation, "HELO_reject");
	conclude_refusal_by_default(translation, "Mail_From_reject");
	if (translation_leader(translation) == OLD_POLICYD_SPF)
		translation_conclude(
		    translation, "mode", watches ? "monitor" : "enforce",
		    mem_printf(translation->mem,
			       "TestOnly, HELO_reject, Mail_From_reject (%s)",
			       translation->paths[OLD_POLICYD_SPF]));
}

static bool opendkim_refuses(const struct translation *translation)
{
	for (size_t i = 0; i < translation->note_count; i++) {
		if (translation->notes[i].fate == OLD_REFUSED)
			return true;
	}
	return false;
}

static void conclude_opendkim(struct translation *translation)
{
	bool refuses = opendkim_refuses(translation);

	if (translation_leader(translation) == OLD_OPENDKIM)
		translation_conclude(
		    translation, "mode", refuses ? "enforce" : "monitor",
		    mem_printf(translation->mem, "what %s refuses",
			       translation->paths[OLD_OPENDKIM]));
}

/* Where no list of clients was given, the daemon's own default. */
static void conclude_clients(struct translation *translation)
{
	static const char *const defaults[OLD_KINDS][2] = {
	    [OLD_OPENDMARC] = {"IgnoreHosts", "127.0.0.1"},
	    [OLD_OPENDKIM] = {"InternalHosts", "127.0.0.1"},
	    [OLD_POLICYD_SPF] = {"skip_addresses", "127.0.0.0/8"},
	};
	enum old_kind leader = translation_leader(translation);
	const char *name = defaults[leader][0];
	struct net_block blocks[2];
	struct net_list networks = {.items = blocks};
	struct error err;

	if (old_conf_find(translation->confs[leader], name) != NULL)
		return;
	if (net_block_parse(defaults[leader][1], &blocks[0], &err))
		networks.count = 1;
	if (leader == OLD_POLICYD_SPF &&
	    net_block_parse("::1", &blocks[1], &err))
		networks.count = 2;
	translation_networks(translation, &networks,
			     mem_printf(translation->mem,
					"%s, which is not set (%s)", name,
					translation->paths[leader]));
}

void translation_conclude_all(struct translation *translation)
{
	if (translation->confs[OLD_OPENDMARC] != NULL)
		conclude_opendmarc(translation);
	if (translation->confs[OLD_POLICYD_SPF] != NULL)
		conclude_policyd_spf(translation);
	if (translation->confs[OLD_OPENDKIM] != NULL)
		conclude_opendkim(translation);
	conclude_clients(translation);
}
