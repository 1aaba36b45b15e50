# SPDX-License-Identifier: BSD-2-Clause
libalign_a_SOURCES += \
	lib/dns/dns.c lib/dns/dns.h lib/dns/dns_private.h \
	lib/dns/dns_answer.c lib/dns/dns_answer.h \
	lib/dns/dns_backend.h \
	lib/dns/dns_cache.c lib/dns/dns_cache.h \
	lib/dns/dns_chain.c lib/dns/dns_chain.h \
	lib/dns/dns_file.c lib/dns/dns_file.h \
	lib/dns/dns_fixture.c lib/dns/dns_fixture.h \
	lib/dns/dns_kept.c lib/dns/dns_kept.h \
	lib/dns/dns_ldns.c lib/dns/dns_ldns.h \
	lib/dns/dns_memory.c lib/dns/dns_memory.h \
	lib/dns/dns_name.c lib/dns/dns_name.h \
	lib/dns/dns_packet.c lib/dns/dns_packet.h \
	lib/dns/dns_quota.c lib/dns/dns_quota.h \
	lib/dns/dns_servers.c lib/dns/dns_servers.h \
	lib/dns/dns_session.c \
	lib/dns/dns_settings.c \
	lib/dns/dns_statistics.h \
	lib/dns/dns_table.c lib/dns/dns_table.h \
	lib/dns/dns_unbound.c lib/dns/dns_unbound.h \
	lib/dns/dns_zone_scan.c lib/dns/dns_zone_scan.h
