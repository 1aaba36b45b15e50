# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/app/config.c lib/app/config.h \
	lib/app/config_doubts.c lib/app/config_doubts.h \
	lib/app/config_files.c lib/app/config_files.h \
	lib/app/config_store.c lib/app/config_store.h \
	lib/app/confinement.c lib/app/confinement.h \
	lib/app/daemon_settings.c \
	lib/app/daemon_status.c lib/app/daemon_status.h \
	lib/app/engine.c lib/app/engine.h \
	lib/app/failure_keeping.c lib/app/failure_keeping.h \
	lib/app/fellows.c lib/app/fellows.h \
	lib/app/fleet_files.c lib/app/fleet_files.h \
	lib/app/fleet_state.c lib/app/fleet_state.h \
	lib/app/fleet_settings.c lib/app/fleet_settings.h \
	lib/app/inbox_settings.c lib/app/inbox_settings.h \
	lib/app/log_settings.c \
	lib/app/mta_macros.h \
	lib/app/metrics_settings.c lib/app/metrics_settings.h \
	lib/app/notice_settings.c lib/app/notice_settings.h \
	lib/app/own_settings.c lib/app/own_settings.h \
	lib/app/path_knowledge.c lib/app/path_knowledge.h \
	lib/app/proposal.c lib/app/proposal.h \
	lib/app/past_defaults.c lib/app/past_defaults.h \
	lib/app/protect_settings.c lib/app/protect_settings.h \
	lib/app/record_keeping.c lib/app/record_keeping.h \
	lib/app/replay.c lib/app/replay.h \
	lib/app/replay_settings.c lib/app/replay_settings.h \
	lib/app/report_settings.c lib/app/report_settings.h \
	lib/app/scorecard_settings.c lib/app/scorecard_settings.h \
	lib/app/stored_message.c lib/app/stored_message.h \
	lib/app/whatif.c lib/app/whatif.h \
	lib/app/whatif_report.c lib/app/whatif_report.h \
	lib/app/whatif_show.c
