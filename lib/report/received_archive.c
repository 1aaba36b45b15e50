/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * received_archive.c - gzip and zip, unpacked as they are read, through
 * libarchive
 *
 * Nothing is written to disk; names inside an archive are shown, never used.
 * Other formats and filters than these two are not enabled.
 */
#include <archive.h>
#include <archive_entry.h>

#include "lib/base/limits.h"
#include "lib/report/received_private.h"

#define NAME_SHOWN 120
#define WORDS_SHOWN 120

/* One file in the archive, and how much of it may still come. */
struct packed {
	struct archive *archive;
	int64_t left;
};

/* libarchive's words quote the archive's bytes. */
static const char *fault_of(TALLOC_CTX *mem, struct archive *archive)
{
	const char *words =
	    archive == NULL ? NULL : archive_error_string(archive);

	return mem_printf(mem, "it cannot be unpacked: %s",
			  words == NULL ? "damaged"
					: text_escape(mem, span_of(words),
						      WORDS_SHOWN, true));
}

static ssize_t read_packed(void *context, char *buffer, size_t size,
			   struct error *err)
{
	struct packed *packed = context;
	la_ssize_t got = archive_read_data(packed->archive, buffer, size);

	if (got < 0) {
		TALLOC_CTX *mem = mem_context(NULL);
		(void)error_set(err, ERROR_INPUT, "%s",
				fault_of(mem, packed->archive));
		mem_free(mem);
		return -1;
	}
	packed->left -= got;
	if (packed->left < 0) {
		(void)error_set(err, ERROR_INPUT,
				"it unpacks to more than %d MiB",
				LIMIT_RECEIVED_XML_BYTES / (1024 * 1024));
		return -1;
	}
	return (ssize_t)got;
}

static bool is_wanted(struct archive_entry *entry)
{
	return archive_entry_filetype(entry) == AE_IFREG ||
	       archive_entry_filetype(entry) == 0;
}

static void read_entry(const char *name, struct archive *archive,
		       struct archive_entry *entry,
		       const struct received_reader *reader)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *own = archive_entry_pathname(entry);
	struct packed packed = {archive, LIMIT_RECEIVED_XML_BYTES};
	const struct received_stream stream = {read_packed, &packed};

	/* a bare gzip holds one file, which libarchive calls "data" */
	if (archive_format(archive) != ARCHIVE_FORMAT_RAW && own != NULL)
		name = mem_printf(
		    mem, "%s: %s", name,
		    text_escape(mem, span_of(own), NAME_SHOWN, true));
	received_xml(name, &stream, reader);
	mem_free(mem);
}

static struct archive *open_archive(struct span bytes)
{
	struct archive *archive = archive_read_new();

	if (archive == NULL)
		return NULL;
	(void)archive_read_support_filter_gzip(archive);
	(void)archive_read_support_format_zip(archive);
	(void)archive_read_support_format_raw(archive);
	(void)archive_read_open_memory(archive, bytes.data, bytes.length);
	return archive;
}

void received_archive(const char *name, struct span bytes,
		      const struct received_reader *reader)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct archive *archive = open_archive(bytes);
	struct archive_entry *entry = NULL;
	int count = 0;
	int status = ARCHIVE_FATAL;

	while (archive != NULL && count < LIMIT_RECEIVED_FILES &&
	       (status = archive_read_next_header(archive, &entry)) ==
		   ARCHIVE_OK) {
		if (is_wanted(entry))
			read_entry(name, archive, entry, reader);
		count++;
	}
	if (count == 0 ||
	    (status != ARCHIVE_EOF && count < LIMIT_RECEIVED_FILES))
		reader->refused(reader->context, name, fault_of(mem, archive));
	mem_free(mem);
	if (archive != NULL)
		(void)archive_read_free(archive);
}
