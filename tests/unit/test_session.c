/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_session.c - the daemon's session against a recording MTA
 *
 * The MTA writes every change down as one line; the log is a recording one
 * too (recorded_log.h). What libmilter adds is left to the wire tests.
 *
 * The linker leads what asks for memory through here (local.mk), where its
 * bytes are counted: one_copy_of_the_header() is about them.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/base/random.h"
#include "lib/base/strbuf.h"
#include "lib/eval/hold_budget.h"
#include "milter/log.h"
#include "milter/metrics.h"
#include "milter/session.h"
#include "tests/unit/recorded_log.h"
#include "tests/unit/store_fixture.h"

#define ALL_GRANTS (~0U)

static const char zone[] =
    "$ORIGIN .\n$TTL 300\n"
    "pass.test. TXT \"v=spf1 ip4:203.0.113.5 -all\"\n"
    "_dmarc.pass.test. TXT \"v=DMARC1; p=reject\"\n"
    "_dmarc.reject.test. TXT \"v=DMARC1; p=reject\"\n"
    "_dmarc.quarantine.test. TXT \"v=DMARC1; p=quarantine\"\n"
    ";!FAIL _dmarc.broken.test TXT SERVFAIL\n";

struct fake_mta {
	struct strbuf calls; /* one line each */
	const char *user;    /* {auth_authen} */
	char stamp[2048];    /* the value inserted last */
	bool is_refusing;
};

struct fixture {
	TALLOC_CTX *mem;
	char zone_path[32];
	struct fake_mta fake;
	struct service service;
	struct session *session;
};

/* --- the recording MTA --------------------------------------------------- */

static const char *fake_macro(void *context, const char *name)
{
	struct fake_mta *fake = context;

	if (strcmp(name, "i") == 0)
		return "QID";
	return strcmp(name, "{auth_authen}") == 0 ? fake->user : NULL;
}

static bool fake_delete_header(void *context, const char *name, unsigned index)
{
	struct fake_mta *fake = context;

	strbuf_printf(&fake->calls, "delete %s %u\n", name, index);
	return !fake->is_refusing;
}

static bool fake_insert_header(void *context, const char *name,
			       const char *value)
{
	struct fake_mta *fake = context;

	(void)snprintf(fake->stamp, sizeof fake->stamp, "%s", value);
	/* The first bytes tell the blank and whose field it is. */
	strbuf_printf(&fake->calls, "insert %s:%.9s\n", name, value);
	return !fake->is_refusing;
}

static bool fake_quarantine(void *context, const char *reason)
{
	struct fake_mta *fake = context;

	strbuf_printf(&fake->calls, "quarantine %.30s\n", reason);
	return !fake->is_refusing;
}

static bool fake_delete_recipient(void *context, const char *recipient)
{
	struct fake_mta *fake = context;

	strbuf_printf(&fake->calls, "delete %s\n", recipient);
	return !fake->is_refusing;
}

static bool fake_add_recipient(void *context, const char *recipient)
{
	struct fake_mta *fake = context;

	strbuf_printf(&fake->calls, "add %s\n", recipient);
	return !fake->is_refusing;
}

static bool fake_set_reply(void *context, const char *code,
			   const char *enhanced_code, const char *text)
{
	struct fake_mta *fake = context;
	const char *end = strstr(text, " (ref ");

	strbuf_printf(&fake->calls, "reply %s|%s|%.*s\n", code, enhanced_code,
		      (int)(end == NULL ? strlen(text) : (size_t)(end - text)),
		      text);
	return !fake->is_refusing;
}

static const struct mta_ops fake_ops = {
    .macro = fake_macro,
    .delete_header = fake_delete_header,
    .insert_header = fake_insert_header,
    .quarantine = fake_quarantine,
    .delete_recipient = fake_delete_recipient,
    .add_recipient = fake_add_recipient,
    .set_reply = fake_set_reply,
};

/* --- fixture ---------------------------------------------------------------
 */

