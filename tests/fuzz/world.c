/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - a message and the DNS around it, drawn from bytes
 */
#include "tests/fuzz/world.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/base/text.h"
#include "tests/unit/sign.h"

#define ROOM ((size_t)1024 * 1024)
#define OWN_SERVER "192.0.2.10"
#define STRANGER "203.0.113.66"
#define MAX_CHANGES 4

/* The bytes left to choose by; zeroes when there are none. */
struct choices {
	const uint8_t *bytes;
	size_t left;
};

static unsigned choose(struct choices *choices, unsigned limit)
{
	if (choices->left == 0)
		return 0;
	choices->left--;
	return *choices->bytes++ % limit;
}

#define PICK(choices, list)                                                    \
	((list)[choose((choices), sizeof(list) / sizeof(list)[0])])

/* -- those who are protected --------------------------------------------- */

/* What stands in From, and whose key and servers may speak for it. */
struct domain {
	const char *name;
	const char *wire; /* as the zone has it */
	const char *signs;
};

static const struct domain domains[] = {
    {"victim.test", "victim.test", "victim.test"},
    {"mail.victim.test", "mail.victim.test", "victim.test"},
    {"nowhere.victim.test", "nowhere.victim.test", "victim.test"},
    {"strict.test", "strict.test", "strict.test"},
    {"VICTIM.test", "victim.test", "victim.test"},
    {"b\xc3\xbc"
     "cher.test",
     "xn--bcher-kva.test", "xn--bcher-kva.test"},
};

static const char protected_zone[] =
    "$ORIGIN .\n$TTL 300\n"
    "victim.test. TXT \"v=spf1 ip4:192.0.2.10 include:_spf.victim.test "
    "-all\"\n"
    "victim.test. MX 10 mail.victim.test.\n"
    "_spf.victim.test. TXT \"v=spf1 ip4:192.0.2.11 ?all\"\n"
    "mail.victim.test. A 192.0.2.10\n"
    "mail.victim.test. TXT \"v=spf1 a -all\"\n"
    "_dmarc.victim.test. TXT \"v=DMARC1; p=reject; sp=reject; np=reject\"\n"
    "strict.test. TXT \"v=spf1 ip4:192.0.2.10 -all\"\n"
    "_dmarc.strict.test. TXT \"v=DMARC1; p=reject; adkim=s; aspf=s\"\n"
    "news.strict.test. TXT \"v=spf1 ip4:203.0.113.66 -all\"\n"
    "xn--bcher-kva.test. TXT \"v=spf1 ip4:192.0.2.10 -all\"\n"
    "_dmarc.xn--bcher-kva.test. TXT \"v=DMARC1; p=reject\"\n";

/* An outage is nobody's permission. */
static const char *const outages[] = {
    ";!FAIL _dmarc.victim.test TXT SERVFAIL\n",
    ";!FAIL _dmarc.victim.test TXT BOGUS\n",
    ";!FAIL victim.test TXT SERVFAIL\n",
    ";!FAIL _dmarc.strict.test TXT SERVFAIL\n",
    ";!FAIL strict.test * SERVFAIL\n",
    ";!FAIL _dmarc.xn--bcher-kva.test TXT BOGUS\n",
    ";!FAIL s1._domainkey.victim.test TXT SERVFAIL\n",
};

bool world_is_protected(const char *domain)
{
	static const char *const roots[] = {"victim.test", "strict.test",
					    "xn--bcher-kva.test"};
	size_t length = strlen(domain);

	/* The mailing service's own name is the mailing service's. */
	if (strcmp(domain, "news.strict.test") == 0)
		return false;
	for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
		size_t root = strlen(roots[i]);
		if (length >= root &&
		    strcmp(domain + length - root, roots[i]) == 0 &&
		    (length == root || domain[length - root - 1] == '.'))
			return true;
	}
	return false;
}

struct keys {
	struct sign_key *own;	   /* of all the protected, s1 */
	struct sign_key *own_long; /* s2: RSA */
	struct sign_key *stranger;
};

static const struct keys *get_keys(void)
{
	static struct keys keys;

	if (keys.own == NULL) {
		keys.own_long = sign_key_new(NULL, "rsa", 2048);
		keys.stranger = sign_key_new(NULL, "ed25519", 0);
		keys.own = sign_key_new(NULL, "ed25519", 0);
	}
	return &keys;
}

/* -- the DNS -------------------------------------------------------------- */

