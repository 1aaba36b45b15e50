# SPDX-License-Identifier: BSD-2-Clause
bin_PROGRAMS += tools/alignctl
tools_alignctl_SOURCES = \
	tools/alignctl.c \
	tools/child_process.c tools/child_process.h \
	tools/cmd_check.c \
	tools/compare/chain.c \
	tools/compare/command.c \
	tools/cmd_config.c \
	tools/config_show.c tools/config_show.h \
	tools/desk/command.c \
	tools/desk/folder.c tools/desk/folder.h \
	tools/doctor/command.c \
	tools/cmd_explain.c \
	tools/cmd_lookup.c \
	tools/cmd_paths.c \
	tools/paths_fleet.c tools/paths_fleet.h \
	tools/cmd_stats.c \
	tools/cmd_whatif.c \
	tools/fleet/command.c tools/fleet/actions.h \
	tools/fleet/bring.c \
	tools/fleet/compare.c \
	tools/fleet/confine.c \
	tools/fleet/erased.c \
	tools/fleet/forward.c tools/fleet/forwarder.h \
	tools/fleet/heartbeat.c \
	tools/fleet/init.c \
	tools/fleet/maintain.c \
	tools/fleet/paths.c \
	tools/fleet/remove.c \
	tools/fleet/round.c \
	tools/fleet/segment.c \
	tools/fleet/people.c tools/fleet/people.h \
	tools/fleet/status.c \
	tools/import/command.c tools/import/actions.h \
	tools/import/config.c \
	tools/import/history.c \
	tools/import/history_tuple.c tools/import/history_tuple.h \
	tools/import/print.c \
	tools/import/conclude.c \
	tools/import/take.c \
	tools/import/translate.c \
	tools/import/translation.c tools/import/translation.h \
	tools/import/write.c tools/import/write.h \
	tools/inbox/command.c tools/inbox/actions.h \
	tools/inbox/aside.c \
	tools/inbox/fetch.c \
	tools/inbox/item.c tools/inbox/item.h \
	tools/inbox/maildir.c tools/inbox/maildir.h \
	tools/inbox/question.c tools/inbox/question.h \
	tools/inbox/scan.c \
	tools/inbox/sources.c \
	tools/inbox/summary.c \
	tools/inbox/take.c \
	tools/notice/command.c \
	tools/notice/place.c tools/notice/place.h \
	tools/notice/sources.c tools/notice/sources.h \
	tools/notice/tell.c tools/notice/tell.h \
	tools/override/command.c tools/override/command.h \
	tools/override/change.c \
	tools/override/fleet.c \
	tools/override/propose.c \
	tools/override/used.c tools/override/used.h \
	tools/privacy/command.c \
	tools/privacy/fleet.c tools/privacy/fleet.h \
	tools/privacy/journal.c tools/privacy/journal.h \
	tools/report/command.c \
	tools/review/command.c tools/review/review.h \
	tools/review/acts.c \
	tools/review/choice.c tools/review/choice.h \
	tools/review/allow.c \
	tools/review/filter.c \
	tools/setup/command.c tools/setup/actions.h \
	tools/setup/apply.c \
	tools/setup/drop_in.c tools/setup/drop_in.h \
	tools/setup/plan.c tools/setup/plan.h \
	tools/setup/postfix.c \
	tools/setup/sendmail.c \
	tools/scorecard/command.c \
	tools/store/command.c \
	tools/store/replace.c tools/store/replace.h \
	tools/posture/command.c \
	tools/posture/memory.c tools/posture/memory.h \
	tools/posture/reported.c tools/posture/reported.h \
	tools/posture/traffic.c tools/posture/traffic.h \
	tools/compare/results.c tools/compare/results.h \
	tools/compare/print.c \
	tools/compare/rules.c \
	tools/doctor/desk.c \
	tools/doctor/doctor.h \
	tools/doctor/exempt.c \
	tools/doctor/fleet.c \
	tools/doctor/mark.c \
	tools/doctor/mta.c \
	tools/doctor/negotiate.c tools/doctor/negotiate.h \
	tools/doctor/quick.c \
	tools/doctor/policy.c \
	tools/doctor/profile.c \
	tools/doctor/confine.c \
	tools/doctor/reload.c \
	tools/doctor/report.c \
	tools/doctor/resolver.c \
	tools/doctor/sisters.c \
	tools/doctor/socket.c \
	tools/doctor/store.c \
	tools/doctor/suffix.c \
	tools/compare/engine_answer.c tools/compare/engine_answer.h \
	tools/compare/engine_child.c tools/compare/engine_child.h \
	tools/engine_fault.h \
	tools/compare/engine_process.c tools/compare/engine_process.h \
	tools/report/read_process.c tools/report/read_process.h \
	tools/report/actions.h \
	tools/report/alignment.c tools/report/alignment.h \
	tools/report/bounce.c \
	tools/report/confine.c tools/report/confine.h \
	tools/report/failures.c \
	tools/report/fleet.c tools/report/fleet.h \
	tools/report/foreseen.c tools/report/foreseen.h \
	tools/report/key.c \
	tools/report/key_retire.c tools/report/key.h \
	tools/report/list.c \
	tools/report/preview.c \
	tools/report/read.c \
	tools/report/resend.c \
	tools/report/send.c \
	tools/report/status.c \
	tools/report/summary.c tools/report/summary.h \
	tools/report/suppress.c \
	tools/report/begin.c \
	tools/report/shared.c tools/report/shared.h \
	tools/tool.c tools/tool.h \
	tools/access.c tools/access.h \
	tools/action.c tools/action.h \
	tools/clock.c tools/clock.h \
	tools/dial.c tools/dial.h \
	tools/engine.c tools/engine.h \
	tools/envelope.c tools/envelope.h \
	tools/file.c tools/file.h \
	tools/page.c tools/page.h \
	tools/net_lookup.c tools/net_lookup.h \
	tools/option.c tools/option.h \
	tools/override/add.c tools/override/add.h \
	tools/postconf.c tools/postconf.h \
	tools/program.c tools/program.h \
	tools/store.c tools/store.h \
	tools/known_store.c tools/known_store.h \
	tools/time.c tools/time.h
tools_alignctl_LDADD = libdeskgate.a libdesk.a libnotice.a libposture.a libfleet.a $(SSL_LIBS) $(FLEET_LIBS) $(OPENDMARC_LIBS)
# What a library's process may map; a sanitizer maps more than there is.
if SANITIZED
AM_CPPFLAGS += -DENGINE_MEMORY=RLIM_INFINITY
else
AM_CPPFLAGS += -DENGINE_MEMORY=1073741824
endif
if DEVELOPMENT
tools_alignctl_SOURCES += tools/engine_fault.c
else
tools_alignctl_SOURCES += tools/engine_fault_none.c
endif
if GIVEN_TIME
tools_alignctl_SOURCES += tools/clock_given.c
else
tools_alignctl_SOURCES += tools/clock_given_none.c
endif
EXTRA_DIST += tools/engine_fault.c tools/engine_fault_none.c \
	tools/clock_given.c tools/clock_given_none.c
