/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.c - a replay case through the engine
 *
 * Keys are made anew in each run, signatures with them; zone and configuration
 * pass through files, as the daemon reads them.
 */
#include "tests/replay/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/app/stored_message.h"
#include "tests/unit/caches.h"
#include "tests/unit/sign.h"

#define TEXT_BYTES (8 * 1024 * 1024)

/* The keys of a run; made once, since RSA keys take their time. */
static struct {
	const char *name;
	const char *type;
	unsigned bits;
	struct sign_key *key;
} keys[] = {
    {"rsa", "rsa", 2048, NULL},	    {"rsa2", "rsa", 2048, NULL},
    {"rsa512", "rsa", 512, NULL},   {"rsa768", "rsa", 768, NULL},
    {"rsa1024", "rsa", 1024, NULL}, {"ed25519", "ed25519", 0, NULL},
};

static TALLOC_CTX *key_mem;
static struct dns *own_dns; /* of the engine, when it is not the engine's */

void run_start(void)
{
	key_mem = mem_context(NULL);
}

void run_end(void)
{
	mem_free(key_mem);
}

static struct sign_key *find_key(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (strlen(keys[i].name) != length ||
		    memcmp(keys[i].name, name, length) != 0)
			continue;
		if (keys[i].key == NULL)
			keys[i].key =
			    sign_key_new(key_mem, keys[i].type, keys[i].bits);
		return keys[i].key;
	}
	return NULL;
}

static char *key_spki(TALLOC_CTX *mem, const struct sign_key *key)
{
	return sign_key_base64(mem, key, false);
}

static char *key_pkcs1(TALLOC_CTX *mem, const struct sign_key *key)
{
	return sign_key_base64(mem, key, true);
}

static const struct placeholder {
	const char *name;
	char *(*text)(TALLOC_CTX *mem, const struct sign_key *key);
} placeholders[] = {
    {"<key:", sign_key_record},
    {"<p:", key_spki},
    {"<pkcs1:", key_pkcs1},
};

static void add_strings(struct strbuf *zone, const char *text)
{
	for (size_t length = strlen(text), at = 0; at < length; at += 200)
		strbuf_printf(zone, "\"%.200s\" ", text + at);
}

/* The placeholder that the text begins with; NULL for none. */
static const struct placeholder *placeholder_at(const char *text)
{
	size_t count = sizeof placeholders / sizeof placeholders[0];

	for (size_t i = 0; i < count; i++) {
		if (strncmp(text, placeholders[i].name,
			    strlen(placeholders[i].name)) == 0)
			return &placeholders[i];
	}
	return NULL;
}

static bool add_zone_line(TALLOC_CTX *mem, const char *line,
			  struct strbuf *zone, struct error *err)
{
	while (*line != '\0') {
		const struct placeholder *found = placeholder_at(line);
		if (found == NULL) {
			strbuf_add_char(zone, *line++);
			continue;
		}
		const char *name = line + strlen(found->name);
		size_t length = strcspn(name, ">");
		const struct sign_key *key = find_key(name, length);
		if (key == NULL || name[length] == '\0')
			return error_set(err, ERROR_INPUT, "no key %s", name);
		add_strings(zone, found->text(mem, key));
		line = name + length + 1;
	}
	strbuf_add_char(zone, '\n');
	return true;
}

static bool write_zone(TALLOC_CTX *mem, const struct text_list *lines,
		       bool is_reversed, struct strbuf *zone, struct error *err)
{
	for (size_t i = 0; i < lines->count; i++) {
		size_t at = is_reversed ? lines->count - 1 - i : i;
		if (!add_zone_line(mem, lines->items[at], zone, err))
			return false;
	}
	return true;
}

