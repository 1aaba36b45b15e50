/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dns_servers.c - dns.servers and resolv.conf
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/dns/dns_servers.h"

static void checks_servers(void **state)
{
	static const struct {
		const char *value;
		bool want;
	} rows[] = {
	    {"192.0.2.1", true},
	    {"192.0.2.1@5353", true},
	    {"::1", true},
	    {"::1@5353", true},
	    {"2001:db8::1@53", true},
	    {"192.0.2.1@65535", true},
	    {"", false},
	    {"@53", false},
	    {"192.0.2.1@", false},
	    {"192.0.2.1@0", false},
	    {"192.0.2.1@65536", false},
	    {"192.0.2.1@053", false},
	    {"192.0.2.1#53", false},
	    {"192.0.2.1:53", false},
	    {"192.0.2", false},
	    {"dns.example.test", false},
	    {"192.0.2.1@53@53", false},
	    {" 192.0.2.1", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error err = {0};
		if (dns_servers_check(rows[i].value, &err) != rows[i].want)
			fail_msg("\"%s\"", rows[i].value);
		if (!rows[i].want)
			assert_non_null(strstr(err.words, "is no DNS server"));
	}
}

/* The servers, joined by blanks; the error's words when there are none. */
static char *read_text(TALLOC_CTX *mem, const char *text)
{
	char path[] = "resolv.XXXXXX";
	int fd = mkstemp(path);
	struct text_list servers;
	struct error err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
	bool is_read = dns_servers_from_file(mem, path, &servers, &err);
	(void)unlink(path);
	if (!is_read)
		return mem_strdup(mem, err.words);
	char *joined = mem_strdup(mem, "");
	for (size_t i = 0; i < servers.count; i++)
		joined = mem_printf(mem, "%s%s%s", joined, i == 0 ? "" : " ",
				    servers.items[i]);
	return joined;
}

static void reads_resolv_conf(void **state)
{
	static const struct {
		const char *text;
		const char *want; /* NULL: an error that says what to do */
	} rows[] = {
	    {"nameserver 192.0.2.1\n", "192.0.2.1"},
	    {"nameserver 192.0.2.1", "192.0.2.1"},
	    {"# a\n; b\nsearch example.test\nnameserver\t192.0.2.1 # here\r\n"
	     "options edns0\nnameserver 2001:db8::1\n",
	     "192.0.2.1 2001:db8::1"},
	    {"nameserver nonsense\nnameserver 192.0.2.2\n", "192.0.2.2"},
	    {"nameserver\nnameserver192.0.2.1\n  nameserver 192.0.2.3\n",
	     "192.0.2.3"},
	    {"", NULL},
	    {"#nameserver 192.0.2.1\nsearch x\n", NULL},
	    {"nameserver nonsense\n", NULL},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *got = read_text(mem, rows[i].text);
		if (rows[i].want != NULL)
			assert_string_equal(got, rows[i].want);
		else
			assert_non_null(
			    strstr(got, ": no nameserver; set dns.servers"));
	}
	struct text_list servers;
	struct error err = {0};
	assert_false(
	    dns_servers_from_file(mem, "no-such-file", &servers, &err));
	assert_non_null(strstr(err.words, "no-such-file: "));
	mem_free(mem);
}

static void reads_no_more_than_its_bounds(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct strbuf text;

	(void)state;
	strbuf_init(&text, mem, LIMIT_RESOLV_CONF_BYTES + 64);
	for (int i = 0; i < LIMIT_RESOLV_CONF_SERVERS + 4; i++)
		strbuf_printf(&text, "nameserver 192.0.2.%d\n", i);
	char *got = read_text(mem, strbuf_text(&text));
	const char *last = strrchr(got, ' ');
	assert_string_equal(last, mem_printf(mem, " 192.0.2.%d",
					     LIMIT_RESOLV_CONF_SERVERS - 1));

	while (text.length < LIMIT_RESOLV_CONF_BYTES)
		strbuf_add_char(&text, '#');
	assert_string_equal(read_text(mem, strbuf_text(&text)), got);
	strbuf_add_char(&text, '#');
	assert_null(strstr(read_text(mem, strbuf_text(&text)), last));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(checks_servers),
	    cmocka_unit_test(reads_resolv_conf),
	    cmocka_unit_test(reads_no_more_than_its_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
