# SPDX-License-Identifier: BSD-2-Clause
# For alignctl and alignd-desk: the daemon waits for no network and links no libpq.
noinst_LIBRARIES += libfleet.a
libfleet_a_SOURCES = \
	lib/fleet/fleet_tuple.c lib/fleet/fleet_tuple.h \
	lib/fleet/fleet_named.c lib/fleet/fleet_named.h \
	lib/fleet/fleet_erase.c lib/fleet/fleet_erase.h \
	lib/fleet/dialect.c lib/fleet/dialect.h \
	lib/fleet/fleet_db.c lib/fleet/fleet_db.h \
	lib/fleet/members.c lib/fleet/members.h \
	lib/fleet/pg.c lib/fleet/pg.h \
	lib/fleet/pg_connect.c lib/fleet/pg_private.h \
	lib/fleet/pg_confine.c lib/fleet/pg_confine.h \
	lib/fleet/fleet_hosts.c lib/fleet/fleet_hosts.h \
	lib/fleet/hosts_show.c lib/fleet/hosts_show.h \
	lib/fleet/fleet_upkeep.c lib/fleet/fleet_upkeep.h \
	lib/fleet/fleet_paths.c lib/fleet/fleet_paths.h \
	lib/fleet/fleet_overrides.c lib/fleet/fleet_overrides.h \
	lib/fleet/push.c lib/fleet/push.h \
	lib/fleet/push_state.c \
	lib/fleet/schema.c lib/fleet/schema.h

# The schema as C texts: each file one, named as it.
FLEET_SQL = \
	lib/fleet/sql/roles.sql \
	lib/fleet/sql/tables_1.sql \
	lib/fleet/sql/sessions.sql \
	lib/fleet/sql/push.sql \
	lib/fleet/sql/maintain.sql \
	lib/fleet/sql/hours.sql \
	lib/fleet/sql/read.sql \
	lib/fleet/sql/path.sql lib/fleet/sql/path_tables_1.sql \
	lib/fleet/sql/posture_tables_1.sql \
	lib/fleet/sql/report_tables_1.sql \
	lib/fleet/sql/report.sql \
	lib/fleet/sql/report_erase.sql \
	lib/fleet/sql/erase.sql \
	lib/fleet/sql/grants.sql
EXTRA_DIST += $(FLEET_SQL)
BUILT_SOURCES += lib/fleet/sql_texts.inc
CLEANFILES += lib/fleet/sql_texts.inc
lib/fleet/schema.$(OBJEXT): lib/fleet/sql_texts.inc
lib/fleet/sql_texts.inc: $(FLEET_SQL) lib/fleet/local.mk
	$(AM_V_GEN)$(MKDIR_P) lib/fleet && for name in $(FLEET_SQL); do \
		echo "static const char sql_$$(basename $$name .sql)[] ="; \
		sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' \
			$$(test -f $$name || echo $(srcdir)/)$$name || exit 1; \
		echo ";"; \
	done >$@.new && mv $@.new $@