static void write_zone(struct fixture *f)
{
	static const char name[] = "/tmp/alignd-zone.XXXXXX";

	memcpy(f->zone_path, name, sizeof name);
	int fd = mkstemp(f->zone_path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, zone, sizeof zone - 1), sizeof zone - 1);
	assert_int_equal(close(fd), 0);
}

/* For those who ask about paths: mail from reject.test used to pass here. */
static bool is_known_path(void *context, const struct verdict *verdict)
{
	(void)context;
	return strcmp(verdict->author.domain, "reject.test") == 0;
}

/* A service under a configuration that `adjust` changes. */
static void open_service(struct fixture *f, void (*adjust)(struct config *))
{
	struct config *config = config_defaults(NULL);
	struct engine *engine;
	struct error err;

	config->dns.fixture = f->zone_path;
	config->daemon.authserv_id = "mx.test";
	if (adjust != NULL)
		adjust(config);
	assert_true(engine_new(config, NULL, clock_system(), random_system(),
			       &engine, &err));
	f->service.holds = hold_budget_new(clock_system());
	engine->evaluator.holds = f->service.holds;
	engine->evaluator.paths.is_known = is_known_path;
	current_init(&f->service.current, engine);
}

static void open_session(struct fixture *f, unsigned grants, const char *ip)
{
	struct net_address address;
	struct mta mta = {
	    .ops = &fake_ops, .context = &f->fake, .grants = grants};

	assert_true(net_address_parse(ip, &address));
	f->session = session_new(&f->service, &mta);
	session_connect(f->session, "client.test", &address);
	session_helo(f->session, "client.test");
}

static void begin(struct fixture *f, void (*adjust)(struct config *))
{
	memset(f, 0, sizeof *f);
	gate_init(&f->service.gate);
	f->mem = mem_context(NULL);
	strbuf_init(&f->fake.calls, f->mem, 16384);
	recorded_log_clear();
	write_zone(f);
	open_service(f, adjust);
	open_session(f, ALL_GRANTS, "203.0.113.5");
}

static void end(struct fixture *f)
{
	session_free(f->session);
	assert_int_equal(atomic_load(&f->service.gate.connections), 0);
	assert_int_equal(atomic_load(&f->service.gate.begun), 0);
	assert_int_equal(atomic_load(&f->service.gate.streaming), 0);
	assert_int_equal(atomic_load(&f->service.gate.evaluating), 0);
	current_done(&f->service.current);
	hold_budget_free(f->service.holds);
	(void)unlink(f->zone_path);
	mem_free(f->mem);
}

/* Everything before end of message. */
static void put(struct fixture *f, const char *author)
{
	session_mail(f->session, "<a@pass.test>");
	session_recipient(f->session, "<one@rcpt.test>");
	session_recipient(f->session, "<two@rcpt.test>");
	session_header(f->session, "From", author);
	session_end_of_header(f->session);
}

static enum mta_answer send_mail(struct fixture *f, const char *author)
{
	strbuf_clear(&f->fake.calls);
	put(f, author);
	return session_end_of_message(f->session);
}

static void assert_calls(struct fixture *f, const char *want)
{
	assert_string_equal(strbuf_text(&f->fake.calls), want);
}

#define STAMP "insert Authentication-Results: mx.test;\n"

/* --- tests -----------------------------------------------------------------
 */

static void several_messages_on_one_connection(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	assert_int_equal(send_mail(&f, " a@pass.test"), MTA_CONTINUE);
	assert_calls(&f, STAMP);
	assert_int_equal(send_mail(&f, " a@reject.test"), MTA_REJECT);
	assert_calls(&f, "reply 550|5.7.1|Email rejected per DMARC policy for "
			 "reject.test\n");
	assert_int_equal(send_mail(&f, " a@broken.test"), MTA_TEMPFAIL);
	assert_int_equal(send_mail(&f, " a@pass.test"), MTA_CONTINUE);
	assert_calls(&f, STAMP);
	assert_int_equal(recorded_log_count("QID action="), 4);
	end(&f);
}

