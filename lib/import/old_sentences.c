/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * old_sentences.c - what is said of several settings of the old daemons
 * Tested by test_old_conf.
 */
#include "lib/import/old_sentences.h"

const char old_why_author[] = "the author is From, to DMARC";
const char old_why_authserv_id[] =
    "the name that our Authentication-Results fields bear";
const char old_why_bad_signature[] =
    "a bad signature counts as none (RFC 6376 6.1); what DMARC says decides";
const char old_why_clients[] = "clients whose mail was left alone";
const char old_why_confined[] = "setting confine does more than chroot did";
const char old_why_core[] = "the unit decides (LimitCORE=)";
const char old_why_dkim_reports[] = "reports of RFC 6651 are not sent";
const char old_why_experiment[] = "was not built in, or was an experiment";
const char old_why_folder[] = "relative paths of this file are read from there";
const char old_why_job_id[] = "the field bears the authserv-id alone; the log "
			      "and the record have the queue id";
const char old_why_milter_log[] = "libmilter is not asked to log";
const char old_why_records[] = "the store records by itself";
const char old_why_required[] =
    "a message without Date, or with two of Date, To, Cc, Subject and such, is "
    "not refused here for that; without one author domain in From it is "
    "(policy.on_malformed)";
const char old_why_restrictions[] =
    "Postfix's restrictions know nothing of alignd's results";
const char old_why_script[] =
    "a Lua script; read what it does to mail before OpenDKIM stops verifying";
const char old_why_signing[] =
    "the text of a signature, which alignd does not make";
const char old_why_signing_data[] = "for the data sets of signing";
const char old_why_socket[] = "both daemons cannot listen at one place; alignd "
			      "has its own (listen), which the MTA is told";
const char old_why_socket_mode[] =
    "socket_mode and socket_group say who may use the socket";
const char old_why_software[] = "no field names the software";
const char old_why_spf_field[] =
    "SPF is evaluated here and no field is believed";
const char old_why_started[] =
    "systemd starts alignd, in the foreground, and again after a failure";
const char old_why_syslog[] = "alignd logs to syslog (log.target)";
const char old_why_temperror[] = "see policy.on_temperror";
const char old_why_temporary[] = "no temporary files are made";
const char old_why_tests[] = "for tests; dns.fixture here";
const char old_why_user[] = "alignd runs as the user alignd (setting user)";
