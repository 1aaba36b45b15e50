/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_sender.c - who the client was, and whom From names
 */
#include <string.h>

#include "lib/base/net.h"
#include "lib/explain/dossier.h"
#include "lib/mail/from.h"
#include "lib/store/store_path_read.h"

/* "a.example, b.example" */
static const char *join_names(TALLOC_CTX *mem, const struct text_list *names)
{
	const char *text = "";

	for (size_t i = 0; i < names->count; i++)
		text = mem_printf(mem, "%s%s%s", text, i == 0 ? "" : ", ",
				  names->items[i]);
	return text;
}

/* --- the client --- */

/* Why the address has no confirmed name. */
static void say_unconfirmed(struct dossier *dossier,
			    const struct net_address *address)
{
	char reverse[NET_REVERSE_TEXT];
	const char *name = net_address_reverse(address, reverse);
	const struct recorded_answer *answer =
	    recorded_dns_find(&dossier->dns, name, "PTR");

	if (answer == NULL)
		say(dossier, "Reverse DNS confirms no name for it.");
	else if (answer->records.count == 0)
		say(dossier, "Reverse DNS gives it no name (PTR %s: %s).", name,
		    recorded_status_words(answer));
	else if (auth_result_find(json_get_text(dossier->iprev, "result")) ==
		 AUTH_TEMPERROR)
		say(dossier,
		    "Reverse DNS names it %s, which could not be confirmed: "
		    "DNS did not answer.",
		    join_names(dossier->mem, &answer->records));
	else
		say(dossier,
		    "Reverse DNS names it %s, but no such name leads back to "
		    "the address, so it is not confirmed.",
		    join_names(dossier->mem, &answer->records));
}

static void say_session(struct dossier *dossier)
{
	const struct store_incident *incident = dossier->incident;
	struct json *client =
	    dossier_object(dossier->mem, dossier->more, "client");
	const char *cipher = json_get_text(client, "tls_cipher");

	if (dossier_text(incident->helo) == NULL)
		say(dossier, "It gave no HELO name.");
	else
		say(dossier, "It introduced itself (HELO) as %s.",
		    incident->helo);
	if (dossier_text(incident->tls_version) == NULL)
		say(dossier, "The session was not encrypted, or the MTA did "
			     "not tell.");
	else
		say(dossier, "The session was encrypted with %s%s%s.",
		    incident->tls_version, cipher == NULL ? "" : ", ",
		    cipher == NULL ? "" : cipher);
	if (json_get_flag(client, "authenticated"))
		say(dossier, "It had logged in as a user of this system.");
}

void explain_client(struct dossier *dossier)
{
	const struct store_incident *incident = dossier->incident;
	struct net_address address;

	dossier_step(dossier, "client", "Who sent it");
	if (strcmp(incident->client_ip, "unknown") == 0)
		say(dossier, "The client has no network address: it came "
			     "through a local socket.");
	else
		say(dossier, "The client was %s.", incident->client_ip);
	if (dossier_text(incident->client_name) != NULL)
		say(dossier,
		    "Its confirmed name is %s: reverse DNS names it so, and "
		    "that name leads back to the address.",
		    incident->client_name);
	else if (net_address_parse(incident->client_ip, &address))
		say_unconfirmed(dossier, &address);
	say_session(dossier);
	if (dossier->is_bounce)
		say(dossier, "The envelope sender (MAIL FROM) is empty, as in "
			     "bounces and other automatic mail.");
	else
		say(dossier, "The envelope sender (MAIL FROM) is %s.",
		    incident->mail_from);
}

/* --- From --- */

