/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_OLD_SENTENCES_H
#define IMPORT_OLD_SENTENCES_H

/*
 * old_sentences - what is said of several settings of the old daemons
 *
 * For the rows of old_opendmarc.c, old_opendkim.c and old_policyd_spf.c; what
 * is said of one setting alone stands in its row.
 */

extern const char old_why_author[];
extern const char old_why_authserv_id[];
extern const char old_why_bad_signature[];
extern const char old_why_clients[];
extern const char old_why_confined[];
extern const char old_why_core[];
extern const char old_why_dkim_reports[];
extern const char old_why_experiment[];
extern const char old_why_folder[];
extern const char old_why_job_id[];
extern const char old_why_milter_log[];
extern const char old_why_records[];
extern const char old_why_required[];
extern const char old_why_restrictions[];
extern const char old_why_script[];
extern const char old_why_signing[];
extern const char old_why_signing_data[];
extern const char old_why_socket[];
extern const char old_why_socket_mode[];
extern const char old_why_software[];
extern const char old_why_spf_field[];
extern const char old_why_started[];
extern const char old_why_syslog[];
extern const char old_why_temperror[];
extern const char old_why_temporary[];
extern const char old_why_tests[];
extern const char old_why_user[];

#endif
