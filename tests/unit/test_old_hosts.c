/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_old_hosts.c - lists of clients: what is left when "!" has taken out
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/import/old_hosts.h"

static struct old_list split(TALLOC_CTX *mem, const char *text)
{
	struct old_list list = {.items = mem_array(mem, struct old_item, 20)};
	struct span left = span_of(text);
	struct span item;

	while (left.length > 0) {
		(void)span_cut(left, ' ', &item, &left);
		list.items[list.count++] = (struct old_item){
		    .text = mem_strndup(mem, item.data, item.length),
		    .file = "list",
		    .line = 1};
	}
	return list;
}

static const char *shown(TALLOC_CTX *mem, const struct old_hosts *hosts)
{
	const char *text = "";
	char block[NET_BLOCK_TEXT];

	for (size_t i = 0; i < hosts->networks.count; i++)
		text = mem_printf(
		    mem, "%s%s ", text,
		    net_block_text(&hosts->networks.items[i], block));
	for (size_t i = 0; i < hosts->names.count; i++)
		text = mem_printf(mem, "%s%s ", text, hosts->names.items[i]);
	for (size_t i = 0; i < hosts->above.count; i++)
		text = mem_printf(mem, "%s.%s ", text, hosts->above.items[i]);
	for (size_t i = 0; i < hosts->faults.count; i++)
		text = mem_printf(mem, "%s%s%s ", text,
				  hosts->faults.items[i].is_hole ? "!!" : "!",
				  hosts->faults.items[i].text);
	return text;
}

static void sorts(void **state)
{
	static const struct {
		const char *list;
		const char *want;
	} rows[] = {
	    {"127.0.0.1", "127.0.0.1/32 "},
	    {"[192.0.2.1] [2001:db8::]/32", "192.0.2.1/32 2001:db8::/32 "},
	    {"10.0.0.0/8 10.1.0.0/16", "10.0.0.0/8 "},
	    {"::ffff:127.0.0.0/104 ::1", "127.0.0.0/8 ::1/128 "},
	    {"localhost", "127.0.0.1/32 ::1/128 "},
	    /* a name is itself alone; a dot in front says: all below */
	    {"mail.Example.test .x.test *.example.example",
	     "mail.example.test .example.example .x.test "},
	    {"isp.test mx.isp.test .isp.test b.test", "b.test .isp.test "},
	    {"isp.test .mx.isp.test a.mx.isp.test", "isp.test .mx.isp.test "},
	    {". *. .. *.*.test", "!. !*. !.. !*.*.test "},
	    /* taken out: the narrower entry wins, wherever it stands */
	    {"!10.0.0.1 10.0.0.0/30", "10.0.0.2/31 10.0.0.0/32 "},
	    {"10.0.0.0/30 !10.0.0.0/31", "10.0.0.2/31 "},
	    {"10.0.0.0/30 !10.0.0.0/31 10.0.0.1", "10.0.0.2/31 10.0.0.1/32 "},
	    {"10.0.0.0/30 !10.0.0.0/8", "10.0.0.0/30 "},
	    {"10.0.0.1 !10.0.0.1", ""},
	    {"2001:db8::/126 !2001:db8::1", "2001:db8::2/127 2001:db8::/128 "},
	    {"!192.0.2.1", ""},
	    /* what cannot be taken */
	    {"10.1.2.3/8", "!10.1.2.3/8 "},
	    {"10.0.0.0/8 !10.1.2.3/8", "10.0.0.0/8 !!!10.1.2.3/8 "},
	    {"10.0.0.0/255.0.0.0", "!10.0.0.0/255.0.0.0 "},
	    {"0.0.0.0/0 ::/0", "!0.0.0.0/0 !::/0 "},
	    {"com", "!com "},
	    {"10.0.0.0/8 !printer.example.test",
	     "10.0.0.0/8 !!!printer.example.test "},
	    {"10.* ma*l.example.test", "!10.* !ma*l.example.test "},
	    {"1.2.3", "!1.2.3 "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct old_list list = split(mem, rows[i].list);
		const char *got = shown(mem, old_hosts_sort(mem, &list));
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].list, got);
		mem_free(mem);
	}
}

/* Each address of a small network is in where its narrowest entry says so. */
static void agrees_with_narrowest(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct old_list list =
	    split(mem, "10.0.0.0/24 !10.0.0.64/26 10.0.0.80/28 !10.0.0.85 "
		       "!10.0.0.200/29 10.0.0.203");
	const struct old_hosts *hosts = old_hosts_sort(mem, &list);

	(void)state;
	for (int i = 0; i < 256; i++) {
		const uint8_t bytes[4] = {10, 0, 0, (uint8_t)i};
		struct net_address address = net_address_ipv4(bytes);
		bool want = i < 64 || i > 127 || (i >= 80 && i < 96);
		want = want && i != 85 && (i < 200 || i > 207 || i == 203);
		assert_int_equal(net_list_contains(&hosts->networks, &address),
				 want);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sorts),
	    cmocka_unit_test(agrees_with_narrowest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
