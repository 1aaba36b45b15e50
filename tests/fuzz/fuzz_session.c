/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_session.c - the milter session as a sequence of events
 *
 * Input: a byte that chooses the configuration, a byte that chooses what the
 * MTA grants, then events with a NUL between two. An event is a letter and its
 * argument: C host (an address, or a name the MTA cannot tell the address of),
 * H helo, M sender, R recipient, F "name:value" of a field, E end of header,
 * B body, Z a NUL in the body, X end of message, A abort, Q the end of the
 * connection; i, u, n, t set the macros of queue id, user, client name and TLS
 * version. Nothing keeps them in order.
 *
 * Properties: what goes to the MTA and to the log holds no CR, no control byte
 * and LF only before a tab; forged fields go from the highest down; one final
 * action at end of message; the message's memory is gone after its end; the
 * same events give the same answers.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/base/random.h"
#include "lib/base/strbuf.h"
#include "milter/log.h"
#include "milter/session.h"

#define TAG_HEADER "X-DMARC"
#define NOW_S 1767225600 /* 2026-01-01 */
#define MAX_TRANSCRIPT ((size_t)4 * 1024 * 1024)
#define MAX_EVENTS 400
#define CONFIGURATIONS 8

/* Keys and policies; s1 is the key of seeds/session/signed. */
static const char zone[] =
    "$ORIGIN .\n$TTL 300\n"
    "d.test. TXT \"v=spf1 ip4:203.0.113.5 -all\"\n"
    "_dmarc.d.test. TXT \"v=DMARC1; p=reject\"\n"
    "_dmarc.quarantine.test. TXT \"v=DMARC1; p=quarantine\"\n"
    "_dmarc.none.test. TXT \"v=DMARC1; p=none; sp=reject; pct=0\"\n"
    ";!FAIL _dmarc.broken.test TXT SERVFAIL\n"
    ";!FAIL broken._domainkey.d.test TXT SERVFAIL\n"
    "s1._domainkey.d.test. TXT \"v=DKIM1; p="
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC4LCZUIs2Ax3umHz1m"
    "ZB4luQ8IilzA0EeQ/t2v6lWeeJ75TiYjeGsBS7nQvq3RJGIG0WkjeqW9"
    "akZY4f2GqH/owDbulkvIetLTtju/R7C6Dvkr6iJH7dtVHint+j/LH1re"
    "SU+B6Sb6V0AhgQewNhnd3MYc83QgFfg4W3Tn15IjsQIDAQAB"
    "\"\n";

struct run {
	TALLOC_CTX *mem;
	struct mta mta;
	struct service service;
	struct session *session;
	struct strbuf seen; /* calls, answers and log lines */
	const char *queue_id;
	const char *user;
	const char *name;
	const char *tls;
	/* since MAIL */
	unsigned fields; /* named Authentication-Results */
	size_t blocks;	 /* of memory, before MAIL; 0: not known */
	/* at end of message */
	bool is_end;
	unsigned deleted; /* the index last deleted; 0: none */
	bool is_at_tags;  /* Authentication-Results fields come before */
	unsigned replies;
	unsigned changes;
	unsigned holds;
};

static struct run *running; /* whose log is written */

/* --- the MTA --------------------------------------------------------------
 */

static const char *on_macro(void *context, const char *name)
{
	struct run *run = context;

	if (strcmp(name, "i") == 0)
		return run->queue_id;
	if (strcmp(name, "{auth_authen}") == 0)
		return run->user;
	if (strcmp(name, "{client_name}") == 0)
		return run->name;
	return strcmp(name, "{tls_version}") == 0 ? run->tls : NULL;
}

/* No control byte but LF and tab, as a fold. */
static bool is_field_value(const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '\n' ? c[1] != '\t' && c[1] != ' '
			       : (unsigned char)*c < 0x20 && *c != '\t')
			return false;
		if (*c == 0x7f)
			return false;
	}
	return true;
}

static bool on_delete(void *context, const char *name, unsigned index)
{
	struct run *run = context;

	require(run->is_end);
	bool is_tag = strcmp(name, TAG_HEADER) == 0;
	if (is_tag && !run->is_at_tags)
		run->deleted = 0;
	run->is_at_tags = is_tag || run->is_at_tags;
	require(is_tag == run->is_at_tags);
	require(is_tag || strcmp(name, "Authentication-Results") == 0);
	require(index >= 1 && index <= run->fields);
	require(run->deleted == 0 || index < run->deleted);
	run->deleted = index;
	run->changes++;
	strbuf_printf(&run->seen, "delete %s %u\n", name, index);
	return true;
}

static bool on_insert(void *context, const char *name, const char *value)
{
	struct run *run = context;
	bool has_blank = (run->mta.grants & MTA_LEADING_BLANK) != 0;

	require(run->is_end && name[0] != '\0' && fuzz_is_line(name));
	require(is_field_value(value));
	require(value[0] != '\0' && (value[0] == ' ') == has_blank);
	run->changes++;
	strbuf_printf(&run->seen, "insert %s:%s\n", name, value);
	return true;
}