static void nothing_survives_an_abandoned_message(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	put(&f, " a@reject.test");
	session_header(f.session, "Authentication-Results", " mx.test; none");
	(void)session_body(f.session, "half", 4);
	session_abort(f.session);
	session_abort(f.session);
	assert_int_equal(send_mail(&f, " a@pass.test"), MTA_CONTINUE);
	assert_calls(&f, STAMP);
	/* The next MAIL without an end of the message before it. */
	put(&f, " a@reject.test");
	assert_int_equal(send_mail(&f, " a@pass.test"), MTA_CONTINUE);
	assert_calls(&f, STAMP);
	/* The session ends within a message. */
	put(&f, " a@reject.test");
	end(&f);
}

static void steps_without_mail_are_ignored(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	session_recipient(f.session, "<one@rcpt.test>");
	session_header(f.session, "From", " a@reject.test");
	session_end_of_header(f.session);
	assert_int_equal(session_body(f.session, "x", 1), MTA_SKIP);
	end(&f);
}

/* "MAIL, RCPT, end of message" is a legal order for libmilter. */
static void a_message_without_a_header_has_no_from(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	session_mail(f.session, "<a@pass.test>");
	session_recipient(f.session, "<one@rcpt.test>");
	assert_int_equal(session_end_of_message(f.session), MTA_REJECT);
	assert_int_equal(recorded_log_count("malformed=no\\x20From"), 1);
	session_mail(f.session, "<a@pass.test>");
	session_header(f.session, "From", " a@pass.test");
	assert_int_equal(session_end_of_message(f.session), MTA_REJECT);
	end(&f);
}

/* Each end of the header asked ahead once more, until that ran out of room. */
static void a_header_ends_once(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	session_mail(f.session, "<a@pass.test>");
	session_header(f.session, "From", " a@pass.test");
	for (int i = 0; i < 20; i++)
		session_end_of_header(f.session);
	session_header(f.session, "From", " a@reject.test");
	session_end_of_header(f.session);
	assert_int_equal(session_end_of_message(f.session), MTA_CONTINUE);
	end(&f);
}

static void forged_fields_go_from_the_highest_down(void **state)
{
	static const char *const values[] = {
	    " other.test; none", " mx.test; none", " MX.test; none",
	    " other.test; none", "mx.test; none"};
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	session_mail(f.session, "<a@pass.test>");
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		session_header(f.session, "authentication-RESULTS", values[i]);
	session_header(f.session, "From", " a@pass.test");
	session_end_of_header(f.session);
	assert_int_equal(session_end_of_message(f.session), MTA_CONTINUE);
	assert_calls(&f, "delete Authentication-Results 5\n"
			 "delete Authentication-Results 3\n"
			 "delete Authentication-Results 2\n" STAMP);
	end(&f);
}

/* Whatever they say: mail from outside carries no tag of ours. */
static void forged_tags_go_too(void **state)
{
	static const char *const fields[] = {"X-Alignd-Quarantine", "Subject",
					     "x-alignd-quarantine",
					     "X-Alignd-Quarantine-2"};
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	session_mail(f.session, "<a@pass.test>");
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		session_header(f.session, fields[i], " DMARC fail for a.test");
	session_header(f.session, "Authentication-Results", " mx.test; none");
	session_header(f.session, "From", " a@pass.test");
	session_end_of_header(f.session);
	assert_int_equal(session_end_of_message(f.session), MTA_CONTINUE);
	assert_calls(&f, "delete Authentication-Results 1\n"
			 "delete X-Alignd-Quarantine 2\n"
			 "delete X-Alignd-Quarantine 1\n" STAMP);
	end(&f);
}

static void tagging(struct config *config)
{
	config->policy.quarantine_action = QUARANTINE_TAG;
	config->policy.tag_header = "X-Tag";
}

static void redirecting(struct config *config)
{
	config->policy.quarantine_action = QUARANTINE_REDIRECT;
	config->policy.quarantine_mailbox = "two@rcpt.test";
	config->policy.tag_header = "X-Tag";
}

#define HELD "quarantine DMARC fail for quarantine.test\n"
#define TAGGED "insert X-Tag: DMARC fa\n"

