/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine.c - what a process goes on with, collected and told
 */
#include "lib/base/confine.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/confine_files.h"
#include "lib/base/text.h"

#define LABEL_MAX 256

struct confine_files *confine_files_new(TALLOC_CTX *mem)
{
	return mem_new(mem, struct confine_files);
}

static void add_path(struct confine_files *files, const char *path,
		     enum confine_use use)
{
	files->paths = mem_resize(files, files->paths, struct confine_path,
				  files->path_count + 1);
	files->paths[files->path_count++] = (struct confine_path){
	    .path = mem_strdup(files, path),
	    .use = use,
	};
}

void confine_read(struct confine_files *files, const char *path)
{
	if (path != NULL && *path != '\0')
		add_path(files, path, CONFINE_READ);
}

void confine_read_beside(struct confine_files *files, const char *file)
{
	char target[PATH_MAX];

	if (file == NULL || *file == '\0')
		return;
	add_path(files, text_folder(files, file), CONFINE_READ);
	if (realpath(file, target) != NULL)
		add_path(files, text_folder(files, target), CONFINE_READ);
}

void confine_write_file(struct confine_files *files, const char *path)
{
	add_path(files, path, CONFINE_WRITE_FILE);
}

void confine_write_folder(struct confine_files *files, const char *folder)
{
	const char *there = folder;

	while (access(there, F_OK) != 0 && strchr(there, '/') != NULL &&
	       strcmp(there, "/") != 0)
		there = text_folder(files, there);
	if (strcmp(there, "/") != 0)
		add_path(files, there, CONFINE_WRITE_FOLDER);
}

void confine_socket_folder(struct confine_files *files, const char *folder)
{
	add_path(files, folder, CONFINE_SOCKET_FOLDER);
}

void confine_signals(struct confine_files *files)
{
	files->has_signals = true;
}

static void add_port(struct confine_files *files, long port,
		     enum confine_use use)
{
	files->ports = mem_resize(files, files->ports, struct confine_port,
				  files->port_count + 1);
	files->ports[files->port_count++] =
	    (struct confine_port){.port = port, .use = use};
}

void confine_bind_port(struct confine_files *files, long port)
{
	add_port(files, port, CONFINE_BIND);
}

void confine_connect_port(struct confine_files *files, long port)
{
	add_port(files, port, CONFINE_CONNECT);
}

void confine_system(struct confine_files *files)
{
	/* Libraries, certificates, the public suffix list, time zones; what of
	 * /etc is secret is barred by its mode. */
	static const char *const read[] = {
	    "/etc", "/usr", "/lib", "/lib64", "/proc", "/sys/fs/cgroup",
	    "/dev/urandom", "/dev/null",
	    /* where /etc/resolv.conf often points */
	    "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
	    "/run/nscd", "/var/lib/unbound"};

	for (size_t i = 0; i < COUNT_OF(read); i++)
		confine_read(files, read[i]);
	confine_read_beside(files, "/etc/resolv.conf");
	confine_write_file(files, "/dev/null");
	confine_add_watched_files(files);
}

bool confine_parser(struct confine_state *state, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_done = confine_landlock(confine_files_new(mem), state, err) &&
		       confine_seccomp(CONFINE_PARSER, state, err);

	mem_free(mem);
	return is_done;
}

/* "alignd (enforce)", or "" where there is no profile. */
static void read_profile(char label[LABEL_MAX])
{
	FILE *file = fopen("/proc/self/attr/apparmor/current", "re");

	label[0] = '\0';
	if (file == NULL)
		return;
	if (fgets(label, LABEL_MAX, file) == NULL ||
	    strncmp(label, "unconfined", strlen("unconfined")) == 0)
		label[0] = '\0';
	label[strcspn(label, "\n")] = '\0';
	(void)fclose(file);
}

char *confine_text(TALLOC_CTX *mem, const struct confine_state *state)
{
	char label[LABEL_MAX];
	const char *landlock = "no landlock";

	if (state->landlock > 0)
		landlock =
		    mem_printf(mem, "landlock (ABI %d)", state->landlock);
	else if (state->is_landlock_absent)
		landlock = "no landlock in this kernel";
	read_profile(label);
	return mem_printf(mem, "%s, %s; %s%s", landlock,
			  state->seccomp ? "seccomp"
			  : state->is_seccomp_absent
			      ? "no seccomp in this kernel"
			      : "no seccomp",
			  label[0] == '\0' ? "no AppArmor" : "AppArmor ",
			  text_escape(mem, span_of(label), LABEL_MAX, true));
}
