/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_sender.c - who the client was, and whom From names
 */
#include <string.h>

#include "lib/base/net.h"
#include "lib/explain/dossier.h"

/* --- the client --- */

/* What the PTR record names, as a list: "a.example, b.example". */
static const char *names_text(const struct dossier *dossier,
			      const struct recorded_answer *answer)
{
	const char *text = "";

	for (size_t i = 0; i < answer->records.count; i++)
		text = mem_printf(dossier->mem, "%s%s%s", text,
				  i == 0 ? "" : ", ", answer->records.items[i]);
	return text;
}

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
	else if (dossier_is(dossier->iprev, "result", "temperror"))
		say(dossier,
		    "Reverse DNS names it %s, which could not be confirmed: "
		    "DNS did not answer.",
		    names_text(dossier, answer));
	else
		say(dossier,
		    "Reverse DNS names it %s, but no such name leads back to "
		    "the address, so it is not confirmed.",
		    names_text(dossier, answer));
}

static void say_reverse(struct dossier *dossier)
{
	const struct store_incident *incident = dossier->incident;
	struct net_address address;

	if (dossier_text(incident->client_name) != NULL)
		say(dossier,
		    "Its confirmed name is %s: reverse DNS names it so, and "
		    "that name leads back to the address.",
		    incident->client_name);
	else if (net_address_parse(incident->client_ip, &address))
		say_unconfirmed(dossier, &address);
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

	dossier_step(dossier, "client", "Who sent it");
	if (strcmp(incident->client_ip, "unknown") == 0)
		say(dossier, "The client has no network address: it came "
			     "through a local socket.");
	else
		say(dossier, "The client was %s.", incident->client_ip);
	say_reverse(dossier);
	say_session(dossier);
	if (strcmp(incident->mail_from, "<>") == 0)
		say(dossier, "The envelope sender (MAIL FROM) is empty, as in "
			     "bounces and other automatic mail.");
	else
		say(dossier, "The envelope sender (MAIL FROM) is %s.",
		    incident->mail_from);
}

/* --- From --- */

/* What an author_error (lib/mail/from.h) means. */
static const char *author_error_words(const char *error)
{
	static const struct phrase table[] = {
	    {"no From field", "Every message must have one From field; this "
			      "one has none."},
	    {"several From fields",
	     "A message must have one From field; with several, one program "
	     "checks the first and a reader sees the last."},
	    {"several author domains",
	     "From names authors of several domains; DMARC judges one."},
	    {"no address in From", "From holds no address."},
	    {"unreadable From field",
	     "From is not written as RFC 5322 asks, so that two programs may "
	     "read two different authors out of it."},
	    {"From domain is no DNS name",
	     "The address in From ends in something that cannot be a domain."},
	    {"From field too long", "From is longer than any honest one."},
	    {"message past a header limit",
	     "The header has more fields or bytes than any honest one."},
	    {NULL, NULL},
	};

	return phrase(table, error, "");
}

static void say_fields(struct dossier *dossier, const struct json *from)
{
	struct json *fields = dossier_list(dossier->mem, from, "fields");

	for (size_t i = 0; i < json_count(fields); i++) {
		const char *text = json_item_text(fields, i);
		if (text != NULL)
			say(dossier, "From: %s", text);
	}
}

static void say_domains(struct dossier *dossier, const struct json *from)
{
	struct json *domains = dossier_list(dossier->mem, from, "domains");
	const char *text = "";

	for (size_t i = 0; i < json_count(domains); i++) {
		const char *domain = json_item_text(domains, i);
		text =
		    mem_printf(dossier->mem, "%s%s%s", text, i == 0 ? "" : ", ",
			       domain == NULL ? "-" : domain);
	}
	if (*text != '\0')
		say(dossier, "The domains in it: %s.", text);
}

void explain_from(struct dossier *dossier)
{
	const char *error = dossier->incident->author_error;
	struct json *from = dossier_object(dossier->mem, dossier->more, "from");

	dossier_step(dossier, "from", "Whom it claims to come from");
	say_fields(dossier, from);
	if (dossier->author != NULL) {
		say(dossier,
		    "There is exactly one author domain: %s. All that follows "
		    "is about this name.",
		    dossier->author);
		if (json_get_flag(from, "malformed"))
			say(dossier,
			    "The field is malformed: its display name holds "
			    "special characters that RFC 5322 wants in quotes. "
			    "Every way to read it finds this one address.");
		return;
	}
	say(dossier, "There is no single author domain: %s.", error);
	if (*author_error_words(error) != '\0')
		say(dossier, "%s", author_error_words(error));
	say_domains(dossier, from);
}