static void quarantines_in_three_ways(void **state)
{
	static const struct {
		const char *name;
		void (*adjust)(struct config *config);
		unsigned without; /* grants the MTA did not give */
		const char *want;
	} rows[] = {
	    {"hold", NULL, 0, HELD STAMP},
	    {"tag", tagging, 0, TAGGED STAMP},
	    {"redirect", redirecting, 0,
	     "add <two@rcpt.test>\ndelete <one@rcpt.test>\n" TAGGED STAMP},
	    {"no redirect granted: hold", redirecting, MTA_CHANGE_RECIPIENTS,
	     HELD STAMP},
	    {"nothing granted but fields: tag", redirecting,
	     MTA_CHANGE_RECIPIENTS | MTA_QUARANTINE, TAGGED STAMP},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		begin(&f, rows[i].adjust);
		session_free(f.session);
		open_session(&f, ALL_GRANTS & ~rows[i].without, "203.0.113.5");
		assert_int_equal(send_mail(&f, " a@quarantine.test"),
				 MTA_CONTINUE);
		assert_calls(&f, rows[i].want);
		end(&f);
	}
}

/* Of a body that nobody needs the first chunk is all that comes: it is counted
 * as the largest that there may be behind it. */
static void ten_mib_may_be_held(struct config *config)
{
	config->policy.hold_mib = config->policy.hold_mib_domain =
	    LIMIT_HOLD_UNSEEN_BYTES / (1024 * 1024) + 1;
	config->policy.on_hold_full = DISPOSITION_TEMPFAIL;
}

static enum mta_answer send_chunk(struct fixture *f, size_t length)
{
	static char chunk[65535];

	put(f, "a@quarantine.test");
	(void)session_body(f->session, chunk, length);
	return session_end_of_message(f->session);
}

static void a_body_unseen_counts_as_a_large_one(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, ten_mib_may_be_held);
	for (int i = 0; i < 3; i++)
		assert_int_equal(send_chunk(&f, 65534), MTA_CONTINUE);
	assert_int_equal(send_chunk(&f, 65535), MTA_CONTINUE);
	assert_int_equal(send_chunk(&f, 65535), MTA_TEMPFAIL);
	end(&f);
}

/* One message of a known path an hour, or one held at all: what comes beyond is
 * refused as ever, and is not asked to come again. */
static void one_path_an_hour(struct config *config)
{
	config->policy.known_path = DISPOSITION_QUARANTINE;
	config->policy.known_path_messages = 1;
}

static void one_held_an_hour(struct config *config)
{
	config->policy.known_path = DISPOSITION_QUARANTINE;
	config->policy.hold_messages = 1;
}

static void known_paths_are_spared_so_often(void **state)
{
	static void (*const adjusts[])(struct config *) = {one_path_an_hour,
							   one_held_an_hour};
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		begin(&f, adjusts[i]);
		assert_int_equal(send_mail(&f, " a@reject.test"), MTA_CONTINUE);
		assert_calls(
		    &f, "quarantine DMARC fail for reject.test (re\n" STAMP);
		assert_int_equal(send_mail(&f, " a@reject.test"), MTA_REJECT);
		assert_int_equal(recorded_log_count("QID action="), 2);
		end(&f);
	}
}

static void too_many_recipients_are_held(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, redirecting);
	session_mail(f.session, "<a@pass.test>");
	for (int i = 0; i < 1200; i++)
		session_recipient(f.session, "<one@rcpt.test>");
	session_header(f.session, "From", " a@quarantine.test");
	session_end_of_header(f.session);
	assert_int_equal(session_end_of_message(f.session), MTA_CONTINUE);
	assert_calls(&f, HELD STAMP);
	end(&f);
}

static void put_recipients(struct fixture *f, int count)
{
	for (int i = 0; i < count; i++)
		session_recipient(f->session, "<someone@somewhere.test>");
}

