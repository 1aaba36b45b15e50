# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/store/store.c lib/store/store.h \
	lib/store/store_acts.c lib/store/store_acts.h \
	lib/store/store_budget.c lib/store/store_budget.h \
	lib/store/store_cache.c lib/store/store_cache.h \
	lib/store/store_clock.c lib/store/store_clock.h \
	lib/store/store_columns.c lib/store/store_columns.h \
	lib/store/store_ceiling.c lib/store/store_ceiling.h \
	lib/store/store_counted.c lib/store/store_counted.h \
	lib/store/store_counters.c lib/store/store_counters.h \
	lib/store/store_day.c lib/store/store_day.h \
	lib/store/store_db.c lib/store/store_db.h \
	lib/store/store_delivery.c lib/store/store_delivery.h \
	lib/store/store_failure.c lib/store/store_failure.h \
	lib/store/store_failure_report.c lib/store/store_failure_report.h \
	lib/store/store_file.c lib/store/store_file.h \
	lib/store/store_flaws.c lib/store/store_flaws.h \
	lib/store/store_groups.c lib/store/store_groups.h \
	lib/store/store_health.c lib/store/store_health.h \
	lib/store/store_item.c lib/store/store_item.h \
	lib/store/store_pair.c lib/store/store_pair.h \
	lib/store/store_passed.c lib/store/store_passed.h \
	lib/store/store_query.c lib/store/store_query.h \
	lib/store/store_question.c lib/store/store_question.h \
	lib/store/store_queue.c lib/store/store_queue.h \
	lib/store/store_reader.c lib/store/store_reader.h \
	lib/store/store_replay.c lib/store/store_replay.h \
	lib/store/store_report.c lib/store/store_report.h \
	lib/store/store_rows.c lib/store/store_rows.h \
	lib/store/store_schema.c lib/store/store_schema.h \
	lib/store/store_schema_steps.c \
	lib/store/store_settings.c \
	lib/store/store_size.c lib/store/store_size.h \
	lib/store/store_sums.c lib/store/store_sums.h \
	lib/store/store_trial.c lib/store/store_trial.h \
	lib/store/store_writer.c lib/store/store_writer.h
