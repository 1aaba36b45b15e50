# SPDX-License-Identifier: BSD-2-Clause
if SYSTEMD
systemdsystemunit_DATA = systemd/alignd.service \
	systemd/alignd-report.service systemd/alignd-report.timer \
	systemd/alignd-digest.service systemd/alignd-digest.timer \
	systemd/alignd-alert.service systemd/alignd-alert.timer \
	systemd/alignd-desk-pages.service systemd/alignd-desk-pages.timer \
	systemd/alignd-desk.service \
	systemd/alignd-forward.service systemd/alignd-fleet-reload.path \
	systemd/alignd-fleet-reload.service
endif
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
EXTRA_DIST += systemd/alignd.service.in systemd/alignd-report.service.in \
	systemd/alignd-report.timer systemd/alignd-digest.service.in \
	systemd/alignd-digest.timer systemd/alignd-alert.service.in \
	systemd/alignd-alert.timer systemd/alignd-desk-pages.service.in \
	systemd/alignd-desk-pages.timer systemd/alignd-desk.service.in \
	systemd/alignd-forward.service.in \
	systemd/alignd-fleet-reload.path systemd/alignd-fleet-reload.service \
	systemd/alignd.sysusers \
	systemd/alignd.tmpfiles systemd/check-unit.sh
CLEANFILES += systemd/alignd.service systemd/alignd-report.service \
	systemd/alignd-digest.service systemd/alignd-alert.service \
	systemd/alignd-desk-pages.service systemd/alignd-desk.service \
	systemd/alignd-forward.service
TESTS += systemd/check-unit.sh

UNIT_SED = $(AM_V_GEN)$(MKDIR_P) systemd && \
	$(SED) -e 's,@sbindir\@,$(sbindir),g' -e 's,@bindir\@,$(bindir),g' \
	-e 's,@sysconfdir\@,$(sysconfdir),g' \
	$(srcdir)/$@.in > $@
systemd/alignd.service: systemd/alignd.service.in Makefile
	$(UNIT_SED)
systemd/alignd-report.service: systemd/alignd-report.service.in Makefile
	$(UNIT_SED)
systemd/alignd-digest.service: systemd/alignd-digest.service.in Makefile
	$(UNIT_SED)
systemd/alignd-alert.service: systemd/alignd-alert.service.in Makefile
	$(UNIT_SED)
systemd/alignd-desk-pages.service: systemd/alignd-desk-pages.service.in Makefile
	$(UNIT_SED)
systemd/alignd-desk.service: systemd/alignd-desk.service.in Makefile
	$(UNIT_SED)
systemd/alignd-forward.service: systemd/alignd-forward.service.in Makefile
	$(UNIT_SED)

install-data-local: install-systemd-data install-conf

install-systemd-data:
	$(MKDIR_P) $(DESTDIR)$(sysusersdir) $(DESTDIR)$(tmpfilesdir)
	$(INSTALL_DATA) $(srcdir)/systemd/alignd.sysusers \
		$(DESTDIR)$(sysusersdir)/alignd.conf
	$(INSTALL_DATA) $(srcdir)/systemd/alignd.tmpfiles \
		$(DESTDIR)$(tmpfilesdir)/alignd.conf

uninstall-local: uninstall-conf
	rm -f $(DESTDIR)$(sysusersdir)/alignd.conf \
		$(DESTDIR)$(tmpfilesdir)/alignd.conf
