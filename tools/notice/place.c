/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * place.c - where a notice goes: a mailbox, a webhook
 */
#include "tools/notice/place.h"

#include <string.h>

#include "lib/base/confine.h"
#include "lib/notice/mail.h"
#include "lib/notice/show.h"
#include "lib/notice/webhook.h"
#include "lib/report/send/collect.h"
#include "lib/report/send/signer.h"
#include "lib/report/send/smtp.h"
#include "lib/report/send/url.h"
#include "tools/report/alignment.h"
#include "tools/report/confine.h"

/* --- which --- */

static const char *label_of(TALLOC_CTX *mem, enum notice_way way,
			    const char *address)
{
	const char *host;

	if (way == NOTICE_MAIL)
		return mem_printf(mem, "mail to %s", address);
	host = url_host(mem, address);
	return mem_printf(mem, "webhook at %s",
			  host == NULL ? "?" : text_printable(mem, host));
}

static void add_place(struct tool *tool, enum notice_way way,
		      const char *address, struct notice_place *places,
		      size_t *count)
{
	if (address == NULL || *address == '\0')
		return;
	places[(*count)++] = (struct notice_place){
	    .way = way,
	    .address = address,
	    .label = label_of(tool->mem, way, address),
	    .header_file = "",
	    .header_name = "--header-file",
	    .ca_file = tool_value(tool, "--ca-file"),
	};
}

/* The checks' words name no option, and a webhook's no path. */
static bool check_options(struct tool *tool, struct error *err)
{
	const char *mail = tool_value(tool, "--mail");
	const char *webhook = tool_value(tool, "--webhook");

	if (mail != NULL && !notice_mail_check(mail, err))
		(void)error_wrap(err, "--mail");
	else if (webhook != NULL && !notice_webhook_check(webhook, err))
		(void)error_wrap(err, "--webhook");
	else
		return true;
	err->kind = ERROR_USAGE;
	return false;
}

bool notice_places(struct tool *tool, const struct config *config,
		   const char *channel, struct notice_place *places,
		   size_t *count, struct error *err)
{
	const struct notice_settings *to = strcmp(channel, "alert") == 0
					       ? &config->alert.to
					       : &config->digest.to;
	bool is_given = tool_has(tool, "--mail") || tool_has(tool, "--webhook");
	const char *header_file = tool_value(tool, "--header-file");
	size_t found = 0;

	if (!check_options(tool, err))
		return false;
	add_place(tool, NOTICE_MAIL,
		  is_given ? tool_value(tool, "--mail") : to->mail, places,
		  &found);
	add_place(tool, NOTICE_WEBHOOK,
		  is_given ? tool_value(tool, "--webhook") : to->webhook,
		  places, &found);
	for (size_t i = 0; i < found; i++) {
		if (header_file != NULL) {
			places[i].header_file = header_file;
		} else if (!is_given) {
			places[i].header_file = to->webhook_header_file;
			places[i].header_name = mem_printf(
			    tool->mem, "%s.webhook_header_file", channel);
		}
	}
	*count = found;
	return true;
}

void notice_places_confine(struct tool *tool, const struct config *config,
			   const struct notice_place *places, size_t count)
{
	struct confine_files *files = confine_files_new(tool->mem);

	for (size_t i = 0; i < count; i++) {
		if (places[i].way != NOTICE_WEBHOOK)
			continue;
		confine_connect_port(files, url_port(places[i].address));
		if (*places[i].header_file != '\0')
			confine_read_beside(files, places[i].header_file);
		if (places[i].ca_file != NULL)
			confine_read_beside(files, places[i].ca_file);
	}
	report_confine_sender(tool, config, files);
}

/* --- mail --- */

/* As a report: signed by the same key where there is one. */
static bool write_mail(TALLOC_CTX *mem, struct tool *tool,
		       const struct report_settings *settings, const char *to,
		       const struct notice *notice, struct span *message,
		       struct error *err)
{
	const struct notice_mail mail = {
	    .id = report_new_id(mem, random_system()),
	    .org_name = report_org_name(settings),
	    .from = settings->from,
	    .to = to,
	};
	const char *text = notice_mail_write(mem, &mail, notice);
	struct report_signer *signer;
	char *signature = mem_strdup(mem, "");

	if (!report_signer_open(mem, settings, &tool->clock, &signer, err) ||
	    (signer != NULL &&
	     !report_signer_sign(mem, signer, span_of(text), &signature, err)))
		return false;
	*message = span_of(mem_printf(mem, "%s%s", signature, text));
	return true;
}

static bool send_mail(TALLOC_CTX *mem, struct tool *tool,
		      const struct report_settings *settings, const char *to,
		      const struct notice *notice, struct error *err)
{
	struct smtp *smtp;
	struct span message;

	if (*settings->from == '\0')
		return error_set(err, ERROR_CONFIG,
				 "report.from is empty: name the address that "
				 "such mail comes from (alignd.conf(5), "
				 "section report)");
	if (!write_mail(mem, tool, settings, to, notice, &message, err) ||
	    !smtp_new(mem, settings, &smtp, err))
		return false;
	const struct smtp_reply reply =
	    smtp_send(mem, smtp, settings->from, to, message);
	return reply.result == SMTP_ACCEPTED ||
	       error_set(err, ERROR_SYSTEM,
			 "report.smtp_url: the mail server does not take "
			 "it (%.110s); the next run tells it",
			 reply.words);
}

/* --- both --- */

static bool post(TALLOC_CTX *mem, const struct notice_place *place,
		 const struct notice *notice, struct error *err)
{
	const struct webhook webhook = {
	    .url = place->address,
	    .header_file = place->header_file,
	    .header_name = place->header_name,
	    .ca_file = place->ca_file,
	};

	return webhook_post(mem, &webhook,
			    json_text(mem, notice_json(mem, notice)), err);
}

bool notice_hand_over(struct tool *tool, const struct config *config,
		      const struct notice_place *place,
		      const struct notice *notice, struct error *err)
{
	TALLOC_CTX *mem = mem_context(tool->mem);
	bool ok = place->way == NOTICE_MAIL
		      ? send_mail(mem, tool, &config->report, place->address,
				  notice, err)
		      : post(mem, place, notice, err);

	mem_free(mem);
	return ok;
}
