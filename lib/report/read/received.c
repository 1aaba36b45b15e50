/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * received.c - each kind of file to who reads it
 */
#include "lib/report/read/received.h"

#include "lib/report/read/archive.h"
#include "lib/report/read/formats.h"
#include "lib/report/read/mail.h"
#include "lib/report/read/xml.h"

void received_prepare(void)
{
	received_xml_prepare();
	received_mail_prepare();
}

void received_read(const char *name, struct span bytes,
		   const struct received_reader *reader)
{
	if (formats_is_report(bytes))
		received_archive(name, bytes, reader);
	else if (formats_is_mail(bytes))
		received_mail(name, bytes, reader);
	else if (bytes.length == 0)
		reader->refused(reader->context, name, "it is empty");
	else
		reader->refused(reader->context, name,
				"it is neither XML nor gzip, zip, JSON, a mail "
				"or a mailbox");
}
