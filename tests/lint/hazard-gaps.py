#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""hazard-gaps - every row of the hazard list has its test

The rows are inputs that broke other implementations, A1 to F25 and further
ones. A row is shown by whole-message cases named after it (a01-..., a01b-...),
by rows of unit, matrix, wire and conformance tests ("A1 ..." as the name of an
input, a function a1_..., a comment "A1:" or "hazard A1"), or, where its subject
is the milter protocol, by the wire tests named below. Prints a table; exit
status 1 for a row without any test, for a case of no row, and for a name that
is gone.
"""
import os, re, sys

TOP = os.environ.get("top_srcdir", ".")
TESTS = os.path.join(TOP, "tests")
CASES = ("replay/cases", "regress")
SOURCES = ("unit", "matrix", "wire", "conformance", "tools")
COUNTS = {"A": 34, "B": 20, "C": 38, "D": 18, "E": 15, "F": 25}
# Rows behind a gap in their group's numbers.
FURTHER = ([f"E{number}" for number in range(17, 24)] +
           [f"H{number}" for number in range(1, 15)])

# Threads, the protocol, what the MTA is told: no single message shows them.
ELSEWHERE = {
    "C1": [("unit/test_key_cache.c", "c1_many_threads"),
           ("wire/test_wire_load.py", "test_two_hundred_at_once")],
    "E1": [("wire/test_wire_messages.py",
            "test_deletes_forged_fields_from_the_highest_down")],
    "E5": [("wire/test_wire_messages.py",
            "test_stamps_on_top_with_its_blank")],
    "E6": [("wire/test_wire_messages.py", "test_foreign_bytes_are_escaped")],
    "E7": [("wire/test_wire_messages.py",
            "test_holds_a_quarantined_message_and_keeps_its_reference")],
    "E9": [("wire/test_wire_messages.py", "test_nothing_is_carried_over")],
    "E10": [("wire/test_wire_messages.py", "test_hang_up_in_the_body"),
            ("wire/test_wire_load.py", "test_two_hundred_at_once"),
            ("wire/test_wire_reload.py", "test_a_hundred_signals_under_load"),
            ("wire/test_wire_life.py", "test_term_with_messages_in_flight")],
    "E11": [("wire/test_wire_negotiate.py",
             "test_answers_each_step_of_protocol_2"),
            ("wire/test_wire_negotiate.py",
             "test_an_mta_without_skip_sends_it_all"),
            ("wire/test_wire_signed.py",
             "test_verifies_whatever_was_negotiated")],
    "E12": [("unit/test_dns_unbound.c", "keeps_its_deadlines")],
    "E15": [("wire/test_wire_messages.py", "test_trusted_clients")],
    "H3": [("unit/test_sightings.c", "wants_three_bodies_and_two_clients")],
    "H4": [("tools/test_alignctl_evidence.py",
            "test_h4_the_spoofer_is_not_proposed"),
           ("tools/test_alignctl_evidence.py",
            "test_h4_allowing_the_spoofer_is_refused")],
    "H5": [("unit/test_arc_set.c", "reads_what_was_recorded")],
    "H1": [("unit/test_record_keeping.c", "h1_what_is_kept_is_bounded"),
           ("unit/test_store_budget.c", "h1_a_counted_one_is_found")],
    "H2": [("unit/test_store_ceiling.c", name) for name in
           ("h2_a_network_is_counted_as_others",
            "h2_a_domain_is_counted_as_others")],
    "H6": [("unit/test_message_ahead.c", "h6_a_silent_name_defers_no_other")],
    "H7": [("attacks/test_root_hands.py", "test_h7_a_folder_that_is_a_link"),
           ("attacks/test_root_hands.py",
            "test_h7_a_link_at_the_worst_moment")],
    "H11": [("attacks/test_limits.py", "test_h11_none_left"),
            ("attacks/test_limits.py", "test_h11_not_even_the_reserve"),
            ("attacks/test_limits.py", "test_h11_none_can_be_started")],
    "H8": [("unit/test_dns_cache.c", "h8_a_flood_leaves_busy_policies"),
           ("unit/test_dns_cache.c",
            "h8_expired_policies_keep_their_standing")],
    "E17": [("wire/test_wire_packets.py", "test_each_ends_its_connection"),
            ("wire/test_wire_packets.py", "test_macros_of_every_number"),
            ("unit/test_packet.c", "test_macros_without_end")],
    "E18": [("wire/test_wire_load.py",
             "test_none_waits_for_the_message_of_another"),
            ("attacks/test_held.py", "main")],
    "E19": [("wire/test_wire_reload.py", "test_a_bad_file_changes_nothing")],
    "F19": [("unit/test_bounce.c", "reads"),
            ("unit/test_bounce.c", "tokens_are_of_one_delivery")],
    "F20": [("attacks/test_report_out.py", "test_silent_hosts")],
    "F21": [("attacks/test_report_out.py", "test_one_address")],
    "F24": [("unit/test_record.c", "reads_uris")],
    "F22": [("attacks/test_clock.py", "test_ahead_and_then_right"),
            ("attacks/test_clock.py", "test_a_start_in_the_future")],
    "F23": [("tools/test_alignctl_report_read.py", "test_f23_what_is_read"),
            ("attacks/test_report_in.py", "test_files")],
    "F25": [("tools/test_alignctl_report_read.py",
             "test_f25_nothing_is_passed_over"),
            ("attacks/test_report_in.py", "test_found_files")],
    "H12": [("unit/test_hold_budget.c", "bounds_messages"),
            ("unit/test_decide.c", "finds_no_room_to_hold")],
    "F1": [("tools/test_alignctl_report_faults.py",
            "test_f1_killed_at_every_step"),
           ("tools/test_alignctl_report_faults.py",
            "test_f1_disk_full_before_and_after"),
           ("unit/test_store_faults.c", "a_full_disk_loses_only_what_it_must"),
           ("unit/test_store_faults.c", "a_closed_directory_is_survived"),
           ("unit/test_store_faults.c", "a_file_rotated_away_is_replaced")],
    "F10": [("tools/test_alignctl_report_replies.py",
             "test_f10_a_deferred_report_keeps_its_id_and_file_name"),
            ("tools/test_alignctl_report_replies.py",
             "test_f10_a_refusal_pauses_the_address_longer_each_time"),
            ("tools/test_alignctl_report_manners.py",
             "test_f10_a_bounce_pauses_the_address")],
    "F11": [("tools/test_alignctl_report_manners.py",
             "test_f11_reports_and_bounces_cause_no_reports")],
    "H9": [("unit/test_store_faults.c", "h9_damaged_at_the_start"),
           ("unit/test_store_faults.c", "garbage_at_the_start_is_lived_with"),
           ("unit/test_store_faults.c", "a_newer_schema_is_not_written_to"),
           ("unit/test_store_faults.c", "a_file_cut_short_is_begun_anew"),
           ("wire/test_wire_life.py", "test_no_right_to_write"),
           ("wire/test_wire_life.py", "test_damage")],
    "H10": [("unit/test_store_faults.c", "a_lock_delays_and_loses_nothing"),
            ("wire/test_wire_life.py", "test_locked_by_another")],
    "H13": [("wire/test_wire_stop.py", "test_h13_stop_under_load"),
            ("unit/test_session.c", "h13_a_closed_gate_evaluates_nothing"),
            ("unit/test_store_faults.c", "h13_an_ended_store_takes_nothing")],
    "H14": [("tools/test_alignctl_hostile_store.py", name) for name in
            ("test_each_kind_in_each_column",
             "test_what_is_left_out_is_counted",
             "test_a_collected_report_that_is_settled_ends_the_run",
             "test_a_bad_id_does_not_stop_the_others")],
    "F12": [("tools/test_alignctl_report_manners.py",
             "test_f12_only_to_domains_of_which_something_passed")],
    "F15": [("tools/test_alignctl_report_failures.py", name) for name in
            ("test_f15_all_must_fail_by_default", "test_f15_a_flood_is_counted",
             "test_f15_psd_records_get_none",
             "test_f15_external_addresses_are_checked",
             "test_no_recipient_and_no_body_anywhere")],
    "F17": [("tools/test_alignctl_report_manners.py", name) for name in
            ("test_f17_only_failures_of_reports_that_were_sent",
             "test_f17_a_bounce_speaks_for_its_policy_domain")] +
           [("attacks/test_bounce.py", "test_forged_bounces")],
    "F18": [("tools/test_alignctl_report_replies.py",
             "test_f18_a_refusal_after_the_message")],
}


def all_rows():
    return [f"{group}{number}" for group, count in COUNTS.items()
            for number in range(1, count + 1)] + FURTHER


def files(folders, ends):
    for folder in folders:
        for base, _, names in sorted(os.walk(os.path.join(TESTS, folder))):
            for name in sorted(names):
                if name.endswith(ends):
                    yield os.path.join(base, name)


def find_cases(found, faults):
    for path in files(CASES, (".case",)):
        name = os.path.basename(path)
        match = re.match(r"([a-z])(\d\d)[a-z]?-", name)
        row = match and f"{match[1].upper()}{int(match[2])}"
        if row in found:
            found[row]["cases"] = found[row].get("cases", 0) + 1
        elif "/cases/" in path:
            faults.append(f"{name}: no such row")


# {"A23", ... }, {"D7 group", ...}, c17_unusable(), /* A34: ... */, hazard C1
MENTION = re.compile(r'\{"((?:[A-F]\d+ )*[A-F]\d+)\b'
                     r'|\b((?:[a-f]\d+_)+)\w+\('
                     r'|(?:/\*|#|"""|\*) ((?:[A-F]\d+ )*[A-F]\d+)[: ]'
                     r'|hazard ([A-F]\d+)\b')


def find_mentions(found):
    for path in files(SOURCES, (".c", ".py", ".sh")):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for match in MENTION.finditer(text):
            words = next(group for group in match.groups() if group)
            for row in re.split("[ _]", words.upper()):
                if row in found:
                    found[row].setdefault(os.path.relpath(path, TESTS), None)


def find_elsewhere(found, faults):
    for row, places in ELSEWHERE.items():
        for path, name in places:
            with open(os.path.join(TESTS, path), encoding="utf-8") as file:
                if not re.search(rf"\b{name}\(", file.read()):
                    faults.append(f"{row}: {path} has no {name}")
            found[row][f"{path}:{name}"] = None


def main():
    found = {row: {} for row in all_rows()}
    faults = []
    find_cases(found, faults)
    find_mentions(found)
    find_elsewhere(found, faults)
    for row, places in found.items():
        words = [f"{count} {place}" if count else place
                 for place, count in places.items()]
        print(f"{row:4}", ", ".join(words) or "NO TEST")
        if not words:
            faults.append(f"{row}: no test")
    for fault in faults:
        print("hazard-gaps:", fault)
    print(f"{len(found)} rows, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
