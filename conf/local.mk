# SPDX-License-Identifier: BSD-2-Clause
# The sample is written for /var; the program's default follows configure.
EXTRA_DIST += conf/alignd.conf
INSTALLED_SAMPLE = $(DESTDIR)$(sysconfdir)/alignd/alignd.conf
SAMPLE_FOR_HERE = $(SED) 's|"/var/lib/|"$(localstatedir)/lib/|' \
	'$(srcdir)/conf/alignd.conf'

# A file that stands there belongs to the operator.
install-conf:
	$(MKDIR_P) '$(DESTDIR)$(sysconfdir)/alignd'
	test -e '$(INSTALLED_SAMPLE)' || \
		$(SAMPLE_FOR_HERE) >'$(INSTALLED_SAMPLE)'

# Only a file that nobody has changed goes again.
uninstall-conf:
	if $(SAMPLE_FOR_HERE) | cmp -s - '$(INSTALLED_SAMPLE)'; then \
		rm -f '$(INSTALLED_SAMPLE)'; fi
.PHONY: install-conf uninstall-conf
