# SPDX-License-Identifier: BSD-2-Clause
# test_MODULE is the test of MODULE.c, test_MODULE_... a further one; lint shows
# which module has which.
UNIT_TESTS =

# lib/base
UNIT_TESTS += tests/unit/test_account tests/unit/test_clock
UNIT_TESTS += tests/unit/test_clock_trust
UNIT_TESTS += tests/unit/test_domain tests/unit/test_file_change
UNIT_TESTS += tests/unit/test_histogram tests/unit/test_json tests/unit/test_mem
UNIT_TESTS += tests/unit/test_json_write
UNIT_TESTS += tests/unit/test_net tests/unit/test_place_list tests/unit/test_settings
UNIT_TESTS += tests/unit/test_secret_text
UNIT_TESTS += tests/unit/test_dialect tests/unit/test_reference
UNIT_TESTS += tests/unit/test_siphash tests/unit/test_strbuf
UNIT_TESTS += tests/unit/test_suffix tests/unit/test_text
# Builds that watch the program are let more (lib/base/confine_watched.c).
if !WATCHED
UNIT_TESTS += tests/unit/test_confine
endif

# lib/show
UNIT_TESTS += tests/unit/test_show

# lib/desk
UNIT_TESTS += tests/unit/test_desk tests/unit/test_desk_request
UNIT_TESTS += tests/unit/test_desk_settings tests/unit/test_desk_who

# lib/lookalike
UNIT_TESTS += tests/unit/test_lookalike tests/unit/test_people

# lib/wiring
UNIT_TESTS += tests/unit/test_postfix_milters

# lib/import
UNIT_TESTS += tests/unit/test_history_csv
UNIT_TESTS += tests/unit/test_old_conf tests/unit/test_old_hosts

# lib/mail
UNIT_TESTS += tests/unit/test_authres tests/unit/test_authres_foreign
UNIT_TESTS += tests/unit/test_date tests/unit/test_display_name
UNIT_TESTS += tests/unit/test_eml
UNIT_TESTS += tests/unit/test_encoded_word tests/unit/test_from
UNIT_TESTS += tests/unit/test_from_tolerant tests/unit/test_path
UNIT_TESTS += tests/unit/test_redact tests/unit/test_scan

# lib/dns
UNIT_TESTS += tests/unit/test_dns_cache tests/unit/test_dns_cache_stale
UNIT_TESTS += tests/unit/test_dns_fixture
UNIT_TESTS += tests/unit/test_dns_ldns tests/unit/test_dns_name
UNIT_TESTS += tests/unit/test_dns_memory
UNIT_TESTS += tests/unit/test_dns_quota tests/unit/test_dns_servers
UNIT_TESTS += tests/unit/test_dns_unbound

# lib/auth
UNIT_TESTS += tests/unit/test_arc tests/unit/test_arc_set
UNIT_TESTS += tests/unit/test_body_hash tests/unit/test_body_hashes
UNIT_TESTS += tests/unit/test_canonical tests/unit/test_digest
UNIT_TESTS += tests/unit/test_header_hash tests/unit/test_iprev
UNIT_TESTS += tests/unit/test_key_cache tests/unit/test_public_key
UNIT_TESTS += tests/unit/test_rsa_der tests/unit/test_signatures_bounds
UNIT_TESTS += tests/unit/test_signature_check tests/unit/test_signatures_hazards
UNIT_TESTS += tests/unit/test_signature_key tests/unit/test_signatures_shapes
UNIT_TESTS += tests/unit/test_signature_tags tests/unit/test_signatures
UNIT_TESTS += tests/unit/test_spf tests/unit/test_spf_evaluate
UNIT_TESTS += tests/unit/test_spf_macro tests/unit/test_spf_record
UNIT_TESTS += tests/unit/test_spf_term tests/unit/test_tag_list

# lib/dmarc
UNIT_TESTS += tests/unit/test_align tests/unit/test_record tests/unit/test_tree

# lib/engines
UNIT_TESTS += tests/unit/test_engines

# lib/policy
UNIT_TESTS += tests/unit/test_decide tests/unit/test_failure_due
UNIT_TESTS += tests/unit/test_identity tests/unit/test_recipients
UNIT_TESTS += tests/unit/test_override tests/unit/test_override_file
UNIT_TESTS += tests/unit/test_override_index tests/unit/test_override_many
UNIT_TESTS += tests/unit/test_override_write tests/unit/test_policy_settings
UNIT_TESTS += tests/unit/test_trust

