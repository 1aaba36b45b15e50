# SPDX-License-Identifier: BSD-2-Clause
# Whole messages from case files. tests/regress has the same format: one case
# for each defect, named NUMBER-slug.case.
check_PROGRAMS += tests/replay/replay tests/replay/whatif_oracle
TESTS += tests/replay/cases.sh tests/replay/rest.sh tests/replay/whatif.sh \
	tests/regress/regress.sh
# What others read in the fields that these cases have.
TESTS += tests/replay/test_readers.py

# The folder is also where `make check` leaves its logs.
dist-hook:
	rm -f $(distdir)/tests/regress/*.log $(distdir)/tests/regress/*.trs

# A folder, and nothing that make would build of cases.sh.
tests/replay/cases: ;
