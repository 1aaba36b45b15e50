/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail.c - the reports that mails carry, through GMime
 *
 * Every part is looked at, whatever its media type says; parts that hold no
 * report (the text for people, a signature) are passed over.
 *
 * GMime takes some 300 bytes for a header field, as for a part, however short:
 * fields are counted while it reads, which ends when there are too many; lines
 * that may part a mail are counted before.
 */
#include "lib/report/read/mail.h"

#include <gmime/gmime.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/report/read/archive.h"
#include "lib/report/read/arf.h"
#include "lib/report/read/formats.h"

#define TOO_MANY_FIELDS                                                        \
	"it has more than " LIMIT_WORD(                                        \
	    LIMIT_RECEIVED_HEADER_FIELDS) " header fields, or 4 MiB of them"

/* One mail on its way through. */
struct mail {
	TALLOC_CTX *mem;
	const char *name;
	const struct received_reader *reader;
	GMimeStream *stream; /* what the mail is read from */
	size_t fields;	     /* of its header and those of its parts */
	size_t field_bytes;
	const char *refused; /* why; NULL: not yet */
	int depth;	     /* of mails within mails */
	bool has_report;
	struct arf *arf; /* the failure report that it is, NULL for none */
};

void received_mail_prepare(void)
{
	static bool is_started;

	if (!is_started)
		g_mime_init();
	is_started = true;
}

bool received_mail_is_mailbox(struct span bytes)
{
	return bytes.length > 5 && span_starts(bytes, "From ");
}

/* What a part holds, decoded, until the stream ends. */
static struct span decode_part(GMimePart *part, GMimeStream *stream)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);

	if (content == NULL ||
	    g_mime_data_wrapper_write_to_stream(content, stream) < 0)
		return span_make("", 0);
	const GByteArray *array =
	    g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	return span_make((const char *)array->data, array->len);
}

static bool is_message(GMimePart *part)
{
	GMimeContentType *type =
	    g_mime_object_get_content_type(GMIME_OBJECT(part));

	return type != NULL &&
	       g_mime_content_type_is_type(type, "message", "*");
}

static void read_encoded_mail(struct mail *mail, struct span bytes);

static void read_part(GMimePart *part, struct mail *mail)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	struct span bytes = decode_part(part, stream);

	if (bytes.length > 0 && formats_is_report(bytes)) {
		mail->has_report = true;
		received_archive(mail->name, bytes, mail->reader);
	} else if (mail->arf != NULL) {
		/* text/rfc822-headers, as a rule */
		arf_see_original(mail->arf, bytes);
	} else if (is_message(part) && formats_is_mail(bytes)) {
		read_encoded_mail(mail, bytes);
	}
	g_object_unref(stream);
}

/* The first one counts. */
static void read_arf(GMimePart *part, struct mail *mail)
{
	GMimeStream *stream = g_mime_stream_mem_new();

	if (mail->arf == NULL)
		mail->arf = arf_new(mail->mem, decode_part(part, stream));
	g_object_unref(stream);
}

static void see_part(GMimeObject *parent, GMimeObject *part, gpointer context);

static void see_parts(GMimeMessage *message, struct mail *mail)
{
	GMimeObject *top =
	    message == NULL ? NULL : g_mime_message_get_mime_part(message);

	if (top != NULL && GMIME_IS_MULTIPART(top))
		g_mime_multipart_foreach(GMIME_MULTIPART(top), see_part, mail);
	else if (top != NULL)
		see_part(NULL, top, mail);
}

static void see_original(GMimeMessage *message, struct mail *mail)
{
	char *header =
	    message == NULL
		? NULL
		: g_mime_object_get_headers(GMIME_OBJECT(message), NULL);

	arf_see_original(mail->arf, span_of(header));
	g_free(header);
}

static bool is_too_deep(struct mail *mail)
{
	if (mail->depth < LIMIT_RECEIVED_DEPTH)
		return false;
	mail->has_report = true; /* it may be one */
	mail->reader->refused(mail->reader->context, mail->name,
			      "mails within mails are not read more "
			      "than " LIMIT_WORD(LIMIT_RECEIVED_DEPTH) " deep");
	return true;
}

/* A report that was forwarded as an attachment counts too. */
static void see_inner_mail(GMimeMessagePart *part, struct mail *mail)
{
	if (is_too_deep(mail))
		return;
	/* What failed is told of by its author's domain; no report is in it. */
	if (mail->arf != NULL) {
		see_original(g_mime_message_part_get_message(part), mail);
		return;
	}
	mail->depth++;
	see_parts(g_mime_message_part_get_message(part), mail);
	mail->depth--;
}

static void see_part(GMimeObject *parent, GMimeObject *part, gpointer context)
{
	struct mail *mail = context;
	GMimeContentType *type = g_mime_object_get_content_type(part);
	/* HTML for people begins like XML. */
	bool is_html =
	    type != NULL && g_mime_content_type_is_type(type, "text", "html");

	(void)parent;
	if (GMIME_IS_PART(part) && type != NULL &&
	    g_mime_content_type_is_type(type, "message", "feedback-report"))
		read_arf(GMIME_PART(part), mail);
	else if (GMIME_IS_MESSAGE_PART(part))
		see_inner_mail(GMIME_MESSAGE_PART(part), mail);
	else if (GMIME_IS_PART(part) && !is_html)
		read_part(GMIME_PART(part), mail);
}

/* --- one mail --- */