# lib/eval
UNIT_TESTS += tests/unit/test_basis tests/unit/test_exempt_budget
UNIT_TESTS += tests/unit/test_hold_budget tests/unit/test_judge
UNIT_TESTS += tests/unit/test_message tests/unit/test_message_ahead
UNIT_TESTS += tests/unit/test_present tests/unit/test_present_header
UNIT_TESTS += tests/unit/test_mark tests/unit/test_sightings tests/unit/test_verdict_log

# lib/explain
UNIT_TESTS += tests/unit/test_explain tests/unit/test_recorded_dns

# lib/stats
UNIT_TESTS += tests/unit/test_stats_number tests/unit/test_stats_series
UNIT_TESTS += tests/unit/test_stats_table

# lib/store
UNIT_TESTS += tests/unit/test_store tests/unit/test_store_budget
UNIT_TESTS += tests/unit/test_store_ceiling tests/unit/test_store_counters
UNIT_TESTS += tests/unit/test_store_failure tests/unit/test_store_faults
UNIT_TESTS += tests/unit/test_store_import tests/unit/test_store_remembered
UNIT_TESTS += tests/unit/test_store_many tests/unit/test_store_paths
UNIT_TESTS += tests/unit/test_store_review tests/unit/test_store_segments
UNIT_TESTS += tests/unit/test_store_histories

# Thousands of them; a quarter of an hour.
.PHONY: check-histories
check-histories: tests/unit/test_store_histories
	HISTORIES=5000 tests/unit/test_store_histories
UNIT_TESTS += tests/unit/test_store_schema tests/unit/test_store_size
UNIT_TESTS += tests/unit/test_store_writer

# lib/inbox
UNIT_TESTS += tests/unit/test_inbox_sender tests/unit/test_text_pool

# lib/posture
UNIT_TESTS += tests/unit/test_sts_policy
tests_unit_test_sts_policy_LDADD = libposture.a $(LDADD)

# lib/profile, whose rows name findings
UNIT_TESTS += tests/unit/test_profile
tests_unit_test_profile_LDADD = libposture.a $(LDADD)

# lib/report
UNIT_TESTS += tests/unit/test_aggregate tests/unit/test_aggregate_row
UNIT_TESTS += tests/unit/test_aggregate_validate tests/unit/test_aggregate_xml
UNIT_TESTS += tests/unit/test_arf tests/unit/test_bounce
UNIT_TESTS += tests/unit/test_bounce_log
UNIT_TESTS += tests/unit/test_destination tests/unit/test_fleet_key
UNIT_TESTS += tests/unit/test_gzip tests/unit/test_report_mail
UNIT_TESTS += tests/unit/test_report_owner tests/unit/test_report_settings
UNIT_TESTS += tests/unit/test_store_report tests/unit/test_xml_writer

# lib/app
UNIT_TESTS += tests/unit/test_config
UNIT_TESTS += tests/unit/test_daemon_status tests/unit/test_metrics_settings
UNIT_TESTS += tests/unit/test_past_defaults
UNIT_TESTS += tests/unit/test_fellows tests/unit/test_fleet_state
UNIT_TESTS += tests/unit/test_record_keeping tests/unit/test_replay
UNIT_TESTS += tests/unit/test_whatif

# milter
UNIT_TESTS += tests/unit/test_parking tests/unit/test_unneeded
UNIT_TESTS += tests/unit/test_capacity tests/unit/test_gate
UNIT_TESTS += tests/unit/test_manager_none
tests_unit_test_manager_none_SOURCES = tests/unit/test_manager_none.c \
	milter/manager_none.c
UNIT_TESTS += tests/unit/test_metrics tests/unit/test_override_log
UNIT_TESTS += tests/unit/test_packet tests/unit/test_session
UNIT_TESTS += tests/unit/test_wire

# Who asks for memory is counted (one_copy_of_the_header).
WRAPPED = -Wl,--wrap=mem_strdup,--wrap=mem_strndup,--wrap=mem_zeroed
WRAPPED += -Wl,--wrap=mem_resized,--wrap=mem_printf
tests_unit_test_session_LDFLAGS = $(AM_LDFLAGS) $(WRAPPED)

# tools
UNIT_TESTS += tests/unit/test_maildir
tests_unit_test_maildir_SOURCES = tests/unit/test_maildir.c \
	tools/inbox/maildir.c

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)


UNIT_TESTS_SH =
UNIT_TESTS_SH += tests/unit/test_alignctl_config.sh
UNIT_TESTS_SH += tests/unit/test_alignctl_override.sh
UNIT_TESTS_SH += tests/unit/test_build_paths.sh
UNIT_TESTS_SH += tests/unit/test_configure.sh
UNIT_TESTS_SH += tests/unit/test_daemon_links.sh
TESTS += $(UNIT_TESTS_SH)
