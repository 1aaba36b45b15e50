/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * old_policyd_spf.c - the settings of policyd-spf 3.0 (spf-engine)
 * Tested by test_old_conf.
 */
#include "lib/import/old_settings.h"

#include "lib/import/old_sentences.h"

const struct old_setting old_policyd_spf_settings[] = {
    {.name = "Authserv_Id",
     .fate = OLD_TAKEN,
     .target = "authserv_id",
     .why = old_why_authserv_id},
    {.name = "debugLevel",
     .fate = OLD_NOT_NEEDED,
     .why = "each message has a line of the log"},
    {.name = "defaultSeedOnly",
     .fate = OLD_TAKEN,
     .target = "mode",
     .why = "the old name of TestOnly"},
    {.name = "Domain_Whitelist",
     .fate = OLD_QUESTION,
     .target = "overrides",
     .why = "the client had to be one of that domain's; an override by spf "
	    "matches an envelope sender that passes SPF, in that domain and in "
	    "all below it, whose records may be others'. overrides.conf has it "
	    "as a comment"},
    {.name = "Domain_Whitelist_PTR",
     .fate = OLD_TAKEN,
     .target = "overrides",
     .why = "forwarders by the client's confirmed name, or one below it; "
	    "there the name had to end so, and none confirmed it"},
    {.name = "Header_Type",
     .fate = OLD_NOT_NEEDED,
     .why = "alignd adds Authentication-Results, with the SPF result; "
	    "Received-SPF it does not add"},
    {.name = "HELO_pass_restriction",
     .fate = OLD_REFUSED,
     .why = old_why_restrictions},
    {.name = "HELO_reject",
     .fate = OLD_REFUSED,
     .why = "a HELO name that SPF fails was refused there; here HELO counts "
	    "for the null sender only",
     .harmless = " False No_Check "},
    {.name = "HELO_Whitelist",
     .fate = OLD_QUESTION,
     .target = "overrides",
     .why = "HELO had to be that very name and to lead to the client; an "
	    "override by host matches the client's confirmed name, and all "
	    "below it. overrides.conf has it as a comment"},
    {.name = "Hide_Receiver",
     .fate = OLD_NOT_NEEDED,
     .why = "no field names the recipient"},
    {.name = "InternalHosts",
     .fate = OLD_TAKEN,
     .target = "trust.networks",
     .why = "clients whose mail was left alone (milter)"},
    {.name = "IntHosts",
     .fate = OLD_NOT_NEEDED,
     .why = "no setting, though it is read: made from InternalHosts"},
    {.name = "Lookup_Time",
     .fate = OLD_TAKEN,
     .target = "dns.budget",
     .why = ""},
    {.name = "MacroList",
     .fate = OLD_NOT_NEEDED,
     .why = "trust.authenticated is about users who logged in"},
    {.name = "Mail_From_pass_restriction",
     .fate = OLD_REFUSED,
     .why = old_why_restrictions},
    {.name = "Mail_From_reject",
     .fate = OLD_REFUSED,
     .why = "mail that SPF fails (-all) was refused there by itself. Here SPF "
	    "is evidence for DMARC: without a DMARC record nothing is refused, "
	    "and with one an aligned signature passes. Who wants -all refused "
	    "all the same keeps policyd-spf in front",
     .harmless = " False No_Check "},
    {.name = "Mock",
     .fate = OLD_NOT_NEEDED,
     .why = "a way around Postfix, for a filter that reads a field"},
    {.name = "No_Mail",
     .fate = OLD_REFUSED,
     .why = "mail of a domain that sends none (\"v=spf1 -all\") was refused "
	    "there; here its DMARC record decides",
     .harmless = " False No "},
    {.name = "Per_User",
     .fate = OLD_REFUSED,
     .why = "there are no settings for single recipients; an override may "
	    "name them (rcpt), for what DMARC asks"},
    {.name = "PermError_reject",
     .fate = OLD_REFUSED,
     .why = "an SPF record that is wrong counts as no pass, and refuses "
	    "nothing by itself",
     .harmless = " False "},
    {.name = "PidFile", .fate = OLD_NOT_NEEDED, .why = old_why_started},
    {.name = "Prospective",
     .fate = OLD_NO_EQUAL,
     .why = "mail on its way out is not evaluated; alignctl check asks about "
	    "it beforehand"},
    {.name = "QueueID",
     .fate = OLD_NOT_NEEDED,
     .why = "the queue id is always logged"},
    {.name = "Reason_Message",
     .fate = OLD_NO_EQUAL,
     .why = "policy.reply_text has placeholders of its own"},
    {.name = "Reject_Not_Pass_Domains",
     .fate = OLD_QUESTION,
     .why = "an override with from and action = reject refuses what does not "
	    "pass DMARC in these domains' name, which is more than SPF"},
    {.name = "skip_addresses",
     .fate = OLD_TAKEN,
     .target = "trust.networks",
     .why = old_why_clients},
    {.name = "Socket", .fate = OLD_QUESTION, .why = old_why_socket},
    {.name = "SPF_Enhanced_Status_Codes",
     .fate = OLD_NOT_NEEDED,
     .why = "the code is that of RFC 7372 (policy.reply_code)"},
    {.name = "TempError_Defer",
     .fate = OLD_NOT_NEEDED,
     .why = "a lookup that fails matters where it decides the DMARC result "
	    "(policy.on_temperror = tempfail)"},
    {.name = "TestOnly", .fate = OLD_TAKEN, .target = "mode", .why = ""},
    {.name = "UMask", .fate = OLD_NOT_NEEDED, .why = old_why_socket_mode},
    {.name = "UserID", .fate = OLD_NOT_NEEDED, .why = old_why_user},
    {.name = "Void_Limit",
     .fate = OLD_TAKEN,
     .target = "spf.void_limit",
     .why = ""},
    {.name = "Whitelist",
     .fate = OLD_TAKEN,
     .target = "overrides",
     .why = "forwarders by their address"},
    {.name = "Whitelist_Lookup_Time",
     .fate = OLD_NOT_NEEDED,
     .why = "dns.budget is for all questions of a message"},
    {.name = NULL},
};
