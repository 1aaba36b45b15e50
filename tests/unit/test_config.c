/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_config.c - alignd.conf as a snapshot, and the words about bad ones
 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "lib/app/config.h"
#include "lib/app/config_doubts.h"
#include "lib/app/config_store.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define FILE_NAME "test_config.tmp"

static bool load(TALLOC_CTX *mem, const char *text, struct config **config,
		 struct error *err)
{
	FILE *file = fopen(FILE_NAME, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return config_load(mem, FILE_NAME, config, err);
}

static void has_the_defaults(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct config *config = config_defaults(mem);

	(void)state;
	assert_string_equal(config->daemon.authserv_id, "");
	assert_int_equal(config->daemon.mode, MODE_ENFORCE);
	assert_string_equal(config->daemon.listen,
			    "unix:/run/alignd/alignd.sock");
	assert_string_equal(config->daemon.socket_mode, "0660");
	assert_string_equal(config->daemon.user, "alignd");
	assert_int_equal(config->daemon.max_messages, 500);
	assert_int_equal(config->spf.term_limit, 10);
	assert_int_equal(config->dkim.min_rsa_bits, 1024);
	assert_true(config->dkim.key_cache);
	assert_int_equal(config->policy.on_reject, DISPOSITION_REJECT);
	assert_int_equal(config->trust.networks.count, 2);
	assert_string_equal(config->trust.networks.items[1], "::1/128");
	assert_int_equal(config->log.facility, LOG_MAIL);
	mem_free(mem);
}

static void count_difference(void *context, const char *name,
			     const char *before, const char *after,
			     bool is_reloadable)
{
	(void)is_reloadable;
	print_error("%s: %s, then %s\n", name, before, after);
	++*(int *)context;
}

static int differences(const struct config *before, const struct config *after)
{
	int count = 0;

	settings_differences(config_sections, before, after, count_difference,
			     &count);
	return count;
}

/* The empty file, and the defaults written out, mean the same. */
static void loads_what_it_writes(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct config *initial = config_defaults(mem);
	struct config *config = NULL;
	struct error err;

	(void)state;
	assert_true(load(mem, "", &config, &err));
	assert_int_equal(differences(initial, config), 0);
	for (int explain = 0; explain < 2; explain++) {
		assert_true(load(
		    mem,
		    settings_text(mem, config_sections, initial, explain != 0),
		    &config, &err));
		assert_int_equal(differences(initial, config), 0);
	}
	mem_free(mem);
}

#define SOCKETS                                                                \
	"(allowed: inet:PORT@HOST, inet6:PORT@HOST, unix:/PATH, local:/PATH)"
#define AUTHSERV_IDS                                                           \
	"(allowed: a domain name or a token of RFC 2045, at most 253 bytes)"
#define MODES "(allowed: \"0600\" to \"0777\", four octal digits)"
#define NAMES "(allowed: a name of letters, digits, _ - .)"

static void words_every_fault(void **state)
{
	static const struct {
		const char *file;
		const char *want; /* behind the file's name */
	} rows[] = {
	    {"mode = watch",
	     ":1: mode: watch is not known (allowed: enforce, monitor)"},
	    {"max_messages = 0",
	     ":1: max_messages: 0 is below 1 (allowed: 1 to 10000)"},
	    {"max_messages = 10001",
	     ":1: max_messages: 10001 is above 10000 (allowed: 1 to 10000)"},
	    {"authserv_id = \"a b\"",
	     ":1: authserv_id: \"a b\" is no authserv-id " AUTHSERV_IDS},
	    {"authserv_id = \"mx;x\"",
	     ":1: authserv_id: \"mx;x\" is no authserv-id " AUTHSERV_IDS},
	    {"listen = \"tcp:1@x\"",
	     ":1: listen: \"tcp:1@x\" is no socket " SOCKETS},
	    {"listen = \"\"", ":1: listen: \"\" is no socket " SOCKETS},
	    {"listen = \"inet:8893\"",
	     ":1: listen: \"inet:8893\" is no socket " SOCKETS},
	    {"listen = \"inet:0@127.0.0.1\"",
	     ":1: listen: \"inet:0@127.0.0.1\" is no socket " SOCKETS},
	    {"listen = \"inet:65536@127.0.0.1\"",
	     ":1: listen: \"inet:65536@127.0.0.1\" is no socket " SOCKETS},
	    {"listen = \"inet:1@::1\"",
	     ":1: listen: \"inet:1@::1\" is no socket " SOCKETS},
	    {"listen = \"inet6:1@127.0.0.1\"",
	     ":1: listen: \"inet6:1@127.0.0.1\" is no socket " SOCKETS},
	    {"listen = \"unix:a\"",
	     ":1: listen: \"unix:a\" is no socket " SOCKETS},
	    {"socket_mode = 660", ":1: socket_mode: \"660\" is no mode " MODES},
	    {"socket_mode = 0555",
	     ":1: socket_mode: \"0555\" is no mode " MODES},
	    {"socket_mode = 0780",
	     ":1: socket_mode: \"0780\" is no mode " MODES},
	    {"user = ''", ":1: user: \"\" is no user " NAMES},
	    {"socket_group = -x",
	     ":1: socket_group: \"-x\" is no group " NAMES},
	    {"\nlog { facility = user }",
	     ":2: log.facility: user is not known (allowed: mail, daemon, "
	     "local0, local1, local2, local3, local4, local5, local6, "
	     "local7)"},
	    {"spf { term_limit = 11 }",
	     ":1: spf.term_limit: 11 is above 10 (allowed: 1 to 10)"},
	    {"dns {\ntimeout = 90s\n}",
	     ":2: dns.timeout: 90s is above 30s (allowed: 1s to 30s)"},
	    {"policy { on_rject = none }",
	     ":1: policy.on_rject: unknown setting (did you mean "
	     "policy.on_reject?)"},
	    {"policy { quarantine_action = tag known_path = quarantine }",
	     ": policy.known_path: quarantine with policy.quarantine_action = "
	     "tag would deliver what fails p=reject (allowed: none, or "
	     "quarantine_action = hold or redirect)"},
	    {"policy { quarantine_action = redirect }",
	     ": policy.quarantine_action: redirect needs "
	     "policy.quarantine_mailbox, which is empty (allowed: one "
	     "address)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct config *config = NULL;
		struct error err;
		assert_false(load(mem, rows[i].file, &config, &err));
		assert_string_equal(
		    err.words, mem_printf(mem, FILE_NAME "%s", rows[i].want));
		assert_int_equal(err.kind, ERROR_CONFIG);
		assert_null(config);
		mem_free(mem);
	}
}

static char *list_people(TALLOC_CTX *mem, size_t count)
{
	struct strbuf file;

	strbuf_init(&file, mem, 1 << 20);
	strbuf_add_text(&file, "protect { people = {");
	for (size_t i = 0; i < count; i++)
		strbuf_printf(&file, "%s\"Ann B%zu <a@b.test>\"",
			      i == 0 ? "" : ", ", i);
	strbuf_add_text(&file, "} }");
	return strbuf_text(&file);
}

static void bounds_people(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct config *config = NULL;
	struct error err;

	(void)state;
	assert_true(load(mem, list_people(mem, LIMIT_PEOPLE), &config, &err));
	assert_int_equal(config->protect.people.count, LIMIT_PEOPLE);
	assert_false(
	    load(mem, list_people(mem, LIMIT_PEOPLE + 1), &config, &err));
	assert_string_equal(err.words,
			    FILE_NAME ": protect.people: 5001 names (allowed: "
				      "5000, those whom strangers would name)");
	assert_false(
	    load(mem, "protect { people = {\"Ann Example\"} }", &config, &err));
	assert_string_equal(
	    err.words, FILE_NAME
	    ":1: protect.people: \"Ann Example\" has no address that can be "
	    "read (allowed: a name, then the person's address here, then more "
	    "addresses and domains, each in <>: \"Ann Example "
	    "<ann@example.org> <ann@home.test>\")");
	mem_free(mem);
}

#define REDIRECT_WITH_MAILBOX                                                  \
	"policy { quarantine_action = redirect\n"                              \
	"quarantine_mailbox = \"q@example.com\" }"

static void takes_values(void **state)
{
	static const char *const rows[] = {
	    "listen = \"unix:/run/alignd/alignd.sock\"",
	    "listen = 'local:/a'",
	    "listen = 'inet6:8893@::1'",
	    "listen = 'inet:65535@mail.example.com'",
	    "authserv_id = mx_1.example.com",
	    "socket_mode = 0777",
	    "socket_group = postfix user = _mail-1.x",
	    REDIRECT_WITH_MAILBOX,
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct config *config = NULL;
		struct error err;
		assert_true(load(mem, rows[i], &config, &err));
		assert_non_null(config);
		mem_free(mem);
	}
}

static void bounds_a_socket_path(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct config *config = NULL;
	struct error err;
	char path[108];

	(void)state;
	memset(path, 'a', sizeof path);
	path[0] = '/';
	path[107] = '\0';
	assert_true(load(mem, mem_printf(mem, "listen = \"unix:%s\"", path),
			 &config, &err));
	assert_false(load(mem, mem_printf(mem, "listen = \"unix:%sb\"", path),
			  &config, &err));
	assert_non_null(strstr(err.words, "has too long a path"));
	mem_free(mem);
}

static void knows_its_name(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct config *config = config_defaults(mem);

	(void)state;
	assert_true(strlen(config_authserv_id(mem, config)) > 0);
	config->daemon.authserv_id = "mx.example.com";
	assert_string_equal(config_authserv_id(mem, config), "mx.example.com");
	mem_free(mem);
}

static void sets_one_value(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct config *config = config_defaults(mem);
	struct error err;

	(void)state;
	assert_true(settings_set(mem, config_sections, "dns.servers",
				 "127.0.0.1@5353", config, &err));
	assert_int_equal(config->dns.servers.count, 1);
	assert_string_equal(config->dns.servers.items[0], "127.0.0.1@5353");
	assert_true(settings_set(mem, config_sections, "mode", "monitor",
				 config, &err));
	assert_int_equal(config->daemon.mode, MODE_MONITOR);
	assert_false(settings_set(mem, config_sections, "spf.void_limit", "11",
				  config, &err));
	assert_string_equal(err.words, "spf.void_limit: 11 is above 10 "
				       "(allowed: 0 to 10)");
	assert_int_equal(config->spf.void_limit, 2);
	mem_free(mem);
}

#define OVERRIDE                                                               \
	"override o { spf = {'x.test'} owner = a why = b permanent = yes }"

#define FLEET_OVERRIDE                                                         \
	"override f { spf = {'y.test'} owner = a why = b permanent = yes }"

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Only a file of the default name may be absent. */
static void finds_the_overrides(void **state)
{
	static const struct {
		const char *config;
		const char *file; /* NULL: none is there */
		const char *text;
		long want; /* overrides; -1: no file, -2: refused */
		const char *words;
	} rows[] = {
	    {"", NULL, NULL, -1, ""},
	    {"overrides = 'overrides.conf'", NULL, NULL, -1, ""},
	    {"", "overrides.conf", OVERRIDE, 1, ""},
	    {"", "overrides.conf", "", 0, ""},
	    {"overrides = ''", "overrides.conf", "nonsense", -1, ""},
	    {"overrides = other.tmp", "other.tmp", OVERRIDE, 1, ""},
	    {"overrides = other.tmp", NULL, NULL, -2,
	     "./other.tmp: No such file or directory"},
	    {"", "overrides.conf", "\noverride o { spf = {'x test'} }", -2,
	     "./overrides.conf:2: override \"o\": spf: \"x test\" is no "
	     "domain name (allowed: a name such as list.example; it and the "
	     "names below it match)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct config *config = NULL;
		struct error err = {.words = ""};
		write_file(FILE_NAME, rows[i].config);
		if (rows[i].file != NULL)
			write_file(rows[i].file, rows[i].text);
		bool is_good = config_load(mem, "./" FILE_NAME, &config, &err);
		assert_string_equal(err.words, rows[i].words);
		assert_true(is_good == (rows[i].want != -2));
		if (rows[i].want == -1)
			assert_null(config->overrides);
		if (rows[i].want >= 0)
			assert_int_equal(config->overrides->count,
					 rows[i].want);
		if (rows[i].file != NULL)
			assert_int_equal(unlink(rows[i].file), 0);
		mem_free(mem);
	}
}

/* This host's own first, then what the forwarder brought; the latter only where
 * there is a fleet, and no name in both. */
static void reads_the_fleets_overrides(void **state)
{
	static const struct {
		const char *postgresql;
		const char *own;
		const char *fleet;
		int want; /* -1: refused */
		int own_count;
	} rows[] = {
	    {"host=db", OVERRIDE, FLEET_OVERRIDE, 2, 1},
	    {"host=db", NULL, FLEET_OVERRIDE, 1, 0},
	    {"host=db", OVERRIDE, NULL, 1, 1},
	    {"", OVERRIDE, FLEET_OVERRIDE, 1, 1},
	    {"host=db", OVERRIDE, OVERRIDE, -1, 0},
	};
	char folder[4096];

	(void)state;
	assert_non_null(getcwd(folder, sizeof folder));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct config *config = NULL;
		struct error err = {.words = ""};
		const char *fleet =
		    mem_printf(mem, "%s/s.tmp.fleet-overrides.conf", folder);
		write_file(FILE_NAME, mem_printf(mem,
						 "store { sqlite = '%s/s.tmp' "
						 "postgresql = '%s' }",
						 folder, rows[i].postgresql));
		if (rows[i].own != NULL)
			write_file("overrides.conf", rows[i].own);
		if (rows[i].fleet != NULL)
			write_file(fleet, rows[i].fleet);
		bool is_good = config_load(mem, "./" FILE_NAME, &config, &err);
		assert_true(is_good == (rows[i].want >= 0));
		if (is_good) {
			assert_int_equal(config->overrides->count,
					 rows[i].want);
			assert_int_equal(config_own_overrides(config),
					 rows[i].own_count);
		} else {
			assert_non_null(strstr(err.words, "stands in"));
			assert_non_null(strstr(err.words, "overrides.conf:1"));
		}
		(void)unlink("overrides.conf");
		(void)unlink(fleet);
		mem_free(mem);
	}
}

#define FOLDER FILE_NAME ".d"

/* A path is one of the folder of the file that it stands in. */
static void reads_drop_ins_in_order(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct config *config = NULL;
	struct error err;

	(void)state;
	assert_int_equal(mkdir(FOLDER, 0700), 0);
	write_file(FILE_NAME, "mode = monitor dns { fixture = 'zone' }"
			      " report { sign_key = '/abs' }");
	write_file(FOLDER "/20-b.conf",
		   "overrides = 'o' dns { fixture = '../z' }");
	write_file(FOLDER "/10-a.conf", "mode = enforce overrides = 'x'");
	write_file(FOLDER "/o", OVERRIDE);
	write_file(FOLDER "/.30-c.conf", "mode = monitor");
	write_file(FOLDER "/30-c.conf~", "mode = monitor");
	assert_true(config_load(mem, "./" FILE_NAME, &config, &err));
	assert_int_equal(config->daemon.mode, MODE_ENFORCE);
	assert_string_equal(config->overrides_path, "./" FOLDER "/o");
	assert_int_equal(config->overrides->count, 1);
	assert_string_equal(config->dns.fixture, "./" FOLDER "/../z");
	assert_string_equal(config->report.sign_key, "/abs");
	assert_int_equal(config->origins->file_count, 3);
	assert_string_equal(config->origins->files[1].path,
			    "./" FOLDER "/10-a.conf");
	assert_string_equal(settings_origin(config->origins, "mode")->file,
			    "./" FOLDER "/10-a.conf");
	assert_string_equal(config_files_text(mem, config),
			    "./" FILE_NAME " and 2 of ./" FILE_NAME ".d");
	write_file(FOLDER "/20-b.conf", "\nmode = never");
	assert_false(config_load(mem, "./" FILE_NAME, &config, &err));
	assert_non_null(strstr(err.words, "./" FOLDER "/20-b.conf:2: mode: "));
	mem_free(mem);
}

static void remove_folder(void)
{
	DIR *folder = opendir(FOLDER);
	const struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		(void)unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder != NULL)
		(void)closedir(folder);
	(void)rmdir(FOLDER);
}

/* The store of a configuration that is refused: from whatever is sound. */
static void finds_the_store(void **state)
{
	static const struct {
		const char *text;
		const char *path; /* NULL: the default */
		int line;
	} cases[] = {
	    {"store { sqlite = \"/a/b.db\" }\n", "/a/b.db", 1},
	    {"nonsense\nstore {\n\tsqlite = '/a/b c.db'\n}\n", "/a/b c.db", 3},
	    {"store {\n\tsqlite = /a/b.db # here\n", "/a/b.db", 2},
	    {"store { sqlite=\"\" }", "", 1},
	    /* Faults before: a text without an end, a brace too few, too many.
	     */
	    {"listen = \"inet\nstore { sqlite = \"/a\" }", "/a", 2},
	    {"policy { on_reject = tag\nstore { sqlite = \"/a\" }", "/a", 2},
	    {"policy { } }\nstore { sqlite = \"/a\" }", "/a", 2},
	    {"/* a comment\nstore { sqlite = \"/b\" } */\nstore { sqlite = /a "
	     "}",
	     "/a", 3},
	    {"store { keep = }\nstore { sqlite = /a } store { sqlite = /b }",
	     "/b", 2},
	    /* A list ends no section, with its end or without. */
	    {"store { keep = {\"a\"} sqlite = /a }", "/a", 1},
	    {"store { keep = {\"a\"\n sqlite = /a }", "/a", 2},
	    {"store { sqlite = { \"/a\" } }\nx { sqlite = /b }", NULL, 0},
	    /* Its own depth, unless a "}" is missing above it. */
	    {"own { x { store { sqlite = /b } } }", "/b", 1},
	    {"store { sqlite = /a }\nown { x { store { sqlite = /b } } }", "/a",
	     1},
	    {"own { x { store { sqlite = /b } } }\nstore { sqlite = /a }", "/a",
	     2},
	    {"log { level = info\nstore { sqlite = /a }", "/a", 2},
	    {"} }\nstore { sqlite = /a }", "/a", 2},
	    {"store { x { sqlite = /b } }", NULL, 0},
	    /* Another section's, or no value at all. */
	    {"report { sqlite = \"/a\" }", NULL, 0},
	    {"sqlite = \"/a\"", NULL, 0},
	    {"store { } sqlite = \"/a\"", NULL, 0},
	    {"# store { sqlite = \"/a\" }\n// store { sqlite = /a }", NULL, 0},
	    {"store { sqlite = \"/a\n }", NULL, 0},
	    {"store { sqlite", NULL, 0},
	    {"store { sqlite =", NULL, 0},
	    {"/* store { sqlite = /a }", NULL, 0},
	    /* What its row refuses, and what only the parser could read. */
	    {"store { sqlite = \"relative.db\" }", NULL, 0},
	    {"store { sqlite = \"/a\\x41\" }", NULL, 0},
	    {"store { sqlite = \"/${HOME}/a\" }", NULL, 0},
	    {"", NULL, 0},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	const char *usual = config_defaults(mem)->store.sqlite;
	struct config_store store;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *want =
		    cases[i].path == NULL ? usual : cases[i].path;
		write_file(FILE_NAME, cases[i].text);
		assert_true(config_store_find(mem, FILE_NAME, &store, &err));
		if (strcmp(store.path, want) != 0 ||
		    (store.file == NULL) != (cases[i].path == NULL))
			fail_msg("%s: %s", cases[i].text, store.path);
		if (store.file != NULL)
			assert_int_equal(store.line, cases[i].line);
	}
	mem_free(mem);
}

static void finds_the_store_of_a_drop_in(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct config_store store;
	struct error err;

	(void)state;
	remove_folder();
	write_file(FILE_NAME, "store { sqlite = /first }\n");
	assert_int_equal(mkdir(FOLDER, 0700), 0);
	write_file(FOLDER "/2.conf", "x\nstore { sqlite = /second }\n");
	write_file(FOLDER "/3.conf", "store { sqlite = third }\n");
	assert_true(config_store_find(mem, FILE_NAME, &store, &err));
	assert_string_equal(store.path, "/second");
	assert_string_equal(store.file, FOLDER "/2.conf");
	assert_int_equal(store.line, 2);
	remove_folder();
	(void)unlink(FILE_NAME);
	assert_false(config_store_find(mem, FILE_NAME, &store, &err));
	mem_free(mem);
}

static void bounds_the_drop_ins(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct config *config = NULL;
	struct error err;

	(void)state;
	assert_true(mkdir(FOLDER, 0700) == 0 || errno == EEXIST);
	write_file(FILE_NAME, "");
	write_file(FOLDER "/20-b.conf", "");
	write_file(FOLDER "/10-a.conf", "");
	for (int i = 2; i <= LIMIT_CONFIG_FILES; i++) {
		assert_true(config_load(mem, FILE_NAME, &config, &err));
		write_file(mem_printf(mem, FOLDER "/x%d.conf", i), "");
	}
	assert_false(config_load(mem, FILE_NAME, &config, &err));
	assert_string_equal(err.words, FOLDER ": more than 100 files *.conf");
	mem_free(mem);
}

static int clean_up(void **state)
{
	(void)state;
	(void)unlink(FILE_NAME);
	remove_folder();
	return 0;
}

static void takes_a_file_of_some_size(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *text = mem_zeroed(mem, LIMIT_CONFIG_BYTES + 2, 1, "file");
	struct config *config;
	struct error err;

	(void)state;
	memset(text, '#', LIMIT_CONFIG_BYTES);
	text[LIMIT_CONFIG_BYTES - 1] = '\n';
	assert_true(load(mem, text, &config, &err));
	text[LIMIT_CONFIG_BYTES] = '\n';
	assert_false(load(mem, text, &config, &err));
	(void)unlink(FILE_NAME);
	mem_free(mem);
}

/* One line for each: what is set, and what to write. */
static const char *doubts_of(TALLOC_CTX *mem, const char *text)
{
	struct config *config;
	struct error err;
	const char *all = "";

	assert_true(load(mem, text, &config, &err));
	const struct config_doubts doubts = config_doubts_find(mem, config);
	for (size_t i = 0; i < doubts.count; i++)
		all = mem_printf(mem, "%s%s: %s; %s\n", all,
				 doubts.items[i].setting, doubts.items[i].found,
				 doubts.items[i].fix);
	return all;
}

#define NO_NAMES                                                               \
	", and own.domains and protect.names are empty: it holds for no "      \
	"mail; list your domains in own.domains, and names of others to "      \
	"protect in protect.names\n"
#define NO_SENDER                                                              \
	": boss@example.com, and report.from is empty: nothing is mailed to "  \
	"it; set report.from to the address that such mail comes from\n"

static void doubts_what_does_nothing(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
	    {"", ""},
	    {"policy { on_own = tag\non_lookalike = reject }\n",
	     "policy.on_own: tag" NO_NAMES
	     "policy.on_lookalike: reject" NO_NAMES},
	    {"policy { on_person_name = tag }\n",
	     "policy.on_person_name: tag, and protect.people is empty: it "
	     "holds for no mail; list in protect.people whose names strangers "
	     "write under\n"},
	    {"policy { on_person_name = tag }\n"
	     "protect { people = {\"Ann B <ann@b.test>\"} }\n",
	     ""},
	    {"policy { on_own = reject }\nown { domains = {\"example.com\"} "
	     "}\n",
	     ""},
	    {"policy { on_lookalike = tag }\n"
	     "protect { names = {\"example.com\"} }\n",
	     ""},
	    {"protect { names = {\"gov.uk\", \"b.gov.uk\"} }\n",
	     "protect.names: gov.uk is a public suffix: all who registered "
	     "below it would have to prove to be it, and no look-alike of it "
	     "is found; write the registered names meant, such as "
	     "example.gov.uk\n"},
	    {"protect { lookalikes_known = {\"examp1e.com\", "
	     "\"www.examp1e.co.uk\"} }\n",
	     "protect.lookalikes_known: www.examp1e.co.uk is below the "
	     "registered name, so it makes nothing known; write "
	     "examp1e.co.uk\n"},
	    {"digest { mail = \"boss@example.com\" }\n"
	     "alert { mail = \"boss@example.com\" }\n",
	     "digest.mail" NO_SENDER "alert.mail" NO_SENDER},
	    {"digest { mail = \"boss@example.com\" }\n"
	     "report { from = \"a@example.com\" }\n",
	     ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		assert_string_equal(doubts_of(mem, rows[i].text), rows[i].want);
		mem_free(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(has_the_defaults),
	    cmocka_unit_test(loads_what_it_writes),
	    cmocka_unit_test(words_every_fault),
	    cmocka_unit_test(takes_values),
	    cmocka_unit_test(doubts_what_does_nothing),
	    cmocka_unit_test(bounds_a_socket_path),
	    cmocka_unit_test(bounds_people),
	    cmocka_unit_test(knows_its_name),
	    cmocka_unit_test(sets_one_value),
	    cmocka_unit_test(finds_the_overrides),
	    cmocka_unit_test(reads_the_fleets_overrides),
	    cmocka_unit_test(takes_a_file_of_some_size),
	    cmocka_unit_test(reads_drop_ins_in_order),
	    cmocka_unit_test(finds_the_store),
	    cmocka_unit_test(bounds_the_drop_ins),
	    cmocka_unit_test(finds_the_store_of_a_drop_in),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up) != 0;
}