static void add_key(TALLOC_CTX *mem, struct strbuf *zone, const char *domain,
		    const char *selector, const struct sign_key *key)
{
	strbuf_add_text(zone, sign_key_zone(mem, domain, selector,
					    sign_key_record(mem, key)));
}

/* What a stranger's servers may say; %n is a byte of his own choice. */
static void add_strangers_zone(struct choices *choices, struct strbuf *zone)
{
	static const char *const senders[] = {
	    "v=spf1 +all",
	    "v=spf1 ip4:" STRANGER " -all",
	    "v=spf1 include:victim.test +all",
	    "v=spf1 redirect=victim.test",
	    "v=spf1 ptr:victim.test -all",
	    "v=spf1 exists:%{l}.%{o}.evil.test -all",
	    "v=spf1 include:evil.test +all",
	    "v=spf1 mx a:victim.test ?all",
	    "v=DMARC1; p=none",
	};
	static const char *const policies[] = {
	    "v=DMARC1; p=none",
	    "v=DMARC1; p=none; psd=y",
	    "v=DMARC1; p=none; psd=n; adkim=r; aspf=r",
	    "v=DMARC1; p=reject; rua=mailto:a@victim.test",
	    "v=DMARC1; p=none; p=reject; sp=x",
	};
	static const char *const names[] = {"mail.victim.test", "victim.test",
					    "evil.test", "strict.test",
					    "mail.victim.test.evil.test"};
	static const char *const more[] = {
	    "",
	    ";!FAIL evil.test TXT SERVFAIL\n",
	    ";!FAIL _dmarc.evil.test TXT BOGUS\n",
	    "e3._domainkey.evil.test. CNAME s1._domainkey.victim.test.\n",
	    "_dmarc.mail.evil.test. CNAME _dmarc.victim.test.\n",
	    "x.evil.test. CNAME x.evil.test.\n",
	    "evil.test. MX 0 victim.test.\n",
	    "*.evil.test. TXT \"v=spf1 +all\"\n",
	};

	strbuf_printf(zone, "evil.test. TXT \"%s\"\n", PICK(choices, senders));
	strbuf_printf(zone, "victim.test.evil.test. TXT \"%s\"\n",
		      PICK(choices, senders));
	strbuf_printf(zone, "_dmarc.evil.test. TXT \"%s\"\n",
		      PICK(choices, policies));
	strbuf_printf(zone, "66.113.0.203.in-addr.arpa. PTR %s.\n",
		      PICK(choices, names));
	strbuf_add_text(zone, "evil.test. A " STRANGER "\n");
	strbuf_add_text(zone, PICK(choices, more));
	strbuf_add_text(zone, PICK(choices, more));
}

static const char *draw_zone(TALLOC_CTX *mem, struct choices *choices,
			     bool *is_outage)
{
	const struct keys *keys = get_keys();
	struct strbuf zone;

	strbuf_init(&zone, mem, ROOM);
	strbuf_add_text(&zone, protected_zone);
	add_key(mem, &zone, "victim.test", "s1", keys->own);
	add_key(mem, &zone, "victim.test", "s2", keys->own_long);
	add_key(mem, &zone, "strict.test", "s1", keys->own);
	add_key(mem, &zone, "xn--bcher-kva.test", "s1", keys->own);
	add_key(mem, &zone, "news.strict.test", "e1", keys->stranger);
	add_key(mem, &zone, "evil.test", "e1", keys->stranger);
	add_key(mem, &zone, "victim.test.evil.test", "e1", keys->stranger);
	/* A selector may have dots: this is below evil.test all the same. */
	add_key(mem, &zone, "evil.test", "s1._domainkey.victim.test",
		keys->stranger);
	add_strangers_zone(choices, &zone);
	*is_outage = choose(choices, 4) == 3;
	if (*is_outage)
		strbuf_add_text(&zone, PICK(choices, outages));
	return strbuf_text(&zone);
}

/* -- a genuine message ---------------------------------------------------- */

static const char *plain_message(TALLOC_CTX *mem, const char *from)
{
	return mem_printf(mem,
			  "Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n"
			  "From: %s\r\n"
			  "To: you@rcpt.test\r\n"
			  "Subject: your  account\r\n"
			  "\r\n"
			  "Please read on.\r\n"
			  "The end.\r\n",
			  from);
}

static const char *own_message(TALLOC_CTX *mem, struct choices *choices,
			       const struct domain *domain)
{
	static const char *const forms[] = {"a@%s", "Ann <a@%s>",
					    "\"A. B.\" <a@%s> (hello)"};
	const char *form = PICK(choices, forms);
	const char *at = strstr(form, "%s");

	return plain_message(mem, mem_printf(mem, "%.*s%s%s", (int)(at - form),
					     form, domain->name, at + 2));
}

