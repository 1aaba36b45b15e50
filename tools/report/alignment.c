/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alignment.c - would our own report mail pass DMARC?
 */
#include "tools/report/alignment.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/app/stored_message.h"
#include "lib/report/make/destination.h"
#include "lib/report/make/mail.h"

#define NO_ID "00000000000000000000000000000000"

const char *report_signing_domain(const struct report_settings *settings)
{
	return *settings->sign_domain != '\0'
		   ? settings->sign_domain
		   : destination_host(settings->from);
}

bool report_signer_open(TALLOC_CTX *mem, const struct report_settings *settings,
			const struct clock *clock,
			struct report_signer **signer, struct error *err)
{
	*signer = NULL;
	if (*settings->sign_key == '\0')
		return true;
	if (*settings->sign_selector == '\0')
		return error_set(err, ERROR_CONFIG,
				 "report.sign_selector is empty: name the "
				 "selector of report.sign_key; the reports "
				 "wait");
	return report_signer_new(mem, report_signing_domain(settings),
				 settings->sign_selector, settings->sign_key,
				 clock, signer, err);
}

/* A report to ourselves, about nothing. */
static bool write_trial(TALLOC_CTX *mem, const struct report_settings *settings,
			const struct report_signer *signer, int64_t now_s,
			char **text, struct error *err)
{
	const struct report_mail mail = {
	    .report_id = NO_ID,
	    .policy_domain = destination_host(settings->from),
	    .submitter = destination_host(settings->from),
	    .file_name = "none",
	    .org_name = report_org_name(settings),
	    .from = settings->from,
	    .to = settings->from,
	    .token = NO_ID,
	    .contact = settings->contact,
	    .now_s = now_s,
	};
	char *signature = mem_strdup(mem, "");
	char *message = report_mail_write(mem, &mail);

	if (signer != NULL &&
	    !report_signer_sign(mem, signer, span_of(message), &signature, err))
		return false;
	*text = mem_printf(mem, "%s%s", signature, message);
	return true;
}

/* Nobody sends it: for the loopback address SPF says nothing. */
static bool judge_trial(TALLOC_CTX *mem, const struct engine *engine,
			const char *from, char *text,
			const struct verdict **verdict, struct error *err)
{
	struct stored_envelope envelope = {.mail_from = from};
	FILE *file = fmemopen(text, strlen(text), "r");

	if (file == NULL)
		return error_errno(err, ERROR_SYSTEM, errno, "fmemopen");
	envelope.client.helo = "localhost";
	bool ok = net_address_parse("127.0.0.1", &envelope.client.address) &&
		  stored_message_evaluate(mem, &engine->evaluator, &envelope,
					  file, verdict, err);
	(void)fclose(file);
	return ok;
}

static struct report_alignment
judge_signature(TALLOC_CTX *mem, const struct report_settings *settings,
		const struct verdict *verdict)
{
	const struct evidence_signature *signature =
	    &verdict->evidence.dkim.items[0];
	const char *key =
	    mem_printf(mem, "%s._domainkey.%s", settings->sign_selector,
		       report_signing_domain(settings));

	if (verdict->is_dkim_aligned)
		return (struct report_alignment){
		    REPORT_ALIGNED,
		    mem_printf(mem, "report.sign_key fits the key at %s", key),
		    NULL};
	if (signature->result == AUTH_TEMPERROR)
		return (struct report_alignment){
		    REPORT_ALIGNMENT_OPEN,
		    mem_printf(mem, "DNS does not answer for %s", key), NULL};
	if (signature->result == AUTH_PASS)
		return (struct report_alignment){
		    REPORT_NOT_ALIGNED,
		    mem_printf(mem,
			       "reports are signed for %s, which is not "
			       "aligned with report.from (%s)",
			       report_signing_domain(settings), settings->from),
		    "report.sign_domain: the domain of report.from"};
	return (struct report_alignment){
	    REPORT_NOT_ALIGNED,
	    mem_printf(mem,
		       "the signature of reports does not verify with the key "
		       "at %s: %s%s%s",
		       key, auth_result_text(signature->result),
		       signature->reason == NULL ? "" : ", ",
		       signature->reason == NULL ? "" : signature->reason),
	    mem_printf(mem,
		       "publish the public key of report.sign_key at %s "
		       "(alignctl report key prints the record), or mend "
		       "report.sign_selector",
		       key)};
}

/* What the engine makes of the trial. */
static struct report_alignment
conclude_trial(TALLOC_CTX *mem, const struct report_settings *settings,
	       const struct report_signer *signer,
	       const struct verdict *verdict)
{
	const char *domain = destination_host(settings->from);

	if (!verdict->discovery.is_complete)
		return (struct report_alignment){
		    REPORT_ALIGNMENT_OPEN,
		    mem_printf(mem, "DNS does not answer for the policy of %s",
			       domain),
		    NULL};
	if (verdict->discovery.record == NULL)
		return (struct report_alignment){
		    REPORT_NOT_ALIGNED,
		    mem_printf(mem,
			       "%s, the domain of report.from, has no DMARC "
			       "record: receivers drop its reports",
			       domain),
		    mem_printf(mem,
			       "publish a record at _dmarc.%s, such as "
			       "\"v=DMARC1; p=reject\"",
			       domain)};
	if (signer == NULL || verdict->evidence.dkim.count == 0)
		return (struct report_alignment){
		    REPORT_ALIGNMENT_OPEN,
		    mem_printf(mem,
			       "%s has a DMARC record; report.sign_key is "
			       "empty, so the mail server must sign, or its "
			       "SPF must pass",
			       domain),
		    NULL};
	return judge_signature(mem, settings, verdict);
}

/* Writes the trial and has it judged. */
static bool try_mail(TALLOC_CTX *mem, const struct engine *engine,
		     const struct report_settings *settings,
		     const struct report_signer *signer,
		     const struct verdict **verdict, struct error *err)
{
	char *text;

	return write_trial(mem, settings, signer,
			   clock_now_s(engine->evaluator.clock), &text, err) &&
	       judge_trial(mem, engine, settings->from, text, verdict, err);
}

bool report_alignment(TALLOC_CTX *mem, const struct engine *engine,
		      const struct report_signer *signer,
		      struct report_alignment *alignment, struct error *err)
{
	const struct report_settings *settings = &engine->config->report;
	const struct verdict *verdict;

	if (!try_mail(mem, engine, settings, signer, &verdict, err))
		return false;
	*alignment = conclude_trial(mem, settings, signer, verdict);
	return true;
}

bool report_signature_alignment(TALLOC_CTX *mem, const struct engine *engine,
				const struct report_settings *settings,
				const struct report_signer *signer,
				struct report_alignment *alignment,
				struct error *err)
{
	const struct verdict *verdict;

	if (!try_mail(mem, engine, settings, signer, &verdict, err))
		return false;
	if (verdict->evidence.dkim.count == 0)
		return error_set(err, ERROR_SYSTEM,
				 "the trial's signature was not read");
	*alignment = judge_signature(mem, settings, verdict);
	return true;
}
