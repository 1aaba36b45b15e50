/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_read.c - the bytes of a file, up to a maximum
 * Tested by test_settings, test_override_file, test_daemon_status.
 */
#include "lib/base/file_read.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_ROOM 65536

/* Grows with the file, so that a small one does not take the maximum. */
static size_t read_all(TALLOC_CTX *mem, FILE *stream, size_t max, char **bytes)
{
	size_t room = max < FIRST_ROOM ? max : FIRST_ROOM;
	size_t length = 0;

	*bytes = mem_array(mem, char, room);
	for (;;) {
		length += fread(*bytes + length, 1, room - length, stream);
		if (length < room || room == max)
			return length;
		room = room > max / 2 ? max : 2 * room;
		*bytes = mem_resize(mem, *bytes, char, room);
	}
}

bool file_read_stream(TALLOC_CTX *mem, FILE *stream, const char *name,
		      size_t max, struct span *file, struct error *err)
{
	char *bytes;
	size_t length = read_all(mem, stream, max + 1, &bytes);

	if (ferror(stream) != 0)
		return error_errno(err, ERROR_CONFIG, errno, "%s", name);
	if (length > max)
		return error_set(err, ERROR_CONFIG, "%s: larger than %zu bytes",
				 name, max);
	*file = span_make(bytes, length);
	return true;
}

bool file_read(TALLOC_CTX *mem, const char *path, size_t max, struct span *file,
	       struct error *err)
{
	FILE *stream = fopen(path, "re");

	if (stream == NULL)
		return error_errno(err, ERROR_CONFIG, errno, "%s", path);
	bool is_read = file_read_stream(mem, stream, path, max, file, err);
	(void)fclose(stream);
	return is_read;
}

static FILE *open_plain(int folder, const char *name)
{
	int fd = openat(folder, name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat found;
	FILE *stream = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &found) == 0 && S_ISREG(found.st_mode))
		stream = fdopen(fd, "r");
	else
		errno = EINVAL;
	if (stream == NULL)
		(void)close(fd);
	return stream;
}

bool file_read_plain_at(TALLOC_CTX *mem, int folder, const char *name,
			const char *path, size_t max, struct span *file,
			struct error *err)
{
	FILE *stream = open_plain(folder, name);

	if (stream == NULL)
		return error_errno(err, ERROR_CONFIG, errno,
				   "%s, which must be a plain file", path);
	bool is_read = file_read_stream(mem, stream, path, max, file, err);
	(void)fclose(stream);
	return is_read;
}

bool file_read_plain(TALLOC_CTX *mem, const char *path, size_t max,
		     struct span *file, struct error *err)
{
	return file_read_plain_at(mem, AT_FDCWD, path, path, max, file, err);
}
