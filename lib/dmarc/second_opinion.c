/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * second_opinion.c - libopendmarc's answer on facts already decided
 *
 * The library gets the Author Domain and a canonical record only: its own
 * parser and alignment cut long tags, match prefixes and know no tree walk, so
 * nothing foreign may reach it. Strict alignment of equal names is what it
 * gets right.
 */
#include "lib/dmarc/second_opinion.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/types.h>

#include <opendmarc/dmarc.h>

#define RECORD_BYTES 96 /* the format below with its longest words */

/* The library copies its input, but declares none of it const. */
static u_char *bytes_of(const char *text)
{
	return (u_char *)text;
}

static DMARC_POLICY_T *context_new(const struct net_address *client)
{
	char text[NET_ADDRESS_TEXT];
	bool is_ipv6 = client->family == NET_IPV6;

	return opendmarc_policy_connect_init(
	    bytes_of(net_address_text(client, text)),
	    is_ipv6 ? DMARC_POLICY_IP_TYPE_IPV6 : DMARC_POLICY_IP_TYPE_IPV4);
}

static void store_record(DMARC_POLICY_T *context, const char *author,
			 enum request asked)
{
	char record[RECORD_BYTES];
	const char *word = request_text(asked);

	(void)snprintf(record, sizeof record,
		       "v=DMARC1; p=%s; sp=%s; adkim=s; aspf=s; pct=100", word,
		       word);
	(void)opendmarc_policy_store_dmarc(context, bytes_of(record),
					   bytes_of(author), NULL);
}

static void store_passes(DMARC_POLICY_T *context, const char *author,
			 bool is_dkim_aligned, bool is_spf_aligned)
{
	if (is_spf_aligned)
		(void)opendmarc_policy_store_spf(
		    context, bytes_of(author), DMARC_POLICY_SPF_OUTCOME_PASS,
		    DMARC_POLICY_SPF_ORIGIN_MAILFROM, NULL);
	if (is_dkim_aligned)
		(void)opendmarc_policy_store_dkim(
		    context, bytes_of(author), bytes_of("s"),
		    DMARC_POLICY_DKIM_OUTCOME_PASS, NULL);
}

static enum second_opinion opinion_of(OPENDMARC_STATUS_T status)
{
	switch (status) {
	case DMARC_POLICY_PASS:
		return SECOND_OPINION_PASS;
	case DMARC_POLICY_NONE:
		return SECOND_OPINION_NONE;
	case DMARC_POLICY_QUARANTINE:
		return SECOND_OPINION_QUARANTINE;
	case DMARC_POLICY_REJECT:
		return SECOND_OPINION_REJECT;
	default:
		return SECOND_OPINION_ERROR;
	}
}

/* A step that the library refuses, out of memory for one, needs no look of its
 * own: the last one then says that there is no policy, or no context. */
enum second_opinion second_opinion_ask(const struct net_address *client,
				       const char *author, enum request asked,
				       bool is_dkim_aligned,
				       bool is_spf_aligned)
{
	if (asked == REQUEST_ABSENT)
		return SECOND_OPINION_NOT_ASKED;
	DMARC_POLICY_T *context = context_new(client);
	store_record(context, author, asked);
	store_passes(context, author, is_dkim_aligned, is_spf_aligned);
	enum second_opinion opinion =
	    opinion_of(opendmarc_get_policy_to_enforce(context));
	(void)opendmarc_policy_connect_shutdown(context);
	return opinion;
}

bool second_opinion_agrees(enum second_opinion opinion, bool is_pass,
			   enum request asked)
{
	static const enum second_opinion failing[] = {
	    [REQUEST_ABSENT] = SECOND_OPINION_NOT_ASKED,
	    [REQUEST_NONE] = SECOND_OPINION_NONE,
	    [REQUEST_QUARANTINE] = SECOND_OPINION_QUARANTINE,
	    [REQUEST_REJECT] = SECOND_OPINION_REJECT,
	};

	if (opinion == SECOND_OPINION_NOT_ASKED)
		return true;
	return opinion == (is_pass ? SECOND_OPINION_PASS : failing[asked]);
}

const char *second_opinion_text(enum second_opinion opinion)
{
	static const char *const words[] = {
	    [SECOND_OPINION_NOT_ASKED] = "not_asked",
	    [SECOND_OPINION_PASS] = "pass",
	    [SECOND_OPINION_NONE] = "none",
	    [SECOND_OPINION_QUARANTINE] = "quarantine",
	    [SECOND_OPINION_REJECT] = "reject",
	    [SECOND_OPINION_ERROR] = "error",
	};

	return words[opinion];
}
