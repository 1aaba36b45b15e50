/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * callbacks.c - libmilter's calls translated into the session's
 *
 * Successive callbacks of one connection run on any of libmilter's workers:
 * everything hangs on smfi_setpriv(). Where a no-reply bit was granted the
 * callback must return SMFIS_NOREPLY, and where it was not it must not.
 * Tested by test_wire_messages, fuzz_milter.
 */
#include "milter/callbacks.h"

#include <libmilter/mfapi.h>
#include <netinet/in.h>

#include "milter/log.h"
#include "milter/session.h"
#include "milter/wire.h"

#define WANTED_ACTIONS                                                         \
	(SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE | SMFIF_SETSYMLIST)
#define REDIRECT_ACTIONS (SMFIF_ADDRCPT | SMFIF_DELRCPT)
#define QUIET_STEPS                                                            \
	(SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT |       \
	 SMFIP_NR_DATA | SMFIP_NR_UNKN | SMFIP_NR_HDR | SMFIP_NR_EOH |         \
	 SMFIP_NR_BODY)
#define WANTED_STEPS                                                           \
	(QUIET_STEPS | SMFIP_HDR_LEADSPC | SMFIP_SKIP | SMFIP_NOUNKNOWN)

/* What smfi_getpriv() gives. */
struct link {
	struct session *session;
	unsigned long quiet; /* granted bits of QUIET_STEPS */
};

/* libmilter's callbacks have no argument for it. */
static struct service *the_service;

/* --- what the session may ask ------------------------------------------- */

static const char *ask_macro(void *context, const char *name)
{
	return smfi_getsymval(context, (char *)name);
}

static bool delete_header(void *context, const char *name, unsigned index)
{
	return smfi_chgheader(context, (char *)name, (int)index, NULL) ==
	       MI_SUCCESS;
}

static bool insert_header(void *context, const char *name, const char *value)
{
	return smfi_insheader(context, 0, (char *)name, (char *)value) ==
	       MI_SUCCESS;
}

static bool quarantine_message(void *context, const char *reason)
{
	return smfi_quarantine(context, (char *)reason) == MI_SUCCESS;
}

static bool delete_recipient(void *context, const char *recipient)
{
	return smfi_delrcpt(context, (char *)recipient) == MI_SUCCESS;
}

static bool add_recipient(void *context, const char *recipient)
{
	return smfi_addrcpt(context, (char *)recipient) == MI_SUCCESS;
}

static bool set_reply(void *context, const char *code,
		      const char *enhanced_code, const char *text)
{
	return smfi_setreply(context, (char *)code, (char *)enhanced_code,
			     (char *)text) == MI_SUCCESS;
}

static const struct mta_ops libmilter_ops = {
    .macro = ask_macro,
    .delete_header = delete_header,
    .insert_header = insert_header,
    .quarantine = quarantine_message,
    .delete_recipient = delete_recipient,
    .add_recipient = add_recipient,
    .set_reply = set_reply,
};

/* --- the connection ------------------------------------------------------ */

static struct session *session_of(SMFICTX *ctx)
{
	struct link *link = smfi_getpriv(ctx);

	return link == NULL ? NULL : link->session;
}

static void disconnect(SMFICTX *ctx)
{
	struct link *link = smfi_getpriv(ctx);

	if (link == NULL)
		return;
	(void)smfi_setpriv(ctx, NULL);
	session_free(link->session);
	heap_free(link);
}

static bool connect_link(SMFICTX *ctx, unsigned grants, unsigned long quiet)
{
	struct mta mta = {
	    .ops = &libmilter_ops,
	    .context = ctx,
	    .grants = grants,
	};

	disconnect(ctx);
	struct link *link = heap_new(struct link);
	link->session = session_new(the_service, &mta);
	link->quiet = quiet;
	if (smfi_setpriv(ctx, link) == MI_SUCCESS)
		return true;
	session_free(link->session);
	heap_free(link);
	return false;
}

static bool is_redirecting(void)
{
	struct engine *engine = current_share(&the_service->current);
	bool is_it =
	    engine->config->policy.quarantine_action == QUARANTINE_REDIRECT;

	engine_unref(engine);
	return is_it;
}