static void a_recipient_more_takes_no_memory(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	session_mail(f.session, "<a@pass.test>");
	put_recipients(&f, 1000);
	size_t before = talloc_total_size(f.session);
	put_recipients(&f, 10000);
	assert_int_equal(talloc_total_size(f.session), before);
	end(&f);
}

static void monitoring(struct config *config)
{
	config->daemon.mode = MODE_MONITOR;
}

static void monitor_mode_only_stamps(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, monitoring);
	assert_int_equal(send_mail(&f, " a@reject.test"), MTA_CONTINUE);
	assert_calls(&f, STAMP);
	assert_int_equal(recorded_log_count("would=reject"), 1);
	end(&f);
}

static void trusted_mail_is_cleaned_and_logged(void **state)
{
	static const struct {
		const char *ip;
		const char *user;
	} rows[] = {{"127.0.0.1", NULL}, {"::1", NULL}, {"203.0.113.5", "ann"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		begin(&f, NULL);
		session_free(f.session);
		open_session(&f, ALL_GRANTS, rows[i].ip);
		f.fake.user = rows[i].user;
		put(&f, " a@reject.test");
		session_header(f.session, "Authentication-Results",
			       " mx.test; none");
		assert_int_equal(session_end_of_message(f.session),
				 MTA_CONTINUE);
		assert_calls(&f, "delete Authentication-Results 1\n");
		assert_int_equal(recorded_log_count("action=skip"), 1);
		end(&f);
	}
}

/* --- mail that a filter hands back (row E16) --- */

static const char mark_key[] =
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/* One pass of a letter from `ip`, with `stamp` if not NULL; the fields below it
 * change nothing. */
static void pass_letter(struct fixture *f, const char *ip, const char *stamp,
			const char *body)
{
	session_free(f->session);
	open_session(f, ALL_GRANTS, ip);
	strbuf_clear(&f->fake.calls);
	session_mail(f->session, "<a@pass.test>");
	session_header(f->session, "Authentication-Results", " mx.test; none");
	if (stamp != NULL)
		session_header(f->session, "Authentication-Results", stamp);
	session_header(f->session, "From", " a@pass.test");
	session_header(f->session, "Date", " Mon, 1 Dec 2025 10:00:00 +0000");
	session_header(f->session, "X-Filter", " was here");
	session_end_of_header(f->session);
	(void)session_body(f->session, body, strlen(body));
	assert_int_equal(session_end_of_message(f->session), MTA_CONTINUE);
}

static void use_marks(struct fixture *f)
{
	struct engine *engine = current_share(&f->service.current);
	struct mark_keys *keys;
	struct error err;

	assert_true(
	    mark_keys_read(f->mem, span_of(mark_key), "key", &keys, &err));
	engine->evaluator.mark_keys = keys;
	engine_unref(engine);
}

#define BOTH_GO                                                                \
	"delete Authentication-Results 2\ndelete Authentication-Results 1\n"

static void e16_our_field_is_known_by_its_mark(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	use_marks(&f);
	pass_letter(&f, "203.0.113.5", NULL, "hello\r\n");
	assert_calls(&f, "delete Authentication-Results 1\n" STAMP);
	const char *stamp = mem_strdup(f.mem, f.fake.stamp);
	assert_non_null(strstr(stamp, "dmarc=pass"));
	assert_non_null(strstr(stamp, "\n\t(alignd-mark t="));

	pass_letter(&f, "127.0.0.1", stamp, "hello\r\n");
	assert_calls(&f, "delete Authentication-Results 1\n");
	assert_int_equal(recorded_log_count("action=skip"), 1);
	assert_int_equal(recorded_log_count("forged=1 kept=1"), 1);
	/* Under another body; without its mark; from outside, where it gets a
	 * field of its own. */
	pass_letter(&f, "127.0.0.1", stamp, "pay\r\n");
	assert_calls(&f, BOTH_GO);
	pass_letter(&f, "127.0.0.1", " mx.test; dmarc=pass", "hello\r\n");
	assert_calls(&f, BOTH_GO);
	pass_letter(&f, "203.0.113.5", stamp, "hello\r\n");
	assert_calls(&f, BOTH_GO STAMP);
	/* Nor from a user who logged in at a trusted host. */
	f.fake.user = "ann";
	pass_letter(&f, "127.0.0.1", stamp, "hello\r\n");
	assert_calls(&f, BOTH_GO);
	assert_int_equal(recorded_log_count("kept="), 1);
	end(&f);
}

/* A trusted host that sends many fields with marks makes no more work than a
 * few: those below the first ones go unread. */
static void e16_few_marks_are_read(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	use_marks(&f);
	pass_letter(&f, "203.0.113.5", NULL, "hello\r\n");
	const char *stamp = mem_strdup(f.mem, f.fake.stamp);
	session_free(f.session);
	open_session(&f, ALL_GRANTS, "127.0.0.1");
	strbuf_clear(&f.fake.calls);
	session_mail(f.session, "<a@pass.test>");
	for (int i = 0; i < LIMIT_MARKS_READ + 1; i++)
		session_header(f.session, "Authentication-Results", stamp);
	session_header(f.session, "From", " a@pass.test");
	session_header(f.session, "Date", " Mon, 1 Dec 2025 10:00:00 +0000");
	session_end_of_header(f.session);
	(void)session_body(f.session, "hello\r\n", 7);
	assert_int_equal(session_end_of_message(f.session), MTA_CONTINUE);
	assert_calls(&f, "delete Authentication-Results 5\n");
	end(&f);
}

static void an_unknown_client_is_not_trusted(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	session_connect(f.session, "unknown", NULL);
	assert_int_equal(send_mail(&f, " a@reject.test"), MTA_REJECT);
	end(&f);
}

static void percent_signs_are_doubled(struct config *config)
{
	config->policy.reply_text = "100%s {domain}%";
}

static void replies_survive_a_format(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, percent_signs_are_doubled);
	assert_int_equal(send_mail(&f, " a@reject.test"), MTA_REJECT);
	assert_calls(&f, "reply 550|5.7.1|100%%s reject.test%%\n");
	end(&f);
}

