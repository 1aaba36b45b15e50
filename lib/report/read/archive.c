/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * archive.c - gzip and zip, unpacked as they are read, the latter through
 * libarchive
 *
 * Nothing is written to disk; names inside an archive are shown, never used.
 * No other formats and no filters of libarchive are enabled. gzip is unpacked
 * by zlib, since libarchive does not look at its check sum.
 */
#include "lib/report/read/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/report/make/gzip.h"
#include "lib/report/read/formats.h"
#include "lib/report/read/tls.h"
#include "lib/report/read/xml.h"

#define NAME_SHOWN 120
#define WORDS_SHOWN 120
#define PEEKED 64
#define NESTED_STEP 65536

/* What may still come out of an archive and those within it. */
struct budget {
	int64_t left;
	int64_t allowed; /* to be told */
	int depth;	 /* of archives within archives */
};

/* One file as it comes out. */
struct unpacked {
	struct received_stream from;
	struct budget *budget;
	int64_t left; /* of the file */
	char first[PEEKED];
	struct span ahead; /* of these, what was not handed on yet */
};

static void read_archive(const char *name, struct span bytes,
			 struct budget *budget,
			 const struct received_reader *reader);

static bool is_within_bounds(struct unpacked *unpacked, ssize_t got,
			     struct error *err)
{
	unpacked->left -= got;
	unpacked->budget->left -= got;
	if (unpacked->left < 0)
		return error_set(err, ERROR_INPUT,
				 "it unpacks to more than %d MiB",
				 LIMIT_RECEIVED_XML_BYTES / (1024 * 1024));
	return unpacked->budget->left >= 0 ||
	       error_set(
		   err, ERROR_INPUT,
		   "it unpacks to more than %lld MiB, which is too much "
		   "for an archive of its size",
		   (long long)(unpacked->budget->allowed / (1024 * 1024)));
}

static ssize_t unpack_entry(struct unpacked *unpacked, char *buffer,
			    size_t size, struct error *err)
{
	ssize_t got =
	    unpacked->from.read(unpacked->from.context, buffer, size, err);

	if (got < 0) {
		(void)error_wrap(err, "it cannot be unpacked");
		return -1;
	}
	return is_within_bounds(unpacked, got, err) ? got : -1;
}

static ssize_t read_unpacked(void *context, char *buffer, size_t size,
			     struct error *err)
{
	struct unpacked *unpacked = context;
	size_t length = unpacked->ahead.length;

	if (length == 0)
		return unpack_entry(unpacked, buffer, size, err);
	if (length > size)
		length = size;
	memcpy(buffer, unpacked->ahead.data, length);
	unpacked->ahead = span_from(unpacked->ahead, length);
	return (ssize_t)length;
}

/* Its first bytes, to see what it is. */
static bool peek_stream(struct unpacked *unpacked, struct error *err)
{
	size_t length = 0;
	ssize_t got = 1;

	while (got > 0 && length < PEEKED) {
		got = unpack_entry(unpacked, unpacked->first + length,
				   PEEKED - length, err);
		length += got > 0 ? (size_t)got : 0;
	}
	unpacked->ahead = span_make(unpacked->first, length);
	return got >= 0;
}

/* All of a file that is an archive again. */
static bool read_whole(TALLOC_CTX *mem, struct unpacked *unpacked,
		       struct span *bytes, struct error *err)
{
	char *buffer = NULL;
	size_t length = 0;
	ssize_t got = 1;

	while (got > 0) {
		if (length % NESTED_STEP == 0)
			buffer =
			    mem_resize(mem, buffer, char, length + NESTED_STEP);
		got = read_unpacked(unpacked, buffer + length,
				    NESTED_STEP - length % NESTED_STEP, err);
		length += got > 0 ? (size_t)got : 0;
		if (length > LIMIT_RECEIVED_NESTED_BYTES)
			return error_set(err, ERROR_INPUT,
					 "an archive within an archive is "
					 "larger than %d MiB",
					 LIMIT_RECEIVED_NESTED_BYTES /
					     (1024 * 1024));
	}
	*bytes = span_make(buffer, length);
	return got == 0;
}

static bool read_nested(const char *name, struct unpacked *unpacked,
			const struct received_reader *reader, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct budget *budget = unpacked->budget;
	struct span bytes;
	bool is_read;

	if (budget->depth == LIMIT_RECEIVED_ARCHIVES)
		is_read = error_set(err, ERROR_INPUT,
				    "archives within archives are not read "
				    "more than %d deep",
				    LIMIT_RECEIVED_ARCHIVES);
	else
		is_read = read_whole(mem, unpacked, &bytes, err);
	if (is_read) {
		budget->depth++;
		read_archive(name, bytes, budget, reader);
		budget->depth--;
	}
	mem_free(mem);
	return is_read;
}

static void read_document(const char *name, struct span begin,
			  const struct received_stream *stream,
			  const struct received_reader *reader)
{
	if (formats_is_json(begin))
		received_tls(name, stream, reader);
	else
		received_xml(name, stream, reader);
}