static bool on_quarantine(void *context, const char *reason)
{
	struct run *run = context;

	require(run->is_end && fuzz_is_line(reason));
	run->holds++;
	run->changes++;
	strbuf_printf(&run->seen, "quarantine %s\n", reason);
	return true;
}

/* As the MTA gave it, whatever that was. */
static bool on_delete_recipient(void *context, const char *recipient)
{
	struct run *run = context;

	require(run->is_end);
	run->changes++;
	strbuf_printf(&run->seen, "delete %s\n", recipient);
	return true;
}

static bool on_add_recipient(void *context, const char *recipient)
{
	struct run *run = context;

	require(run->is_end && strcmp(recipient, "<held@rcpt.test>") == 0);
	run->holds++;
	run->changes++;
	strbuf_printf(&run->seen, "add %s\n", recipient);
	return true;
}

static bool on_reply(void *context, const char *code, const char *enhanced,
		     const char *text)
{
	struct run *run = context;

	require(run->is_end && fuzz_is_line(text));
	require(strlen(code) == 3 && (code[0] == '4' || code[0] == '5'));
	require(enhanced[0] == code[0] && enhanced[1] == '.');
	/* libmilter's own limit, and its formats */
	require(strlen(text) > 0 && strlen(text) < 980);
	for (const char *c = text; *c != '\0'; c++) {
		require((unsigned char)*c < 0x7f);
		if (*c == '%')
			require(*++c == '%');
	}
	run->replies++;
	strbuf_printf(&run->seen, "reply %s %s %s\n", code, enhanced, text);
	return true;
}

static const struct mta_ops ops = {
    .macro = on_macro,
    .delete_header = on_delete,
    .insert_header = on_insert,
    .quarantine = on_quarantine,
    .delete_recipient = on_delete_recipient,
    .add_recipient = on_add_recipient,
    .set_reply = on_reply,
};

/* --- the log, in place of milter/log.c ------------------------------------
 */

/* The time that was needed, at the end of the line, differs from run to run. */
static void without_time(char *line)
{
	char *time = strstr(line, " ms=");

	if (time != NULL)
		*time = '\0';
}

void log_open(const struct log_settings *settings)
{
	(void)settings;
}

void log_write(enum log_level level, const char *format, ...)
{
	va_list args;

	(void)level;
	va_start(args, format);
	char *line = mem_vprintf(running->mem, format, args);
	va_end(args);
	for (const char *c = line; *c != '\0'; c++)
		require(*c >= 0x20 && *c < 0x7f);
	without_time(line);
	strbuf_printf(&running->seen, "log %s\n", line);
}

void log_verdict(TALLOC_CTX *mem, const struct verdict *verdict,
		 const char *queue_id)
{
	log_write(LOG_LEVEL_INFO, "%s",
		  verdict_log_line(mem, verdict, queue_id));
}

bool log_is_due(struct log_limit *limit)
{
	(void)limit;
	return true;
}

/* --- the daemon's part ----------------------------------------------------
 */

static void configure(struct config *config, unsigned number)
{
	config->daemon.authserv_id = "mx.test";
	config->daemon.mode = number == 7 ? MODE_MONITOR : config->daemon.mode;
	config->policy.quarantine_action = number % 3 == 0 ? QUARANTINE_HOLD
					   : number % 3 == 1
					       ? QUARANTINE_TAG
					       : QUARANTINE_REDIRECT;
	config->policy.quarantine_mailbox = "held@rcpt.test";
	config->policy.tag_header = TAG_HEADER;
	if (number < 4)
		return;
	config->policy.on_malformed = DISPOSITION_QUARANTINE;
	config->policy.on_temperror = DISPOSITION_NONE;
	config->policy.reply_text = "100% {domain} {reference}";
}