static void a_refusing_mta_changes_no_verdict(void **state)
{
	uint64_t before = metrics_get(METRIC_MTA_REFUSALS);
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	f.fake.is_refusing = true;
	assert_int_equal(send_mail(&f, " a@reject.test"), MTA_REJECT);
	assert_int_equal(send_mail(&f, " a@quarantine.test"), MTA_CONTINUE);
	/* The reply; the hold, its replacement by a tag, and the stamp. */
	assert_int_equal(metrics_get(METRIC_MTA_REFUSALS) - before, 4);
	end(&f);
}

static void old_mta_gets_no_blank(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	session_free(f.session);
	open_session(
	    &f, ALL_GRANTS & ~(unsigned)(MTA_LEADING_BLANK | MTA_SKIP_BODY),
	    "203.0.113.5");
	strbuf_clear(&f.fake.calls);
	put(&f, "a@pass.test");
	assert_int_equal(session_body(f.session, "x", 1), MTA_CONTINUE);
	assert_int_equal(session_end_of_message(f.session), MTA_CONTINUE);
	assert_calls(&f, "insert Authentication-Results:mx.test;\n\n");
	end(&f);
}

/* --- what is asked for ---------------------------------------------------- */

static size_t bytes_asked;

char *__real_mem_strdup(TALLOC_CTX *ctx, const char *text);
char *__wrap_mem_strdup(TALLOC_CTX *ctx, const char *text);
char *__real_mem_strndup(TALLOC_CTX *ctx, const char *bytes, size_t length);
char *__wrap_mem_strndup(TALLOC_CTX *ctx, const char *bytes, size_t length);
void *__real_mem_zeroed(TALLOC_CTX *ctx, size_t size, size_t count,
			const char *name);
void *__wrap_mem_zeroed(TALLOC_CTX *ctx, size_t size, size_t count,
			const char *name);
void *__real_mem_resized(TALLOC_CTX *ctx, void *pointer, size_t size,
			 size_t count, const char *name);
void *__wrap_mem_resized(TALLOC_CTX *ctx, void *pointer, size_t size,
			 size_t count, const char *name);
