# SPDX-License-Identifier: BSD-2-Clause
dist_man_MANS += docs/alignd.conf.5 docs/overrides.conf.5 docs/alignctl.8 \
	docs/alignd.8 docs/alignd-desk.8
EXTRA_DIST += docs/ARCHITECTURE.md docs/CONTAINER.md docs/FLEET.md docs/HACKING.md \
	docs/HAZARDS.md docs/OPERATIONS.md docs/PERFORMANCE.md docs/PRIVACY.md \
	docs/SECURITY.md docs/TESTING.md docs/UPKEEP.md \
	docs/libmilter-read-ahead.patch

grafanadir = $(pkgdatadir)/grafana
dist_grafana_DATA = docs/grafana/alignd.json
alertsdir = $(pkgdatadir)/alerts
dist_alerts_DATA = docs/alerts/alignd.rules.yml