static const char *zone_path(void)
{
	static char path[32];

	if (path[0] == '\0') {
		int fd = memfd_create("zone", MFD_CLOEXEC);
		require(fd >= 0);
		require(write(fd, zone, sizeof zone - 1) ==
			(ssize_t)sizeof zone - 1);
		(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	}
	return path;
}

/* Made once each; they live as long as the program. */
static struct engine *engine_of(unsigned number)
{
	static struct engine *engines[CONFIGURATIONS];
	static struct clock clock;
	static struct random_source random;
	struct error err = {0};

	if (engines[number] != NULL)
		return engines[number];
	struct config *config = config_defaults(NULL);
	clock = clock_fixed(NOW_S);
	random = random_fixed(7);
	config->dns.fixture = zone_path();
	configure(config, number);
	if (!engine_new(config, NULL, &clock, &random, &engines[number],
			&err)) {
		(void)fprintf(stderr, "%s\n", err.words);
		abort();
	}
	return engines[number];
}

/* --- events ---------------------------------------------------------------
 */

static void check_ended(const struct run *run)
{
	require(atomic_load(&run->service.gate.begun) == 0);
	require(atomic_load(&run->service.gate.streaming) == 0);
	require(atomic_load(&run->service.gate.evaluating) == 0);
	if (run->blocks != 0)
		require(talloc_total_blocks(run->session) == run->blocks);
}

static void connect_client(struct run *run, const char *host)
{
	struct net_address address;
	bool is_known = net_address_parse(host, &address);

	session_connect(run->session, host, is_known ? &address : NULL);
	run->blocks = 0;
}

static void reopen(struct run *run)
{
	session_free(run->session);
	require(atomic_load(&run->service.gate.connections) == 0);
	require(atomic_load(&run->service.gate.begun) == 0);
	run->session = session_new(&run->service, &run->mta);
	run->blocks = 0;
}

static void mail(struct run *run, const char *sender)
{
	session_abort(run->session);
	check_ended(run);
	run->fields = 0;
	run->blocks = talloc_total_blocks(run->session);
	session_mail(run->session, sender);
}

static void field(struct run *run, struct span text)
{
	struct span name;
	struct span value;

	(void)span_cut(text, ':', &name, &value);
	run->fields +=
	    span_equals_nocase(span_trim(name), "Authentication-Results");
	session_header(run->session,
		       mem_strndup(run->mem, name.data, name.length),
		       mem_strndup(run->mem, value.data, value.length));
}

static void body(struct run *run, const char *bytes, size_t length)
{
	enum mta_answer answer = session_body(run->session, bytes, length);

	require(answer == MTA_CONTINUE ||
		(answer == MTA_SKIP && (run->mta.grants & MTA_SKIP_BODY) != 0));
}

static void end_of_message(struct run *run)
{
	run->is_end = true;
	run->deleted = run->replies = run->changes = run->holds = 0;
	run->is_at_tags = false;
	enum mta_answer answer = session_end_of_message(run->session);
	run->is_end = false;
	/* One final action: a reply without changes, or changes alone. */
	require(answer != MTA_SKIP);
	require(run->replies == (answer == MTA_CONTINUE ? 0 : 1));
	require(run->holds <= 1);
	require(answer == MTA_CONTINUE || run->changes == 0);
	check_ended(run);
	run->fields = 0;
	strbuf_printf(&run->seen, "answer %d\n", (int)answer);
}

static void set_macro(struct run *run, char letter, const char *value)
{
	switch (letter) {
	case 'i':
		run->queue_id = value;
		break;
	case 'u':
		run->user = value;
		break;
	case 'n':
		run->name = value;
		break;
	case 't':
		run->tls = value;
		break;
	}
}

static void step(struct run *run, char letter, struct span text)
{
	const char *argument = mem_strndup(run->mem, text.data, text.length);

	switch (letter) {
	case 'C':
		connect_client(run, argument);
		break;
	case 'H':
		session_helo(run->session, argument);
		run->blocks = 0;
		break;
	case 'M':
		mail(run, argument);
		break;
	case 'R':
		session_recipient(run->session, argument);
		break;
	case 'F':
		field(run, text);
		break;
	case 'E':
		session_end_of_header(run->session);
		break;
	case 'B':
		body(run, argument, text.length);
		break;
	case 'Z':
		body(run, "\0", 1);
		break;
	case 'X':
		end_of_message(run);
		break;
	case 'A':
		session_abort(run->session);
		check_ended(run);
		break;
	case 'Q':
		reopen(run);
		break;
	default:
		set_macro(run, letter, argument);
	}
}

static void begin(struct run *run, TALLOC_CTX *mem, uint8_t number,
		  uint8_t grants)
{
	*run = (struct run){.mem = mem, .queue_id = "QID"};
	run->mta = (struct mta){
	    .ops = &ops, .context = run, .grants = (unsigned)~grants};
	strbuf_init(&run->seen, mem, MAX_TRANSCRIPT);
	current_init(&run->service.current,
		     engine_ref(engine_of(number % CONFIGURATIONS)));
	run->session = session_new(&run->service, &run->mta);
	running = run;
}

static const char *play(TALLOC_CTX *mem, const uint8_t *data, size_t size)
{
	struct run run;
	struct span rest = span_make((const char *)data + 2, size - 2);
	struct span event;

	begin(&run, mem, data[0], data[1]);
	for (int i = 0; i < MAX_EVENTS && rest.length > 0; i++) {
		(void)span_cut(rest, '\0', &event, &rest);
		if (event.length > 0)
			step(&run, event.data[0],
			     span_make(event.data + 1, event.length - 1));
	}
	session_free(run.session);
	require(atomic_load(&run.service.gate.connections) == 0);
	require(atomic_load(&run.service.gate.begun) == 0);
	current_done(&run.service.current);
	return strbuf_text(&run.seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);

	if (size < 2) {
		mem_free(mem);
		return 0;
	}
	const char *first = play(mem, data, size);
	const char *second = play(mem, data, size);
	if (getenv("FUZZ_SHOW") != NULL)
		(void)printf("%s", first);
	require(strcmp(first, second) == 0);
	mem_free(mem);
	return 0;
}