struct own_signature {
	const char *message;
	bool is_partial; /* l= leaves room behind */
	bool is_over;	 /* x= has passed */
	bool is_relaxed; /* the header's blanks may change */
};

static struct own_signature sign_own(TALLOC_CTX *mem, struct choices *choices,
				     const struct domain *domain,
				     const char *message)
{
	static const char *const forms[] = {"relaxed/relaxed", "simple/simple",
					    "relaxed/simple", "simple/relaxed"};
	static const char *const fields[] = {
	    NULL, "from:from:to:to:subject:subject:date:date"};
	const char *form = PICK(choices, forms);
	struct sign_options options = {
	    .canonicalization = form,
	    .fields = PICK(choices, fields),
	};
	struct own_signature made = {
	    .is_partial = choose(choices, 5) == 4,
	    .is_over = choose(choices, 6) == 5,
	    .is_relaxed = form[0] == 'r',
	};
	bool is_long = choose(choices, 8) == 7 &&
		       strcmp(domain->signs, "victim.test") == 0;

	options.has_length = made.is_partial;
	options.length = strlen("Please read on.\r\nThe end.\r\n");
	options.tags = made.is_over ? "t=1767000000; x=1767001000" : NULL;
	const char *field =
	    sign_message(mem, domain->signs, is_long ? "s2" : "s1",
			 is_long ? get_keys()->own_long : get_keys()->own,
			 &options, message);
	made.message = mem_printf(mem, "%s%s", field, message);
	return made;
}

/* -- what a stranger does to it ------------------------------------------- */

static const char *replace(TALLOC_CTX *mem, const char *text, const char *what,
			   const char *with)
{
	const char *at = strstr(text, what);

	return at == NULL ? text
			  : mem_printf(mem, "%.*s%s%s", (int)(at - text), text,
				       with, at + strlen(what));
}

/* Another letter in the first half of a tag's base64. */
static const char *spoil(TALLOC_CTX *mem, const char *text, const char *tag,
			 unsigned where)
{
	char *copy = mem_strdup(mem, text);
	char *at = strstr(copy, tag);

	if (at == NULL)
		return text;
	at += strlen(tag) + where;
	*at = *at == 'A' ? 'B' : 'A';
	return copy;
}

enum effect { EFFECT_NONE, EFFECT_BREAKS, EFFECT_UNKNOWN };

/* One change; says what it does to a signature over From, To, Subject, Date and
 * body. */
static enum effect change(TALLOC_CTX *mem, struct choices *choices,
			  const struct own_signature *made,
			  const char **message)
{
	const char *text = *message;

	switch (choose(choices, 11)) {
	case 0:
		*message = replace(mem, text, "your  account", "pay here");
		return *message == text ? EFFECT_NONE : EFFECT_BREAKS;
	case 1:
		*message = mem_printf(mem, "%sP.S. pay.\r\n", text);
		return EFFECT_BREAKS;
	case 2:
		*message = replace(mem, text, "read on", "pay here");
		return *message == text ? EFFECT_NONE : EFFECT_BREAKS;
	case 3:
		*message = mem_printf(mem, "X-Seen: yes\r\n%s", text);
		return EFFECT_NONE;
	case 4:
		*message = spoil(mem, text, "b=", choose(choices, 30));
		return EFFECT_UNKNOWN; /* bh= may have come first */
	case 5:
		*message = spoil(mem, text, "bh=", choose(choices, 20));
		return EFFECT_BREAKS;
	case 6:
		*message = replace(mem, text, "To: you@rcpt.test\r\n", "");
		return *message == text ? EFFECT_NONE : EFFECT_BREAKS;
	case 7:
		*message =
		    replace(mem, text, "your  account", "your\r\n account");
		return made->is_relaxed || *message == text ? EFFECT_NONE
							    : EFFECT_BREAKS;
	case 8:
		*message = replace(mem, text, "x=1767001000", "x=1967001000");
		return *message == text ? EFFECT_NONE : EFFECT_BREAKS;
	case 9:
		*message = mem_printf(mem, "Subject: pay here\r\n%s", text);
		return EFFECT_UNKNOWN; /* unless h= names it twice */
	default:
		*message = replace(mem, text, "s=s1", "s=e1");
		return *message == text ? EFFECT_NONE : EFFECT_BREAKS;
	}
}

/* -- what a stranger writes ------------------------------------------------ */

