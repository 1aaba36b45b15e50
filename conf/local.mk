# SPDX-License-Identifier: BSD-2-Clause
# The samples are written for /var; the program's default follows configure.
SAMPLES = alignd.conf overrides.conf public-sector-suffixes.conf reporters.conf \
	services.conf
EXTRA_DIST += conf/sample.sh conf/alignd.conf conf/overrides.conf \
	conf/public-sector-suffixes.conf conf/reporters.conf conf/services.conf
INSTALLED_SAMPLES = $(DESTDIR)$(sysconfdir)/alignd
SAMPLE_FOR_HERE = sh $(srcdir)/conf/sample.sh "$(srcdir)/conf/$$name" \
	'$(localstatedir)'

# A file that stands there belongs to the operator.
install-conf:
	$(MKDIR_P) '$(INSTALLED_SAMPLES)/alignd.conf.d'
	for name in $(SAMPLES); do \
		test -e "$(INSTALLED_SAMPLES)/$$name" || \
			$(SAMPLE_FOR_HERE) \
				>"$(INSTALLED_SAMPLES)/$$name" || exit 1; \
	done

# Only a file that nobody has changed goes again.
uninstall-conf:
	for name in $(SAMPLES); do \
		if $(SAMPLE_FOR_HERE) | \
			cmp -s - "$(INSTALLED_SAMPLES)/$$name"; then \
			rm -f "$(INSTALLED_SAMPLES)/$$name"; fi; \
	done
.PHONY: install-conf uninstall-conf

# A desk that is not wanted has no desk.conf in /etc: its unit waits for one.
exampledir = $(docdir)/examples
dist_example_DATA = conf/desk.conf

# Loading is the operator's: docs/OPERATIONS.md.
apparmordir = $(datadir)/alignd/apparmor
dist_apparmor_DATA = conf/apparmor/alignd conf/apparmor/alignd-report
EXTRA_DIST += conf/apparmor/check-profiles.sh
TESTS += conf/apparmor/check-profiles.sh

# For the programs that read logs: the operator puts them where those look.
fail2bandir = $(datadir)/alignd/fail2ban
dist_fail2ban_DATA = conf/fail2ban/filter.conf conf/fail2ban/jail.conf
logwatchdir = $(datadir)/alignd/logwatch
dist_logwatch_DATA = conf/logwatch/service.conf
dist_logwatch_SCRIPTS = conf/logwatch/alignd
