/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * received_mail.c - the reports that mails carry, through GMime
 *
 * Every part is looked at, whatever its media type says; parts that hold no
 * report (the text for people, a signature) are passed over.
 */
#include <gmime/gmime.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/report/received_private.h"

/* One mail on its way through. */
struct mail {
	const char *name;
	const struct received_reader *reader;
	int depth; /* of mails within mails */
	bool has_report;
	bool has_failure_report;
};

static void start_library(void)
{
	static bool is_started;

	if (!is_started)
		g_mime_init();
	is_started = true;
}

static bool may_be_report(struct span bytes)
{
	return received_is_archive(bytes) || received_is_xml(bytes);
}

/* HTML for people begins like XML. */
static bool is_html(GMimeObject *part)
{
	GMimeContentType *type = g_mime_object_get_content_type(part);

	return type != NULL &&
	       g_mime_content_type_is_type(type, "text", "html");
}

static void read_part(GMimePart *part, struct mail *mail)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = g_mime_stream_mem_new();

	if (content != NULL &&
	    g_mime_data_wrapper_write_to_stream(content, stream) >= 0) {
		const GByteArray *array =
		    g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
		struct span bytes =
		    span_make((const char *)array->data, array->len);
		if (array->len > 0 && may_be_report(bytes)) {
			mail->has_report = true;
			received_read(mail->name, bytes, mail->reader);
		}
	}
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

/* A report that was forwarded as an attachment counts too. */
static void see_inner_mail(GMimeMessagePart *part, struct mail *mail)
{
	if (mail->depth == LIMIT_RECEIVED_DEPTH)
		return;
	mail->depth++;
	see_parts(g_mime_message_part_get_message(part), mail);
	mail->depth--;
}

static void see_part(GMimeObject *parent, GMimeObject *part, gpointer context)
{
	struct mail *mail = context;
	GMimeContentType *type = g_mime_object_get_content_type(part);

	(void)parent;
	if (type != NULL &&
	    g_mime_content_type_is_type(type, "message", "feedback-report"))
		mail->has_failure_report = true;
	if (GMIME_IS_MESSAGE_PART(part))
		see_inner_mail(GMIME_MESSAGE_PART(part), mail);
	else if (GMIME_IS_PART(part) && !is_html(part))
		read_part(GMIME_PART(part), mail);
}

static void read_message(GMimeMessage *message, struct mail *mail)
{
	see_parts(message, mail);
	if (mail->has_report)
		return;
	mail->reader->refused(
	    mail->reader->context, mail->name,
	    mail->has_failure_report
		? "it is a failure report about one message; only aggregate "
		  "reports are summed"
		: "the mail carries no aggregate report");
}

static const char *name_of(TALLOC_CTX *mem, const char *name, bool is_mailbox,
			   size_t number)
{
	return is_mailbox ? mem_printf(mem, "%s: mail %zu", name, number)
			  : name;
}

static void read_all(const char *name, GMimeParser *parser, bool is_mailbox,
		     const struct received_reader *reader)
{
	size_t number = 0;

	while (!g_mime_parser_eos(parser) && number < LIMIT_RECEIVED_MAILS) {
		GMimeMessage *message =
		    g_mime_parser_construct_message(parser, NULL);
		if (message == NULL)
			break;
		TALLOC_CTX *mem = mem_context(NULL);
		struct mail mail = {
		    .name = name_of(mem, name, is_mailbox, ++number),
		    .reader = reader,
		};
		read_message(message, &mail);
		g_object_unref(message);
		mem_free(mem);
	}
	if (number == 0)
		reader->refused(reader->context, name,
				"it looks like a mail and cannot be read as "
				"one");
}

void received_mail(const char *name, struct span bytes,
		   const struct received_reader *reader)
{
	bool is_mailbox =
	    bytes.length > 5 && memcmp(bytes.data, "From ", 5) == 0;

	start_library();
	GMimeStream *stream =
	    g_mime_stream_mem_new_with_buffer(bytes.data, bytes.length);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_format(parser, is_mailbox ? GMIME_FORMAT_MBOX
						    : GMIME_FORMAT_MESSAGE);
	read_all(name, parser, is_mailbox, reader);
	g_object_unref(parser);
	g_object_unref(stream);
}