/* Writes text to a file of its own and returns the path. */
static const char *temporary(TALLOC_CTX *mem, const char *text)
{
	const char *folder = getenv("TMPDIR");
	char *path = mem_printf(mem, "%s/replay.XXXXXX",
				folder == NULL ? "/tmp" : folder);
	int fd = mkstemp(path);
	size_t length = strlen(text);

	if (fd < 0 || write(fd, text, length) != (ssize_t)length ||
	    close(fd) != 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	return path;
}

/* Puts the caches that are asked for before the engine's zone. */
static bool choose_caches(struct engine *engine, const char *zone,
			  struct error *err)
{
	if (!caches_dns_new(zone, &own_dns, err)) {
		engine_unref(engine);
		return false;
	}
	engine->evaluator.dns = own_dns;
	return true;
}

void run_engine_free(struct engine *engine)
{
	engine_unref(engine);
	dns_free(own_dns);
	own_dns = NULL;
}

bool run_engine(TALLOC_CTX *mem, const struct replay_case *c, bool is_reversed,
		const struct clock *clock, const struct random_source *random,
		struct engine **engine, struct error *err)
{
	struct strbuf given = c->config;
	struct strbuf text;
	struct strbuf zone;
	struct config *config;
	struct engine *made;

	strbuf_init(&text, mem, TEXT_BYTES);
	strbuf_add(&text, strbuf_text(&given), given.length);
	strbuf_init(&zone, mem, TEXT_BYTES);
	if (!write_zone(mem, &c->zone, is_reversed, &zone, err))
		return false;
	const char *zone_path = temporary(mem, strbuf_text(&zone));
	if (strstr(strbuf_text(&text), "authserv_id") == NULL)
		strbuf_add_text(&text, "authserv_id = \"mx.test\"\n");
	struct strbuf overrides = c->overrides;
	const char *overrides_path = temporary(mem, strbuf_text(&overrides));
	strbuf_printf(&text, "overrides = \"%s\"\n", overrides_path);
	const char *config_path = temporary(mem, strbuf_text(&text));
	bool ok = config_load(NULL, config_path, &config, err);
	if (ok) {
		config->dns.fixture = mem_strdup(config, zone_path);
		config->dkim.key_cache =
		    caches_have_keys(config->dkim.key_cache);
		ok = engine_new(config, NULL, clock, random, &made, err) &&
		     choose_caches(made, strbuf_text(&zone), err);
	}
	(void)unlink(zone_path);
	(void)unlink(config_path);
	(void)unlink(overrides_path);
	if (ok)
		*engine = made;
	return ok;
}

/* Who signs, and what all signatures share: "d=D s=S key=NAME ...". */
struct signer {
	const char *domain;
	const char *selector;
	const struct sign_key *key;
	struct sign_options options;
};

/* "t=1; x=2" of the tags named; NULL when none is given. */
static const char *pass_tags(TALLOC_CTX *mem, const char *arguments,
			     const char *const *names)
{
	struct strbuf tags;

	strbuf_init(&tags, mem, TEXT_BYTES);
	for (; *names != NULL; names++) {
		const char *value = case_argument(mem, arguments, *names);
		if (value != NULL)
			strbuf_printf(&tags, "%s=%s; ", *names, value);
	}
	return tags.length < 2
		   ? NULL
		   : mem_strndup(mem, strbuf_text(&tags), tags.length - 2);
}

static bool read_signer(TALLOC_CTX *mem, const char *arguments,
			const char *const *tags, struct signer *signer,
			struct error *err)
{
	const char *name = case_argument(mem, arguments, "key");
	const char *length = case_argument(mem, arguments, "l");

	*signer = (struct signer){
	    .domain = case_argument(mem, arguments, "d"),
	    .selector = case_argument(mem, arguments, "s"),
	    .key = name == NULL ? NULL : find_key(name, strlen(name)),
	    .options = {
		.algorithm = case_argument(mem, arguments, "a"),
		.canonicalization = case_argument(mem, arguments, "c"),
		.fields = case_argument(mem, arguments, "h"),
		.has_length = length != NULL,
		.length = length == NULL ? 0 : strtoul(length, NULL, 10),
		.tags = pass_tags(mem, arguments, tags),
		.version = case_argument(mem, arguments, "v"),
	    }};
	if (signer->key == NULL || signer->domain == NULL ||
	    signer->selector == NULL)
		return error_set(err, ERROR_INPUT,
				 "sign and seal want d=, s=, key=");
	return true;
}

static bool add_signature(TALLOC_CTX *mem, const char *arguments,
			  struct strbuf *fields, const char *message,
			  struct error *err)
{
	static const char *const tags[] = {"t", "x", "i", "z", NULL};
	struct signer signer;

	if (!read_signer(mem, arguments, tags, &signer, err))
		return false;
	strbuf_add_text(fields,
			sign_message(mem, signer.domain, signer.selector,
				     signer.key, &signer.options, message));
	return true;
}

/* What the AAR says: "dmarc=R", "from=D" and "ip=IP" of the directive. NULL:
 * the signer's default. */
static const char *seal_results(TALLOC_CTX *mem, const char *arguments,
				const char *domain)
{
	const char *address = case_argument(mem, arguments, "ip");
	const char *dmarc = case_argument(mem, arguments, "dmarc");
	const char *from = case_argument(mem, arguments, "from");

	if (address != NULL)
		return mem_printf(mem,
				  "%s; dmarc=pass (smtp.remote-ip=::1);"
				  " arc=none smtp.remote-ip=\"%s\"",
				  domain, address);
	if (dmarc == NULL)
		return NULL;
	return mem_printf(mem,
			  "%s; spf=pass smtp.mailfrom=\"dmarc=pass\";"
			  " dmarc=%s (dmarc=pass)%s%s",
			  domain, dmarc, from == NULL ? "" : " header.from=",
			  from == NULL ? "" : from);
}

/* Puts an ARC Set on top of the text. */
static bool add_seal(TALLOC_CTX *mem, const char *arguments,
		     struct strbuf *text, struct error *err)
{
	static const char *const tags[] = {"t", "x", NULL};
	const char *instance = case_argument(mem, arguments, "i");
	struct signer signer;

	if (!read_signer(mem, arguments, tags, &signer, err))
		return false;
	struct seal_options options = {
	    .instance =
		instance == NULL ? 1 : (unsigned)strtoul(instance, NULL, 10),
	    .cv = case_argument(mem, arguments, "cv"),
	    .results = seal_results(mem, arguments, signer.domain),
	    .message = signer.options,
	};
	const char *before = mem_strdup(mem, strbuf_text(text));
	const char *set = seal_message(mem, signer.domain, signer.selector,
				       signer.key, &options, before);
	strbuf_clear(text);
	strbuf_printf(text, "%s%s", set, before);
	return true;
}

/* The message as its author's server sent it, a list's lines at its end. */
static bool signed_message(TALLOC_CTX *mem, const struct replay_case *c,
			   struct strbuf *out, struct error *err)
{
	struct strbuf message = c->message;
	struct strbuf append = c->append;

	for (size_t i = 0; i < c->signs.count; i++) {
		if (!add_signature(mem, c->signs.items[i], out,
				   strbuf_text(&message), err))
			return false;
	}
	strbuf_add(out, strbuf_text(&message), message.length);
	strbuf_add(out, strbuf_text(&append), append.length);
	return true;
}

/* The message as the MTA gets it. */
static bool whole_message(TALLOC_CTX *mem, const struct replay_case *c,
			  struct strbuf *out, struct error *err)
{
	struct strbuf fields = c->fields;
	struct strbuf append = c->append_sealed;
	struct strbuf text;

	strbuf_init(&text, mem, TEXT_BYTES);
	if (!signed_message(mem, c, &text, err))
		return false;
	for (size_t i = 0; i < c->seals.count; i++) {
		if (!add_seal(mem, c->seals.items[i], &text, err))
			return false;
	}
	strbuf_add(out, strbuf_text(&fields), fields.length);
	strbuf_add(out, strbuf_text(&text), text.length);
	strbuf_add(out, strbuf_text(&append), append.length);
	return true;
}

bool run_evaluate(TALLOC_CTX *mem, const struct replay_case *c,
		  const struct engine *engine, const struct verdict **verdict,
		  struct error *err)
{
	struct stored_envelope envelope = {
	    .client = {.address = c->address,
		       .name = c->client_name,
		       .helo = c->helo,
		       .user = c->user,
		       .tls_version = c->tls},
	    .mail_from = c->mail_from,
	    .rcpts = c->rcpts,
	};
	struct strbuf text;

	strbuf_init(&text, mem, TEXT_BYTES);
	if (!whole_message(mem, c, &text, err))
		return false;
	FILE *file = text.length == 0 ? fopen("/dev/null", "rb")
				      : fmemopen(text.data, text.length, "rb");
	bool ok = stored_message_evaluate(mem, &engine->evaluator, &envelope,
					  file, verdict, err);
	(void)fclose(file);
	return ok;
}