char *__wrap_mem_printf(TALLOC_CTX *ctx, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

char *__wrap_mem_strdup(TALLOC_CTX *ctx, const char *text)
{
	bytes_asked += strlen(text);
	return __real_mem_strdup(ctx, text);
}

char *__wrap_mem_strndup(TALLOC_CTX *ctx, const char *bytes, size_t length)
{
	bytes_asked += length;
	return __real_mem_strndup(ctx, bytes, length);
}

void *__wrap_mem_zeroed(TALLOC_CTX *ctx, size_t size, size_t count,
			const char *name)
{
	bytes_asked += size * count;
	return __real_mem_zeroed(ctx, size, count, name);
}

void *__wrap_mem_resized(TALLOC_CTX *ctx, void *pointer, size_t size,
			 size_t count, const char *name)
{
	bytes_asked += size * count;
	return __real_mem_resized(ctx, pointer, size, count, name);
}

char *__wrap_mem_printf(TALLOC_CTX *ctx, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = mem_vprintf(ctx, format, args);
	va_end(args);
	bytes_asked += strlen(text);
	return text;
}

static void wanting_failure_reports(struct config *config)
{
	config->report.failure_reports = FAILURES_REDACTED;
}

#define LONG_FIELDS 30

/* What a message asks for from its first field to its end: each field has
 * `length` bytes. */
static size_t ask_for_header(struct fixture *f, size_t length)
{
	static const struct {
		const char *name;
		const char *front;
		const char *end;
	} fields[] = {
	    {"Received", " from ", ""},
	    {"From", " \"", "\" <a@pass.test>"},
	    {"Subject", " ", ""},
	    {"List-Id", " <", ">"},
	    {"Authentication-Results", " other.test; ", ""},
	    {"To", " <", "@pass.test>"},
	};
	char *value = mem_array(f->mem, char, length + 1);
	size_t before = bytes_asked;

	session_mail(f->session, "<a@pass.test>");
	for (size_t i = 0; i < LONG_FIELDS; i++) {
		size_t kind = i < sizeof fields / sizeof fields[0] ? i : 0;
		size_t end = strlen(fields[kind].end);
		memset(value, 'x', length);
		memcpy(value, fields[kind].front, strlen(fields[kind].front));
		memcpy(value + length - end, fields[kind].end, end);
		session_header(f->session, fields[kind].name, value);
	}
	session_end_of_header(f->session);
	assert_int_equal(session_end_of_message(f->session), MTA_CONTINUE);
	return bytes_asked - before;
}

/* The header is copied once, whoever looks at it: a field that is longer by
 * some bytes asks for as many more, whether or not the MTA takes its first
 * blank away. Both lengths are past what is shown of a field, below what From
 * may have; 30 of the longer ones are 210 KB. One field that is copied once
 * more is 3500 bytes. */
static void one_copy_of_the_header(void **state)
{
	static const unsigned grants[] = {
	    ALL_GRANTS, ALL_GRANTS & ~(unsigned)MTA_LEADING_BLANK};
	struct fixture f;

	(void)state;
	begin(&f, wanting_failure_reports);
	for (size_t i = 0; i < sizeof grants / sizeof grants[0]; i++) {
		session_free(f.session);
		open_session(&f, grants[i], "203.0.113.5");
		size_t less = ask_for_header(&f, 3500);
		size_t more = ask_for_header(&f, 7000);
		assert_in_range(more - less, LONG_FIELDS * 3500,
				LONG_FIELDS * 3500 + 1024);
	}
	end(&f);
}

static void crowded(struct config *config)
{
	config->daemon.max_messages = 1;
}

static void a_full_house_is_refused_for_now(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, crowded);
	assert_true(gate_enter(&f.service.gate.evaluating, 1));
	assert_int_equal(send_mail(&f, " a@pass.test"), MTA_TEMPFAIL);
	assert_calls(&f, "reply 451|4.3.2|Too much mail at the moment, try "
			 "again later\n");
	assert_int_equal(recorded_log_count("reason=overloaded"), 1);
	gate_leave(&f.service.gate.evaluating);
	assert_int_equal(send_mail(&f, " a@pass.test"), MTA_CONTINUE);
	end(&f);
}