struct shape {
	const char *text; /* of From; % is the protected domain */
	bool is_shown;	  /* as the author, or one of them */
};

static const struct shape shapes[] = {
    {"a@%", true},
    {"Ann <a@%>", true},
    {"<a@%>", true},
    {"\"e@evil.test\" <a@%>", true},
    {"Eve <e@evil.test>, Ann <a@%>", true},
    {"Ann <a@%>, Eve <e@evil.test>", true},
    {"<a@%> <e@evil.test>", true},
    {"<e@evil.test> <a@%>", true},
    {"<@evil.test:a@%>", true},
    {"<@%:e@evil.test>", false},
    {"all: a@%, e@evil.test;", true},
    {"a@% (e@evil.test)", true},
    {"(a@%) e@evil.test", false},
    {"\"a@%\" <e@evil.test>", false},
    {"=?utf-8?q?a=40%?= <e@evil.test>", false},
    {"a@%\r\n <e@evil.test>", true},
    {"Ann\r\n <a@%>", true},
    {"\"a@evil.test\"@%", true},
    {"a@%.", true},
    {"a @ %", true},
    {"e@%.evil.test", false},
    {"e@news.strict.test", false},
    {"e@evil.test", false},
    {"e@evil.test, a@%", true},
    {"", false},
};

static const char *fill(TALLOC_CTX *mem, const char *form, const char *domain)
{
	struct strbuf text;

	strbuf_init(&text, mem, ROOM);
	for (; *form != '\0'; form++) {
		if (*form == '%')
			strbuf_add_text(&text, domain);
		else
			strbuf_add_char(&text, *form);
	}
	return strbuf_text(&text);
}

/* A byte of the stranger's choice, somewhere in a text. */
static const char *garble(TALLOC_CTX *mem, struct choices *choices,
			  const char *text)
{
	size_t length = strlen(text);
	size_t at = length == 0 ? 0 : choose(choices, (unsigned)length);
	unsigned byte = choose(choices, 256);

	/* A line of its own would be another field. */
	if (byte == '\0' || byte == '\n' || byte == '\r')
		byte = ' ';
	return mem_printf(mem, "%.*s%c%s", (int)at, text, (char)byte,
			  text + at);
}

static const char *own_signature_of(TALLOC_CTX *mem, struct choices *choices,
				    const char *message)
{
	static const char *const whose[] = {
	    "evil.test",	"victim.test",
	    "news.strict.test", "victim.test.evil.test",
	    "strict.test",	"test",
	    "mail.victim.test", "Victim.Test",
	    "victim.test."};
	static const char *const selectors[] = {
	    "e1", "s1", "e3", "s1._domainkey.victim.test", "e1.evil.test"};
	static const char *const tags[] = {
	    NULL,      "i=a@victim.test", "i=@evil.test", "l=0",
	    "h2=from", "d=victim.test",	  "q=dns/txt"};
	static const char *const fields[] = {NULL, "from", "to:subject", "date",
					     "from:from:from"};
	const struct sign_options options = {
	    .fields = PICK(choices, fields),
	    .tags = PICK(choices, tags),
	};
	const char *domain = PICK(choices, whose);

	return sign_message(mem, domain, PICK(choices, selectors),
			    get_keys()->stranger, &options, message);
}

/* Fields that say how good the message is. */
static const char *claims_of(TALLOC_CTX *mem, struct choices *choices,
			     const char *message)
{
	static const char *const claims[] = {
	    "",
	    "Authentication-Results: mx.test; dmarc=pass "
	    "header.from=victim.test; spf=pass; dkim=pass\r\n",
	    "List-Id: <list.evil.test>\r\nSender: a@victim.test\r\n",
	    "Received-SPF: pass\r\nReply-To: a@victim.test\r\n",
	    "Resent-From: a@victim.test\r\n",
	    "Authentication-Results: mx.test; none\r\n"
	    "Authentication-Results: mx.test; dmarc=pass\r\n",
	};
	const struct seal_options seal = {
	    .results = "evil.test; dmarc=pass header.from=victim.test; "
		       "spf=pass; dkim=pass header.d=victim.test",
	};

	if (choose(choices, 3) == 2)
		return seal_message(mem, "evil.test", "e1",
				    get_keys()->stranger, &seal, message);
	return PICK(choices, claims);
}