static void say_no_author(struct dossier *dossier, const struct json *from)
{
	static const char *const table[] = {
	    [AUTHOR_NO_FROM] =
		"Every message must have one From field; this one has none.",
	    [AUTHOR_SEVERAL_FROM] =
		"A message must have one From field; with several, one program "
		"checks the first and a reader sees the last.",
	    [AUTHOR_SEVERAL_DOMAINS] =
		"From names authors of several domains; DMARC judges one.",
	    [AUTHOR_NO_ADDRESS] = "From holds no address.",
	    [AUTHOR_UNPARSABLE] =
		"From is not written as RFC 5322 asks, so that two programs "
		"may read two different authors out of it.",
	    [AUTHOR_BAD_DOMAIN] = "The address in From ends in something that "
				  "cannot be a domain.",
	    [AUTHOR_TOO_LONG] = "From is longer than any honest one.",
	    [AUTHOR_OVER_LIMIT] =
		"The header has more fields or bytes than any honest one.",
	};
	const char *error = dossier->incident->author_error;
	const char *words = PHRASE(table, author_error_find(error), NULL);
	struct json *domains = dossier_list(dossier->mem, from, "domains");
	struct text_list names = {.count = json_count(domains)};

	say(dossier, "There is no single author domain: %s.", error);
	if (words != NULL)
		say(dossier, "%s", words);
	names.items = mem_array(dossier->mem, const char *, names.count);
	for (size_t i = 0; i < names.count; i++) {
		const char *domain = json_item_text(domains, i);
		names.items[i] = domain == NULL ? "-" : domain;
	}
	const char *text = join_names(dossier->mem, &names);
	if (*text != '\0')
		say(dossier, "The domains in it: %s.", text);
}

/* What is known of the way it came, as of today. */
static void say_path(struct dossier *dossier)
{
	const struct store_path_list *paths = dossier->today->paths;
	const struct store_incident *incident = dossier->incident;

	if (paths == NULL)
		return;
	const struct store_path_known *known = store_path_list_find(
	    paths, incident->client_ip, incident->client_name, dossier->author);
	if (known == NULL || known->path.days == 0)
		return;
	const struct store_path *path = &known->path;
	say(dossier,
	    "By way of %s, mail of %s passed on %u day%s: %u with aligned SPF, "
	    "%u by a signature alone; %u failed. %s: %s.",
	    known->name.client, known->name.subject, path->days,
	    path->days == 1 ? "" : "s", path->spf, path->dkim, path->failed,
	    known->lack == STORE_PATH_LACKS_NOTHING ? "The path has credit"
						    : "The path has no credit",
	    known->lack == STORE_PATH_LACKS_NOTHING
		? "its signatures also came directly, from another network"
		: store_path_lack_words(known->lack));
}

/* Whom of ours a reader may take the author for, whatever DMARC says. */
static void say_lookalike(struct dossier *dossier)
{
	if (dossier->lookalike == NULL)
		return;
	if (dossier->is_person_name)
		say(dossier,
		    "It bears the name of %s (protect.people), at an address "
		    "that is not known for that person.",
		    dossier->lookalike);
	else
		say(dossier,
		    "%s passes for %s, which is one of own.domains or "
		    "protect.names.",
		    dossier->author, dossier->lookalike);
}

void explain_from(struct dossier *dossier)
{
	struct json *from = dossier_object(dossier->mem, dossier->more, "from");
	struct json *fields = dossier_list(dossier->mem, from, "fields");

	dossier_step(dossier, "from", "Whom it claims to come from");
	for (size_t i = 0; i < json_count(fields); i++) {
		const char *text = json_item_text(fields, i);
		if (text != NULL)
			say(dossier, "From: %s", text);
	}
	if (dossier->author == NULL) {
		say_no_author(dossier, from);
		return;
	}
	say(dossier,
	    "There is exactly one author domain: %s. All that follows is about "
	    "this name.",
	    dossier->author);
	say_lookalike(dossier);
	say_path(dossier);
	if (json_get_flag(from, "malformed"))
		say(dossier,
		    "The field is malformed: its display name holds special "
		    "characters that RFC 5322 wants in quotes. Every way to "
		    "read it finds this one address.");
}