static unsigned grants_of(unsigned long actions, unsigned long steps)
{
	static const struct {
		unsigned long bits;
		bool is_step;
		enum mta_grant grant;
	} rows[] = {
	    {SMFIF_ADDHDRS, false, MTA_ADD_HEADERS},
	    {SMFIF_CHGHDRS, false, MTA_CHANGE_HEADERS},
	    {SMFIF_QUARANTINE, false, MTA_QUARANTINE},
	    {REDIRECT_ACTIONS, false, MTA_CHANGE_RECIPIENTS},
	    {SMFIP_HDR_LEADSPC, true, MTA_LEADING_BLANK},
	    {SMFIP_SKIP, true, MTA_SKIP_BODY},
	};
	unsigned grants = 0;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		unsigned long granted = rows[i].is_step ? steps : actions;
		if ((granted & rows[i].bits) == rows[i].bits)
			grants |= rows[i].grant;
	}
	return grants;
}

/* A libmilter that reads by another way than wire.h has it. */
static void check_wire(void)
{
	static struct log_limit limit;

	if (wire_command() != 'O' && log_is_due(&limit))
		log_write(LOG_LEVEL_ERROR,
			  "libmilter's packets are not checked: it is not the "
			  "one that alignd was made for, and whoever reaches "
			  "the socket may end the daemon");
}

/* Without a reply to the body there is no SMFIS_SKIP: one of them, by what the
 * mail of late was like. What libmilter offers is never without the first:
 * where an MTA has no such step, it replies by itself. */
static unsigned long choose_steps(unsigned long offered)
{
	bool is_skip_better = unneeded_is_common(&the_service->unneeded);
	unsigned long other = is_skip_better ? SMFIP_NR_BODY : SMFIP_SKIP;

	return offered & WANTED_STEPS & ~other;
}

/* Takes of each offer what alignd wants; an old MTA offers less. */
static sfsistat on_negotiate(SMFICTX *ctx, unsigned long actions,
			     unsigned long steps, unsigned long unused2,
			     unsigned long unused3, unsigned long *our_actions,
			     unsigned long *our_steps, unsigned long *our2,
			     unsigned long *our3)
{
	unsigned long wanted = WANTED_ACTIONS;

	(void)unused2;
	(void)unused3;
	check_wire();
	if (is_redirecting())
		wanted |= REDIRECT_ACTIONS;
	*our_actions = actions & wanted;
	*our_steps = choose_steps(steps);
	*our2 = 0;
	*our3 = 0;
	if ((*our_actions & SMFIF_SETSYMLIST) != 0) {
		(void)smfi_setsymlist(ctx, SMFIM_CONNECT,
				      (char *)MTA_MACROS_AT_CONNECT);
		(void)smfi_setsymlist(ctx, SMFIM_ENVFROM,
				      (char *)MTA_MACROS_AT_MAIL);
		(void)smfi_setsymlist(ctx, SMFIM_EOM,
				      (char *)MTA_MACROS_AT_END);
	}
	return connect_link(ctx, grants_of(*our_actions, *our_steps),
			    *our_steps & QUIET_STEPS)
		   ? SMFIS_CONTINUE
		   : SMFIS_REJECT;
}

static sfsistat answer_step(SMFICTX *ctx, unsigned long bit)
{
	struct link *link = smfi_getpriv(ctx);

	return link != NULL && (link->quiet & bit) != 0 ? SMFIS_NOREPLY
							: SMFIS_CONTINUE;
}

static sfsistat status_of(enum mta_answer answer)
{
	static const sfsistat statuses[] = {
	    [MTA_CONTINUE] = SMFIS_CONTINUE,
	    [MTA_SKIP] = SMFIS_SKIP,
	    [MTA_REJECT] = SMFIS_REJECT,
	    [MTA_TEMPFAIL] = SMFIS_TEMPFAIL,
	};

	return statuses[answer];
}

static void begin_connection(struct session *session, const char *hostname,
			     const struct sockaddr *from)
{
	struct net_address address = {.family = NET_NONE};

	if (from == NULL) {
		session_connect(session, hostname, NULL);
		return;
	}
	if (from->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)from;
		address = net_address_ipv4((const void *)&in->sin_addr);
	} else if (from->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)from;
		address = net_address_ipv6(in6->sin6_addr.s6_addr);
	}
	session_connect(session, hostname, &address);
}