/* GMime reads on to the end of what it has in hand, some KiB. */
static void on_field(GMimeParser *parser, const char *name, const char *value,
		     gint64 offset, gpointer context)
{
	struct mail *mail = context;

	(void)parser;
	(void)offset;
	mail->fields++;
	mail->field_bytes += strlen(name) + strlen(value);
	if (mail->fields <= LIMIT_RECEIVED_HEADER_FIELDS &&
	    mail->field_bytes <= LIMIT_RECEIVED_HEADER_BYTES)
		return;
	mail->refused = TOO_MANY_FIELDS;
	g_mime_stream_set_bounds(mail->stream, 0, 0);
}

static bool is_boundary(struct span line)
{
	return line.length >= 2 && line.data[0] == '-' && line.data[1] == '-';
}

/* Why GMime does not get to see the mail; NULL: it does. A field is no field
 * to it before its end, and then takes thirty times its length: headers are
 * measured first, as what stands between blank lines and boundaries. */
static const char *refuse_shape(struct span bytes)
{
	size_t boundaries = 0;
	size_t header_bytes = 0;
	bool is_header = false;
	bool is_first = true; /* line of a block */
	struct span line;

	while (bytes.length > 0) {
		(void)span_cut(bytes, '\n', &line, &bytes);
		/* XML with a prefix has a colon as well. */
		if (is_first)
			is_header =
			    formats_is_mail(line) && line.data[0] != '<';
		header_bytes = is_header ? header_bytes + line.length : 0;
		is_first = is_boundary(line) || span_trim(line).length == 0;
		boundaries += is_boundary(line);
		if (boundaries > LIMIT_RECEIVED_BOUNDARIES)
			return "it has more than " LIMIT_WORD(
			    LIMIT_RECEIVED_BOUNDARIES) " lines that may part a "
						       "mail";
		if (header_bytes > LIMIT_RECEIVED_HEADER_BYTES)
			return TOO_MANY_FIELDS;
	}
	return NULL;
}

static void see_message(GMimeMessage *message, struct mail *mail)
{
	if (message == NULL && mail->refused == NULL)
		mail->refused = "it looks like a mail and cannot be read as "
				"one";
	if (mail->refused != NULL)
		return;
	see_parts(message, mail);
	if (mail->arf != NULL)
		arf_tell(mail->arf, mail->name, mail->reader);
	else if (!mail->has_report)
		mail->refused = "the mail carries no report";
}

static void parse_mail(struct span bytes, struct mail *mail,
		       void (*see)(GMimeMessage *message, struct mail *mail))
{
	mail->stream =
	    g_mime_stream_mem_new_with_buffer(bytes.data, bytes.length);
	GMimeParser *parser = g_mime_parser_new_with_stream(mail->stream);
	g_mime_parser_set_format(parser, received_mail_is_mailbox(bytes)
					     ? GMIME_FORMAT_MBOX
					     : GMIME_FORMAT_MESSAGE);
	g_mime_parser_set_header_regex(parser, "^", on_field, mail);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	see(message, mail);
	if (message != NULL)
		g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(mail->stream);
}

static void see_encoded(GMimeMessage *message, struct mail *mail)
{
	if (mail->refused == NULL)
		see_parts(message, mail);
}

/* A mail within that was encoded, which GMime takes for any part: the bounds
 * are those of all of them together. */
static void read_encoded_mail(struct mail *mail, struct span bytes)
{
	struct mail inner = *mail;

	if (is_too_deep(mail))
		return;
	inner.depth++;
	inner.refused = refuse_shape(bytes);
	if (inner.refused == NULL)
		parse_mail(bytes, &inner, see_encoded);
	if (inner.refused != NULL)
		mail->reader->refused(mail->reader->context, mail->name,
				      inner.refused);
	mail->fields = inner.fields;
	mail->field_bytes = inner.field_bytes;
	mail->arf = inner.arf;
	mail->has_report = inner.has_report || inner.refused != NULL;
}

static void read_one(const char *name, struct span bytes,
		     const struct received_reader *reader)
{
	struct mail mail = {
	    .mem = mem_context(NULL),
	    .name = name,
	    .reader = reader,
	    .refused = refuse_shape(bytes),
	};

	if (mail.refused == NULL)
		parse_mail(bytes, &mail, see_message);
	if (mail.refused != NULL)
		reader->refused(reader->context, name, mail.refused);
	mem_free(mail.mem);
}

/* --- all of them --- */

struct span received_mail_cut(struct span *bytes)
{
	static const char mark[] = "\nFrom ";
	const char *end =
	    memmem(bytes->data, bytes->length, mark, sizeof mark - 1);
	size_t length =
	    end == NULL ? bytes->length : (size_t)(end - bytes->data) + 1;
	struct span mail = span_make(bytes->data, length);

	*bytes = span_from(*bytes, length);
	return mail;
}

struct span received_mail_bare(struct span mail)
{
	struct span line;

	if (received_mail_is_mailbox(mail))
		(void)span_cut(mail, '\n', &line, &mail);
	return mail;
}

static void read_mailbox(const char *name, struct span bytes,
			 const struct received_reader *reader)
{
	for (size_t number = 1; bytes.length > 0; number++) {
		TALLOC_CTX *mem = mem_context(NULL);
		if (number > LIMIT_RECEIVED_MAILS) {
			reader->refused(reader->context, name,
					"it has more than " LIMIT_WORD(
					    LIMIT_RECEIVED_MAILS) " mails, and "
								  "the others "
								  "are not "
								  "read");
			bytes.length = 0;
		} else {
			read_one(mem_printf(mem, "%s: mail %zu", name, number),
				 received_mail_cut(&bytes), reader);
		}
		mem_free(mem);
	}
}

void received_mail(const char *name, struct span bytes,
		   const struct received_reader *reader)
{
	received_mail_prepare();
	if (received_mail_is_mailbox(bytes))
		read_mailbox(name, bytes, reader);
	else
		read_one(name, bytes, reader);
}