static void read_file(const char *name, struct received_stream from,
		      struct budget *budget,
		      const struct received_reader *reader)
{
	struct unpacked unpacked = {
	    .from = from, .budget = budget, .left = LIMIT_RECEIVED_XML_BYTES};
	const struct received_stream stream = {read_unpacked, &unpacked};
	struct error err;
	bool is_read = peek_stream(&unpacked, &err);

	if (is_read && formats_is_archive(unpacked.ahead))
		is_read = read_nested(name, &unpacked, reader, &err);
	else if (is_read)
		read_document(name, unpacked.ahead, &stream, reader);
	if (!is_read)
		reader->refused(reader->context, name, err.words);
}

/* --- gzip --- */

static ssize_t read_gzip(void *context, char *buffer, size_t size,
			 struct error *err)
{
	return gunzip_read(context, buffer, size, err);
}

static void read_one(const char *name, struct span bytes, struct budget *budget,
		     const struct received_reader *reader)
{
	TALLOC_CTX *mem = mem_context(NULL);

	read_file(name,
		  (struct received_stream){read_gzip, gunzip_new(mem, bytes)},
		  budget, reader);
	mem_free(mem);
}

/* --- zip --- */

/* libarchive's words quote the archive's bytes. */
static const char *fault_of(TALLOC_CTX *mem, struct archive *archive)
{
	const char *words =
	    archive == NULL ? NULL : archive_error_string(archive);

	return words == NULL
		   ? "damaged"
		   : text_escape(mem, span_of(words), WORDS_SHOWN, true);
}

static ssize_t read_zip(void *context, char *buffer, size_t size,
			struct error *err)
{
	struct archive *archive = context;
	la_ssize_t got = archive_read_data(archive, buffer, size);

	if (got >= 0)
		return (ssize_t)got;
	TALLOC_CTX *mem = mem_context(NULL);
	(void)error_set(err, ERROR_INPUT, "zip: %s", fault_of(mem, archive));
	mem_free(mem);
	return -1;
}

/* A Mac adds what it knows of each file, and of the folder. */
static bool is_file(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	if (name != NULL && (strncmp(name, "__MACOSX/", 9) == 0 ||
			     strcmp(name, ".DS_Store") == 0))
		return false;
	return archive_entry_filetype(entry) == AE_IFREG ||
	       archive_entry_filetype(entry) == 0;
}

static void read_entry(const char *name, struct archive *archive,
		       struct archive_entry *entry, struct budget *budget,
		       const struct received_reader *reader)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *own = archive_entry_pathname(entry);

	if (own != NULL)
		name = mem_printf(
		    mem, "%s: %s", name,
		    text_escape(mem, span_of(own), NAME_SHOWN, true));
	read_file(name, (struct received_stream){read_zip, archive}, budget,
		  reader);
	mem_free(mem);
}

/* Why an archive says less than it could; NULL when it is whole. */
static const char *read_entries(TALLOC_CTX *mem, const char *name,
				struct archive *archive, struct budget *budget,
				const struct received_reader *reader)
{
	struct archive_entry *entry;
	size_t files = 0;
	int status;

	for (int i = 0;
	     (status = archive_read_next_header(archive, &entry)) == ARCHIVE_OK;
	     i++) {
		if (i == LIMIT_RECEIVED_FILES)
			return "it holds more than " LIMIT_WORD(
			    LIMIT_RECEIVED_FILES) " files, and the others are "
						  "not read";
		if (!is_file(entry))
			continue;
		read_entry(name, archive, entry, budget, reader);
		files++;
	}
	if (status != ARCHIVE_EOF)
		return mem_printf(mem, "it cannot be unpacked: zip: %s",
				  fault_of(mem, archive));
	return files > 0 ? NULL : "there is no file in the archive";
}

static void read_all(const char *name, struct span bytes, struct budget *budget,
		     const struct received_reader *reader)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct archive *archive = archive_read_new();
	const char *why;

	if (archive == NULL) {
		why = "out of memory";
	} else {
		(void)archive_read_support_format_zip(archive);
		(void)archive_read_open_memory(archive, bytes.data,
					       bytes.length);
		why = read_entries(mem, name, archive, budget, reader);
		(void)archive_read_free(archive);
	}
	if (why != NULL)
		reader->refused(reader->context, name, why);
	mem_free(mem);
}

/* --- either --- */

static void read_archive(const char *name, struct span bytes,
			 struct budget *budget,
			 const struct received_reader *reader)
{
	if (bytes.data[0] == 'P')
		read_all(name, bytes, budget, reader);
	else
		read_one(name, bytes, budget, reader);
}

/* --- plain --- */

/* What is left of bytes in memory. */
struct rest {
	struct span bytes;
};

static ssize_t read_rest(void *context, char *buffer, size_t size,
			 struct error *err)
{
	struct rest *rest = context;
	size_t length = rest->bytes.length < size ? rest->bytes.length : size;

	(void)err;
	if (length > 0)
		memcpy(buffer, rest->bytes.data, length);
	rest->bytes =
	    span_make(rest->bytes.data + length, rest->bytes.length - length);
	return (ssize_t)length;
}

void received_archive(const char *name, struct span bytes,
		      const struct received_reader *reader)
{
	struct rest rest = {bytes};
	const struct received_stream stream = {read_rest, &rest};
	int64_t allowed = LIMIT_RECEIVED_FREE_BYTES +
			  (int64_t)bytes.length * LIMIT_RECEIVED_RATIO;
	struct budget budget = {.left = allowed, .allowed = allowed};

	if (formats_is_archive(bytes))
		read_archive(name, bytes, &budget, reader);
	else
		read_document(name, bytes, &stream, reader);
}
