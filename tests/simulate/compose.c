/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compose.c - the bytes of a planned message
 */
#include "tests/simulate/compose.h"

#include <string.h>
#include <time.h>

#define MESSAGE_MAX 65536
#define DICE_TEXT 2000
#define SIGNED_FIELDS "from:to:cc:subject:date:message-id"

static const char *const words[] = {
    "agenda",  "boat",	"cellar",  "draft",   "evening",  "figures",
    "garden",  "house", "invoice", "journey", "kitchen",  "letter",
    "meeting", "note",	"offer",   "paper",   "question", "receipt",
    "school",  "train", "update",  "visit",   "winter",	  "year"};

/* The same for all copies of a message. */
static struct dice text_dice(const struct plan *plan, unsigned part)
{
	return dice_of(plan->number, DICE_TEXT, part);
}

static void add_words(struct strbuf *out, struct dice *dice, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned at = dice_below(dice, sizeof words / sizeof words[0]);
		strbuf_printf(out, i == 0 ? "%s" : " %s", words[at]);
	}
}

static void add_lines(struct strbuf *out, struct dice *dice, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		add_words(out, dice, 8);
		strbuf_add_text(out, "\r\n");
	}
}

static void add_date(struct strbuf *out, int64_t at_s)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed",
					   "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
					     "May", "Jun", "Jul", "Aug",
					     "Sep", "Oct", "Nov", "Dec"};
	time_t at = (time_t)at_s;
	struct tm tm = {0};

	(void)gmtime_r(&at, &tm);
	strbuf_printf(out, "%s, %02d %s %d %02d:%02d:%02d +0000",
		      days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
		      tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* --- header and body, as written or as changed -----------------------------
 */

static void add_header(struct strbuf *out, const struct plan *plan,
		       const char *from, const char *subject_tag)
{
	struct dice dice = text_dice(plan, 0);

	if (from == NULL)
		strbuf_printf(out, "From: \"Info\" <info@%s>\r\n",
			      plan->author);
	else
		strbuf_printf(out, "From: \"Info by way of\" <%s>\r\n", from);
	strbuf_printf(out, "To: %s\r\n", plan->to);
	if (plan->cc != NULL)
		strbuf_printf(out, "Cc: %s\r\n", plan->cc);
	strbuf_printf(out, "Subject: %s", subject_tag);
	add_words(out, &dice, 4);
	strbuf_add_text(out, "\r\nDate: ");
	add_date(out, plan->written_s);
	strbuf_printf(out, "\r\nMessage-ID: <%08x.%u@%s>\r\n",
		      (unsigned)plan->written_s, plan->number, plan->author);
}

static void add_body(struct strbuf *out, const struct plan *plan,
		     enum change change)
{
	struct dice dice =
	    text_dice(plan, change == CHANGE_BODY ? 2 + plan->personal : 1);

	if (change == CHANGE_BANNER)
		strbuf_add_text(out, "This mail came from outside.\r\n\r\n");
	add_lines(out, &dice, 5);
	if (change == CHANGE_FOOTER || change == CHANGE_TAG ||
	    change == CHANGE_PERSONAL)
		strbuf_add_text(out, "--\r\nYou read the list \"talk\".\r\n");
	if (change == CHANGE_PERSONAL)
		strbuf_printf(out, "To leave: https://l.example/u/%u\r\n",
			      plan->personal);
}

static const char *write_original(TALLOC_CTX *mem, const struct plan *plan)
{
	struct strbuf text;

	strbuf_init(&text, mem, MESSAGE_MAX);
	add_header(&text, plan, NULL, "");
	strbuf_add_text(&text, "\r\n");
	add_body(&text, plan, CHANGE_NONE);
	return strbuf_text(&text);
}

static const char *write_changed(TALLOC_CTX *mem, const struct plan *plan)
{
	const char *tag = plan->change == CHANGE_TAG ? "[talk] " : "";
	struct strbuf text;

	strbuf_init(&text, mem, MESSAGE_MAX);
	add_header(&text, plan, plan->from, tag);
	if (plan->list_id != NULL)
		strbuf_printf(&text, "List-Id: <%s>\r\n", plan->list_id);
	strbuf_add_text(&text, "\r\n");
	add_body(&text, plan, plan->change);
	return strbuf_text(&text);
}

/* --- signatures ----------------------------------------------------------- */

static const struct sign_key *choose_key(const struct world *world,
					 const char *domain, bool is_wrong)
{
	const struct sign_key *key = world_key(world, domain);

	if (!is_wrong)
		return key;
	return key == world->keys[0] ? world->keys[1] : world->keys[0];
}

static const char *sign_at(TALLOC_CTX *mem, const char *domain,
			   const struct sign_key *key, int64_t at_s,
			   const char *message)
{
	struct sign_options options = {
	    .fields = SIGNED_FIELDS,
	    .tags = mem_printf(mem, "t=%u", (unsigned)at_s),
	};

	return sign_message(mem, domain, "s1", key, &options, message);
}

static const char *seal(TALLOC_CTX *mem, const struct world *world,
			const struct plan *plan, const char *message)
{
	struct seal_options options = {
	    .results = mem_printf(
		mem, "%s; dmarc=%s header.from=%s", plan->handler,
		plan->signer == NULL ? "fail" : "pass", plan->author),
	};

	return seal_message(mem, plan->handler, "s1",
			    world_key(world, plan->handler), &options, message);
}

static const char *write_message(TALLOC_CTX *mem, const struct world *world,
				 const struct plan *plan)
{
	const char *text = write_changed(mem, plan);

	if (plan->signer != NULL) {
		const struct sign_key *key =
		    choose_key(world, plan->signer, plan->is_key_wrong);
		text =
		    mem_printf(mem, "%s%s",
			       sign_at(mem, plan->signer, key, plan->written_s,
				       write_original(mem, plan)),
			       text);
	}
	if (plan->handler != NULL)
		text = mem_printf(mem, "%s%s",
				  sign_at(mem, plan->handler,
					  world_key(world, plan->handler),
					  plan->time_s, text),
				  text);
	if (plan->is_sealed)
		text =
		    mem_printf(mem, "%s%s", seal(mem, world, plan, text), text);
	return text;
}

/* --- the envelope --------------------------------------------------------- */

static unsigned mailboxes_of(const char *rcpt)
{
	return strncmp(rcpt, "staff", 5) == 0 ? STAFF_MAILBOXES : 1;
}

static void add_recipients(struct mail *mail, const struct plan *plan)
{
	mail->rcpts.items = mem_array(mail, const char *, 2);
	for (size_t i = 0; i < 2 && plan->rcpts[i] != NULL; i++) {
		mail->rcpts.items[mail->rcpts.count++] =
		    mem_printf(mail, "<%s>", plan->rcpts[i]);
		mail->mailboxes += mailboxes_of(plan->rcpts[i]);
	}
}

struct mail *compose_mail(TALLOC_CTX *mem, const struct world *world,
			  const struct plan *plan)
{
	struct mail *mail = mem_new(mem, struct mail);
	char address[WORLD_ADDRESS];

	*mail = (struct mail){
	    .time_s = plan->time_s,
	    .actor = plan->actor,
	    .truth = plan->truth,
	    .client = mem_strdup(mail, world_address(plan->network, plan->host,
						     plan->is_ipv6, address)),
	    .helo = plan->helo,
	    .mail_from = mem_printf(mail, "<%s>", plan->mail_from),
	    .author =
		plan->from == NULL ? plan->author : strchr(plan->from, '@') + 1,
	    .message = span_of(write_message(mail, world, plan)),
	};
	add_recipients(mail, plan);
	return mail;
}