/* H13: whoever comes once the daemon stops is told to come again. */
static void h13_a_closed_gate_evaluates_nothing(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, NULL);
	gate_close(&f.service.gate);
	assert_int_equal(send_mail(&f, " a@reject.test"), MTA_TEMPFAIL);
	assert_calls(&f, "reply 451|4.3.2|The mail filter is stopping, try "
			 "again later\n");
	assert_int_equal(atomic_load(&f.service.gate.streaming), 0);
	assert_true(gate_wait_empty(&f.service.gate.evaluating, 0));
	end(&f);
}

/* What was begun and cannot be recorded any more is not answered for good. */
static void h13_an_ended_store_answers_nothing(void **state)
{
	struct place place = place_make();
	struct fixture f;
	struct error unused;
	int64_t when_s;

	(void)state;
	begin(&f, NULL);
	f.service.store = open_store(place.path, DURABILITY_COMMIT);
	assert_int_equal(send_mail(&f, " a@reject.test"), MTA_REJECT);
	strbuf_clear(&f.fake.calls);
	store_end(f.service.store);
	assert_int_equal(send_mail(&f, " a@reject.test"), MTA_TEMPFAIL);
	assert_calls(&f, "reply 451|4.3.2|The mail filter is stopping, try "
			 "again later\n");
	assert_false(store_last_error(f.service.store, &unused, &when_s));
	store_close(f.service.store);
	end(&f);
	place_remove(&place);
}

static void a_reload_leaves_the_message_its_engine(void **state)
{
	struct fixture f;
	struct engine *engine;
	struct error err;

	(void)state;
	begin(&f, NULL);
	put(&f, " a@reject.test");
	struct config *config = config_defaults(NULL);
	config->dns.fixture = f.zone_path;
	config->daemon.mode = MODE_MONITOR;
	assert_true(engine_new(config, NULL, clock_system(), random_system(),
			       &engine, &err));
	current_replace(&f.service.current, engine);
	assert_int_equal(session_end_of_message(f.session), MTA_REJECT);
	assert_int_equal(send_mail(&f, " a@reject.test"), MTA_CONTINUE);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(several_messages_on_one_connection),
	    cmocka_unit_test(h13_a_closed_gate_evaluates_nothing),
	    cmocka_unit_test(h13_an_ended_store_answers_nothing),
	    cmocka_unit_test(nothing_survives_an_abandoned_message),
	    cmocka_unit_test(steps_without_mail_are_ignored),
	    cmocka_unit_test(a_message_without_a_header_has_no_from),
	    cmocka_unit_test(a_header_ends_once),
	    cmocka_unit_test(forged_fields_go_from_the_highest_down),
	    cmocka_unit_test(forged_tags_go_too),
	    cmocka_unit_test(quarantines_in_three_ways),
	    cmocka_unit_test(a_body_unseen_counts_as_a_large_one),
	    cmocka_unit_test(known_paths_are_spared_so_often),
	    cmocka_unit_test(too_many_recipients_are_held),
	    cmocka_unit_test(a_recipient_more_takes_no_memory),
	    cmocka_unit_test(monitor_mode_only_stamps),
	    cmocka_unit_test(trusted_mail_is_cleaned_and_logged),
	    cmocka_unit_test(e16_our_field_is_known_by_its_mark),
	    cmocka_unit_test(e16_few_marks_are_read),
	    cmocka_unit_test(an_unknown_client_is_not_trusted),
	    cmocka_unit_test(replies_survive_a_format),
	    cmocka_unit_test(a_refusing_mta_changes_no_verdict),
	    cmocka_unit_test(old_mta_gets_no_blank),
	    cmocka_unit_test(one_copy_of_the_header),
	    cmocka_unit_test(a_full_house_is_refused_for_now),
	    cmocka_unit_test(a_reload_leaves_the_message_its_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