/* A message of his own, with a From of his own. */
static void draw_forged(TALLOC_CTX *mem, struct choices *choices,
			const struct domain *domain, struct world *world)
{
	const struct shape *shape = &PICK(choices, shapes);
	const char *from = fill(mem, shape->text, domain->name);
	unsigned fields = choose(choices, 4);

	world->is_shown = shape->is_shown;
	if (choose(choices, 4) == 3) {
		from = garble(mem, choices, from);
		world->is_shown = false;
	}
	const char *message = plain_message(mem, from);
	/* A second author; mail readers show one or the other. */
	if (fields == 3) {
		const struct shape *other = &PICK(choices, shapes);
		world->is_shown = world->is_shown || other->is_shown;
		message =
		    mem_printf(mem, "From: %s\r\n%s",
			       fill(mem, other->text, domain->name), message);
	}
	world->message = message;
}

/* A genuine message, as it was or changed. */
static void draw_stolen(TALLOC_CTX *mem, struct choices *choices,
			const struct domain *domain, struct world *world)
{
	const char *message = own_message(mem, choices, domain);
	struct own_signature made = sign_own(mem, choices, domain, message);
	unsigned changes = choose(choices, MAX_CHANGES + 1);
	bool is_known = true;

	world->is_shown = true;
	world->is_genuine = !made.is_over;
	for (unsigned i = 0; i < changes; i++) {
		enum effect effect = change(mem, choices, &made, &made.message);
		if (effect == EFFECT_BREAKS)
			world->is_genuine = false;
		is_known = is_known && effect != EFFECT_UNKNOWN;
	}
	/* Two changes may undo each other; one cannot. */
	if (!is_known || (changes > 1 && !world->is_genuine && !made.is_over))
		world->is_genuine = true;
	world->is_plain = world->is_genuine && changes == 0 &&
			  !made.is_partial && choose(choices, 2) == 0;
	world->message = made.message;
}

static void draw_envelope(struct choices *choices, struct world *world)
{
	static const char *const senders[] = {
	    "<e@evil.test>",
	    "<a@victim.test>",
	    "<>",
	    "<a@strict.test>",
	    "<e@news.strict.test>",
	    "<e@victim.test.evil.test>",
	    "<\"a@victim.test\"@evil.test>",
	    "<@victim.test:e@evil.test>",
	    "<a@mail.victim.test>",
	    "<a@_spf.victim.test>",
	    "<e@x.evil.test>",
	};
	static const char *const helos[] = {"evil.test",
					    "victim.test",
					    "mail.victim.test",
					    "[203.0.113.66]",
					    "news.strict.test",
					    "xn--bcher-kva.test",
					    "x",
					    ""};
	static const char *const names[] = {NULL, "evil.test",
					    "mail.victim.test"};

	world->client = STRANGER;
	world->mail_from = PICK(choices, senders);
	world->helo = PICK(choices, helos);
	world->client_name = PICK(choices, names);
	/* The MTA confirms no name that does not lead back. */
	if (world->client_name != NULL &&
	    strcmp(world->client_name, "evil.test") != 0)
		world->client_name = NULL;
}

/* From the servers of the domain, with its own envelope. */
static void draw_own(TALLOC_CTX *mem, struct choices *choices,
		     const struct domain *domain, bool is_outage,
		     struct world *world)
{
	world->client = OWN_SERVER;
	world->client_name = NULL;
	world->helo = "mail.victim.test";
	world->mail_from = mem_printf(mem, "<a@%s>", domain->signs);
	world->message = own_message(mem, choices, domain);
	world->is_shown = true;
	world->is_genuine = true;
	world->is_plain = !is_outage;
}

struct world world_draw(TALLOC_CTX *mem, const uint8_t *data, size_t size)
{
	struct choices choices = {.bytes = data, .left = size};
	struct world world = {.is_plain = false};
	bool is_outage;

	world.zone = draw_zone(mem, &choices, &is_outage);
	const struct domain *domain = &PICK(&choices, domains);
	draw_envelope(&choices, &world);
	switch (choose(&choices, 5)) {
	case 0:
		draw_own(mem, &choices, domain, is_outage, &world);
		return world;
	case 1:
	case 2:
		draw_stolen(mem, &choices, domain, &world);
		world.is_plain = world.is_plain && !is_outage;
		break;
	default:
		draw_forged(mem, &choices, domain, &world);
		break;
	}
	for (unsigned more = choose(&choices, 4); more > 0; more--) {
		const char *field =
		    choose(&choices, 2) == 0
			? own_signature_of(mem, &choices, world.message)
			: claims_of(mem, &choices, world.message);
		world.message = mem_printf(mem, "%s%s", field, world.message);
		/* nothing genuine is spoiled by it, but the bounds may be */
		world.is_plain = false;
	}
	return world;
}