static sfsistat on_connect(SMFICTX *ctx, char *hostname, struct sockaddr *from)
{
	/* After SMFIC_QUIT_NC the MTA goes on without negotiating again, and
	 * libmilter does not say what was granted. Answering every step is
	 * right in any case; a change that was not granted libmilter refuses
	 * by itself. */
	if (session_of(ctx) == NULL)
		(void)connect_link(ctx, ~(unsigned)MTA_SKIP_BODY, 0);
	if (session_of(ctx) != NULL)
		begin_connection(session_of(ctx), hostname, from);
	return answer_step(ctx, SMFIP_NR_CONN);
}

static sfsistat on_helo(SMFICTX *ctx, char *name)
{
	if (session_of(ctx) != NULL)
		session_helo(session_of(ctx), name);
	return answer_step(ctx, SMFIP_NR_HELO);
}

/* --- the message --------------------------------------------------------- */

static sfsistat on_mail(SMFICTX *ctx, char **arguments)
{
	if (session_of(ctx) != NULL)
		session_mail(session_of(ctx), arguments[0]);
	return answer_step(ctx, SMFIP_NR_MAIL);
}

static sfsistat on_recipient(SMFICTX *ctx, char **arguments)
{
	if (session_of(ctx) != NULL)
		session_recipient(session_of(ctx), arguments[0]);
	return answer_step(ctx, SMFIP_NR_RCPT);
}

static sfsistat on_data(SMFICTX *ctx)
{
	return answer_step(ctx, SMFIP_NR_DATA);
}

static sfsistat on_unknown(SMFICTX *ctx, const char *command)
{
	(void)command;
	return answer_step(ctx, SMFIP_NR_UNKN);
}

static sfsistat on_header(SMFICTX *ctx, char *name, char *value)
{
	if (session_of(ctx) != NULL)
		session_header(session_of(ctx), name, value);
	return answer_step(ctx, SMFIP_NR_HDR);
}

static sfsistat on_end_of_header(SMFICTX *ctx)
{
	if (session_of(ctx) != NULL)
		session_end_of_header(session_of(ctx));
	return answer_step(ctx, SMFIP_NR_EOH);
}

static sfsistat on_body(SMFICTX *ctx, unsigned char *bytes, size_t length)
{
	if (session_of(ctx) == NULL)
		return SMFIS_CONTINUE;
	enum mta_answer answer =
	    session_body(session_of(ctx), (const char *)bytes, length);
	/* A chunk within the end of the message: libmilter would take any
	 * other answer for the message's, and not ask for that. */
	if (wire_command() == 'E')
		return SMFIS_CONTINUE;
	return answer == MTA_CONTINUE ? answer_step(ctx, SMFIP_NR_BODY)
				      : status_of(answer);
}

static sfsistat on_end_of_message(SMFICTX *ctx)
{
	/* Without a session nothing is known about the message: the sender
	 * tries again. The one answer to a failure of our own. */
	if (session_of(ctx) == NULL) {
		log_write(LOG_LEVEL_ERROR,
			  "a message came without its connection: refused for "
			  "now");
		return SMFIS_TEMPFAIL;
	}
	return status_of(session_end_of_message(session_of(ctx)));
}

static sfsistat on_abort(SMFICTX *ctx)
{
	if (session_of(ctx) != NULL)
		session_abort(session_of(ctx));
	return SMFIS_CONTINUE;
}

static sfsistat on_close(SMFICTX *ctx)
{
	disconnect(ctx);
	return SMFIS_CONTINUE;
}

bool callbacks_register(struct service *service)
{
	struct smfiDesc description = {
	    .xxfi_name = (char *)"alignd",
	    .xxfi_version = SMFI_VERSION,
	    .xxfi_flags = WANTED_ACTIONS | REDIRECT_ACTIONS,
	    .xxfi_connect = on_connect,
	    .xxfi_helo = on_helo,
	    .xxfi_envfrom = on_mail,
	    .xxfi_envrcpt = on_recipient,
	    .xxfi_header = on_header,
	    .xxfi_eoh = on_end_of_header,
	    .xxfi_body = on_body,
	    .xxfi_eom = on_end_of_message,
	    .xxfi_abort = on_abort,
	    .xxfi_close = on_close,
	    .xxfi_unknown = on_unknown,
	    .xxfi_data = on_data,
	    .xxfi_negotiate = on_negotiate,
	};

	the_service = service;
	return smfi_register(description) == MI_SUCCESS;
}
