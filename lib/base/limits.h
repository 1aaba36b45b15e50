/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/*
 * limits - how much of what strangers send is taken
 *
 * Each line says why the figure is what it is and what happens past it. Input
 * is measured where it enters; inside there are no buffers of guessed size. What
 * is no dimension of one input stands with its module: what an hour may leave in
 * the store (store_budget.h, store_ceiling.h), settings with their rows' bounds.
 */

/* A maximum that is a plain number, within a text. */
#define LIMIT_WORD(limit) LIMIT_WORD_OF(limit)
#define LIMIT_WORD_OF(number) #number

/* Message */
#define LIMIT_HEADER_FIELDS 1000 /* real mail stays below 200; past: refused */
#define LIMIT_HEADER_BYTES (1024 * 1024) /* all fields; past: refused */
#define LIMIT_FROM_BYTES 8192 /* one From value; past: malformed From */
#define LIMIT_FROM_SHOWN 1000 /* of it kept with an incident; past: cut */
#define LIMIT_NAME_BYTES 4096 /* of a display name, decoded: a screen shows a
				 hundred; past: what follows is not read */
#define LIMIT_NAME_WORDS 32 /* of one, likewise; past: the same */
#define LIMIT_NAME_BRACKETS 32 /* of one, that nothing closes: each is sought to
				  the name's end; past: they open nothing */
#define LIMIT_PEOPLE 5000 /* protect.people: who is imitated, not who works there:
			     a table of 5 MiB; past: the setting is refused */
#define LIMIT_FROM_ADDRESSES 100 /* mailboxes in From; past: malformed From */
#define LIMIT_ADDRESS_BYTES 512 /* RFC 5321 4.5.3.1 has 256 + room; past: none */
#define LIMIT_LIST_ID_BYTES 255 /* RFC 2919 2: 255 at most; past: cut */
#define LIMIT_COMMENT_DEPTH 32 /* nested (comments); past: malformed */
#define LIMIT_HELO_BYTES 512 /* of EHLO; a name has 253; past: SPF of it is none */
#define LIMIT_RECIPIENTS 1000 /* redirected, as many as Postfix takes
			       in one message; past: the MTA holds it */
#define LIMIT_RECIPIENT_DOMAINS 100 /* kept with an incident; past: not kept. Each
				       recipient's is compared with them */

#define LIMIT_EML_NAME_BYTES 8192 /* a field's name in a stored message; RFC 5322
				     2.1.1 has lines of 998; past: body text */
#define LIMIT_ADDED_NAME_BYTES 60 /* of a field that alignd adds: it fits its line;
				     past: the setting is refused */

/* Domain names (RFC 1035 2.3.4) */
#define LIMIT_DOMAIN_BYTES 253 /* text form without the last dot; past: no name */
#define LIMIT_LABEL_BYTES 63 /* what its length byte can say; past: no name */

/* DNS */
#define LIMIT_TXT_BYTES 16384 /* one joined TXT record; past: record dropped */
#define LIMIT_ANSWER_RECORDS 256 /* of one answer; past: the rest dropped */
#define LIMIT_QUESTIONS 300 /* of one message; past: temporary, unasked */
#define LIMIT_DNS_IN_FLIGHT 768 /* three quarters of libunbound's 1024 sockets; past
				  any of these four: a question waits its turn */
#define LIMIT_DNS_PER_ZONE 64 /* of them below one registered name; past: waits */
#define LIMIT_DNS_PER_SHARE 32 /* of these below one name under it, or caused
				  by one foreign author: half is left to
				  others; past: waits */
#define LIMIT_DNS_PER_AUTHOR 192 /* a quarter: caused by messages of one author
				    about names that are not his own; past these
				    four: a question waits its turn */
#define LIMIT_DNS_WAITING 2000 /* for a place, one each of LIMIT_CONNECTIONS;
				  past: temporary */
#define LIMIT_TTL_S 86400 /* a day, so that a change is seen; past: cut */
#define LIMIT_NEGATIVE_TTL_S 300 /* who publishes a record is soon seen; past: cut */

/* What stands in for a silent DNS (dns_memory.h) */
#define LIMIT_REMEMBERED_DOMAINS 4096 /* whose mail passes; past: none is added
					 until one has not passed for long */
#define LIMIT_REMEMBERED_PER_ORG 8 /* below one registered name; past: not kept */
#define LIMIT_REMEMBERED_ANSWERS 48 /* of a domain, usual ones have a dozen; past:
				       the oldest goes */
#define LIMIT_REMEMBERED_BYTES 16384 /* likewise, usually 3,000: 64 MiB in all
					were every domain full */
#define LIMIT_REMEMBERED_ANSWER_BYTES 4096 /* of one answer: a key of 4096 bits has
					      800; past: not kept */
#define LIMIT_REMEMBERED_S (INT64_C(3) * 86400) /* a long weekend; past: not used */

/* Kept of an incident, in bytes as they are stored: JSON after its escapes */
#define LIMIT_INCIDENT_BYTES 32768 /* all of it; past: the JSON columns go, and
				      say how long they were */
#define LIMIT_RECORD_SHOWN 1024 /* of a TXT record; past: cut, with its length */
#define LIMIT_ANSWERS_KEPT 10240 /* questions and answers, usual ones have
				    4,000; past: counted */
#define LIMIT_VERDICT_KEPT 11264 /* what was found, usually 3,000; past: cut */
#define LIMIT_SIGNATURES_KEPT 4096 /* their list, 200 each; past: counted */
#define LIMIT_RECIPIENTS_KEPT 2048 /* their domains; past: counted */
#define LIMIT_REASON_KEPT 500 /* a few sentences; past: cut */
#define LIMIT_WORD_KEPT 64 /* queue id, TLS version; past: cut */

#define LIMIT_CNAME_CHAIN 16 /* a name stands at its end, a circle has none; past:
				temporary */
/* What alignctl import reads of the filters before us */
#define LIMIT_IMPORT_CONF_BYTES ((size_t)1024 * 1024) /* a file of settings, real
				ones have 40 KiB; past: refused */
#define LIMIT_IMPORT_LINES 10000 /* with a setting, of all files of a daemon: an
				    index of them is walked; past: refused */
#define LIMIT_IMPORT_LINE_BYTES 8192 /* four times what they read of one; past: it
					is not taken, and nothing is written */
#define LIMIT_IMPORT_INCLUDES 5 /* files within files, as OpenDKIM has it; past:
				   refused */
#define LIMIT_IMPORT_INCLUDED 100 /* files that a file includes, of all depths
				     together: real ones have one or two; past:
				     refused */
#define LIMIT_IMPORT_LIST_BYTES ((size_t)1024 * 1024) /* a file of hosts or
				domains; past: not taken */
#define LIMIT_IMPORT_ITEMS 10000 /* of one list, and networks made of it: real
				    ones have dozens; past: not taken */
#define LIMIT_IMPORT_REQUESTS 1000000 /* domains of its table requests, ten times
					what a large host meets; past: left out */
#define LIMIT_IMPORT_SIGNATURES 20 /* of one message of a history, as many as are
				      looked at here; past: left out */

#define LIMIT_ZONE_FILE_BYTES ((size_t)100 * 1024 * 1024) /* of --dns; a million
			    records fit; past: refused */
#define LIMIT_RESOLV_CONF_BYTES ((size_t)64 * 1024) /* a few lines are usual; past:
						       an error */
#define LIMIT_RESOLV_CONF_SERVERS 16 /* libc takes 3; past: not used */

/* SPF (RFC 7208 4.6.4) */
#define LIMIT_SPF_RECORD_BYTES 8192 /* real ones stay below 500; past: permerror */
#define LIMIT_SPF_TERMS 10 /* that look something up, in the whole check; past:
			      permerror. So it parses 11 records at most, 88 KiB,
			      and expands 10 domain-specs */
#define LIMIT_SPF_MACROS 127 /* in one domain-spec: a name has no more labels;
				past: permerror */
#define LIMIT_SPF_TERM_BYTES 2048 /* a domain-spec: so many macros, each the
				     longest there is ("%{d127r.-+,/_=}."); past:
				     permerror */
#define LIMIT_SPF_NAME_BYTES 16384 /* what macros make before the name is cut to
				      253: ten of the longest local-part, each
				      byte "%XX"; past: permerror */
#define LIMIT_SPF_MX 10 /* hosts of one mx, RFC 7208 4.6.4; past: permerror */
#define LIMIT_SPF_PTR 10 /* names of a client, RFC 7208 4.6.4 for ptr, and for
			    reverse DNS alike; past: not looked at */
#define LIMIT_SPF_TERMS_AHEAD 10 /* what 4.6.4 allows at most; past: asked when
				    wanted */
#define LIMIT_SPF_HOSTS_AHEAD 20 /* MX hosts asked ahead; past: when wanted */
#define LIMIT_SPF_TOLD_BYTES 2000 /* a record or term kept with an incident; real
				     ones stay below 500; past: cut */
#define LIMIT_SPF_LOOKUPS_TOLD 40 /* questions kept with the term that asked;
				     past: not kept */

/* DKIM */
#define LIMIT_SIGNATURES_LOOKED_AT 20 /* DKIM-Signature fields listed, twice what
					 dkim.max_signatures verifies; past: not
					 looked at */
#define LIMIT_SIGNATURE_BYTES 16384 /* one DKIM-Signature field; past: permerror */
#define LIMIT_SIGNATURE_TAGS 64 /* of one signature or key; past: permerror */
#define LIMIT_SIGNED_FIELDS 1000 /* names in h=, as many as there may be fields;
				    past: permerror, and an ARC chain fails */
#define LIMIT_HASHED_HEADER_BYTES (4 * 1024 * 1024) /* of one message, for all
			    its signatures together: four times the longest
			    header; past: dkim=policy, and an ARC chain fails */
#define LIMIT_BODY_LENGTHS 4 /* different l= a canonical form; past: likewise */
#define LIMIT_KEY_RECORDS 8 /* of one answer; real ones have one or two; past:
			       permerror */
#define LIMIT_KEY_RECORDS_READ 40 /* of one message: ten signatures, and what of a
				     chain LIMIT_CHECK_COST lets through, have
				     fewer; past: dkim=policy, and an ARC chain
				     fails */
#define LIMIT_KEYS_AT_SELECTOR 4 /* tried; real ones have one or two; past: not tried */
#define LIMIT_KEY_RECORD_BYTES 2048 /* one key record; real ones have 500, with
				       an rsa-4096 key 800; past: permerror */
#define LIMIT_KEY_BYTES 1024 /* of p=, decoded: twice an rsa-4096 key; past:
				permerror */
#define LIMIT_RSA_BITS 4096 /* RFC 8301 3.2 asks for no longer key, and the work
			       grows with the square; past: permerror */
#define LIMIT_RSA_EXPONENT_BITS 64 /* real ones: 17; past: not used, since it
				      makes verifying as dear as signing */
#define LIMIT_ED25519_COST 6 /* of a verification, measured; past: as below */
#define LIMIT_DECODE_COST 2 /* of a key's first trial, measured; past: as below */
#define LIMIT_CHECK_COST 64 /* of all keys tried for one message; an rsa-2048
			       verification, 23 us, counts 1, rsa-4096 counts
			       4: a chain of fifty sets by one key fits, or of
			       twenty by as many; past: an ARC chain fails */
#define LIMIT_DKIM_COST 45 /* of these, for its DKIM signatures, which come
			      without the bytes of a chain: ten by rsa-2048 and
			      rsa-4096 keys in equal parts fit, or six by
			      Ed25519; past: dkim=policy */

/* ARC (RFC 8617) */
#define LIMIT_ARC_SETS 50 /* RFC 8617 4.2.1; past: the chain fails */
#define LIMIT_ARC_FIELDS (3 * LIMIT_ARC_SETS) /* a set has three; past: likewise */
#define LIMIT_ARC_KEYS_AHEAD 22 /* of the newest sets, asked ahead; past: when
				   wanted, but LIMIT_CHECK_COST lets no more
				   keys through */
#define LIMIT_ARC_OLDER 10 /* older AMSs verified; past: oldest-pass tells of
			      those that were */
#define LIMIT_OVERRIDE_COMMENT 1000 /* of a report's local_policy; past: sets that do
				       not fit are left out */

/* Evidence of indirect mail */
#define LIMIT_DATE_AHEAD_S 86400 /* of a Date: clocks and time zones of mail
				    programs are wrong by hours; past: none */
#define LIMIT_SIGHTINGS 65536 /* signed headers remembered, 120 bytes each: a
				 site with 9,000 changed messages a day sees
				 so many in the seven days; past: the signer
				 with most of those beside it gives one up */

/* Held mail */
#define LIMIT_HOLD_MESSAGES 10000 /* the most that policy.hold_messages may say,
				     and so the domains counted in an hour;
				   past: the setting is refused */
#define LIMIT_HOLD_MIB 1000000 /* the same in MiB: more than a queue has; past:
				  likewise */
#define LIMIT_HOLD_UNSEEN_BYTES 10240000 /* a body that was not wanted is counted
			    so, past its first 64 KiB: Postfix's
			    message_size_limit as it comes */

/* DMARC */
#define LIMIT_RECORD_BYTES 8192 /* as an SPF record; past: no valid tag
				   survives: permerror */
#define LIMIT_REPORT_URIS 100 /* of one record; past: ignored */
#define LIMIT_REPORT_ARCHIVE_MIB 64 /* one compressed report; past: not rendered. XML
				       shrinks to a twentieth */
#define LIMIT_REPORT_ROUNDS 5 /* a fleet's of one day, each with a report to a
				 domain; past: what comes is let go, and counted */
#define LIMIT_REPORT_NOTE 1000 /* what was left out of a rua; past: not said */
#define LIMIT_LOCAL_PART_BYTES 64 /* RFC 5321 4.5.3.1.1; past: no destination */
#define LIMIT_BOUNCE_TOKENS 8 /* of a bounce, which answers one mail; past:
				  ignored */
#define LIMIT_BOUNCE_RECIPIENTS 32 /* of one bounce; past: only whether all failed */
#define LIMIT_BOUNCE_DOMAINS 3 /* registered names whose reports came back from an
				  address; past: it pauses for all others */
#define LIMIT_BOUNCE_QUEUED 1024 /* reports in a mail log at a time; past: the oldest
				    are forgotten, and stay as they are */
#define LIMIT_BOUNCE_FIELD_BYTES 8192 /* a field, unfolded; past: ignored */
#define LIMIT_MAILBOX_BYTES 254 /* RFC 5321 4.5.3.1.3; past: no destination */
#define LIMIT_BOUNCE_LINE_BYTES 4096 /* read at once, four times RFC 5322 2.1.1;
					past: the rest is passed over */
#define LIMIT_BOUNCE_BOUNDARY_BYTES 70 /* RFC 2046 5.1.1; past: no bounce */
#define LIMIT_FAILURE_FIELDS 60 /* of a failing message's header; past: left out */
#define LIMIT_FAILURE_FIELD_BYTES 2000 /* one of them; past: cut at a word */
#define LIMIT_FAILURE_HEADER_BYTES 16384 /* all of them; past: left out */
#define LIMIT_FAILURE_RECIPIENTS 100 /* looked for in it; past: no header kept */
#define LIMIT_FAILURE_SPF_BYTES 8192 /* SPF records told; past: left out */
#define LIMIT_TREE_QUERIES 8 /* RFC 9989 4.10; past: labels of a deep name are
				left out, as it says */
#define LIMIT_IDENTIFIERS_WALKED 10 /* distinct d= given a tree walk, as many as
				       signatures are verified; past: strict */

/* Authentication-Results */
#define LIMIT_AUTHRES_FIELDS 200 /* foreign fields looked at; past: removed */
#define LIMIT_REMOVAL_STEPS 1000000 /* forged fields to remove, times all fields:
			    an MTA may go through the header once for each; a
			    header at its limit has as many; past: refused */
#define LIMIT_AUTHRES_BYTES 16384 /* foreign field parsed; past: taken as ours */
#define LIMIT_AUTHRES_WRITTEN 14336 /* our field: 20 aligned signatures of the
				       longest names, in short; past: DKIM
				       results that vouch for nobody are left
				       out, and counted */
#define LIMIT_AUTHRES_LINE 998 /* RFC 5322 2.1.1; past: likewise */
#define LIMIT_AUTHRES_COMMENT 500 /* one comment; past: cut, "..." */
#define LIMIT_AUTHRES_HASH 344 /* header.b: all of an RSA-2048 signature; past:
				  two may look alike */

/* Marks of ours in mail that comes back (lib/eval/mark.h) */
#define LIMIT_MARKS_READ 4 /* fields of a message whose mark is looked at: one
			      for each host that it came through; past: taken
			      for forged */
#define LIMIT_MARK_KEYS 4 /* of the file, the old ones of a change among them;
			     past: refused, and no field gets a mark */
#define LIMIT_MARK_FILE 1024 /* its bytes, with comments; past: likewise */

/* What goes out */
#define LIMIT_REPLY_BYTES 510 /* RFC 5321 4.5.3.1.5, without CRLF; past: its words are cut,
			       never the reference */
#define LIMIT_REPLY_CONTACT 200 /* its contact, filled in; past: cut */
#define LIMIT_REPLY_DOMAIN 120 /* a name in it; past: its right-hand labels */
#define LIMIT_REPORT_TEXT 200 /* the operator's own, in each report; past: the
			       setting is refused */
#define LIMIT_REPORT_VALUE 2000 /* one text in a report, before escaping: above
				   any name; past: cut */
#define LIMIT_REPORT_RUN 4096 /* results of one client, author and MAIL FROM
				 domain merged at once, some MiB; past: in pieces */
#define LIMIT_LOG_VALUE 256 /* one foreign value in a log line, so that all fit;
			       past: cut */

/* Configuration */
#define LIMIT_CONFIG_BYTES (1024 * 1024) /* each file; past: refused */
#define LIMIT_CONFIG_FILES 100 /* of alignd.conf.d, some a package or duty; past:
				  refused */
#define LIMIT_OVERRIDES_BYTES (128 * 1024 * 1024) /* likewise past it; 100,000 overrides
						     take about 25 MiB */
#define LIMIT_FLEET_OVERRIDES_BYTES (4 * 1024 * 1024) /* of a fleet's, which the
							forwarder holds in memory
							a few times; 16,000
							overrides; past: refused */
#define LIMIT_FLEET_PATHS 5000 /* known paths that a host brings to its fleet, some MB
				  in a call; past: those by which less came stay */
#define LIMIT_OVERRIDE_NAME 100 /* its title; it stands in log lines; past: refused */
#define LIMIT_OVERRIDE_TEXT 300 /* owner, why; the latter goes into reports; past:
				   refused */
#define LIMIT_RCPT_GROUPS 64 /* sets of rcpt items that name recipients of one
				message; past: strictest of all */
#define LIMIT_RCPT_RECORDED 16 /* groups of a message, and rules of a group, in the
				  tuple; past: told as more */
#define LIMIT_EXEMPT_CLIENTS 4096 /* organisations that reach a postmaster in an hour
				     though refused; past: refused */
#define LIMIT_EXEMPT_MESSAGES 10 /* of each in an hour, enough to ask; past: refused */

/* What is read back from the store */
#define LIMIT_JSON_NESTING 32 /* a verdict has six levels; past: the row is left
				 out, and told */

/* The MTA's connections */
#define LIMIT_ACCOUNT_BYTES (4L << 20) /* an entry of a user or group: 200,000
					  members; past: not looked up */
#define LIMIT_CONNECTIONS 2000 /* twenty times what Postfix opens as it comes
				  (default_process_limit); past: 451 to their
				  messages */
#define LIMIT_CONNECTIONS_SPARE 64 /* so many more are answered so; past: closed
				      at once, which the MTA answers for us */
#define LIMIT_PACKET_BYTES 65536 /* the protocol's own, less its length; past: the
				    connection ends, as with all below */
#define LIMIT_MACROS 256 /* in one packet: Sendmail sends 50 at most; past: the
			    connection ends */
#define LIMIT_IDLE_S 300 /* a connection that was silent so long between messages
			    may be closed past it, to make room for
			    another; Postfix's smtpd_timeout */

/* The store's writer */
#define LIMIT_STORE_QUEUE 4096 /* entries waiting for the writer; past: lost, counted */
#define LIMIT_STORE_QUEUE_BYTES (64L << 20) /* of their texts; past: likewise */
#define LIMIT_STORE_ENTRY_BYTES (1L << 20) /* one entry; past: lost, and told */

/* Domains looked at by alignctl posture */
#define LIMIT_POSTURE_DOMAINS 10000 /* of one run, which takes minutes; a large
				       body has thousands; past: refused */
#define LIMIT_POSTURE_ADDRESSES 20 /* of one rua or ruf: past two nobody need send;
				      past: not looked at */

#define LIMIT_POSTURE_PAST_DAYS 800 /* closed findings, so that each month of this
				       year and the last has its scorecard; past:
				       forgotten */

#define LIMIT_POSTURE_LEARNED 30 /* keys, and names below, of one domain that recorded
				    mail shows; past: not looked at */
#define LIMIT_POSTURE_HOSTS 30 /* MX or name servers of one domain: large ones have
				  ten; past: not looked at */
#define LIMIT_POSTURE_SPF_RECORDS 40 /* of one domain's tree: past ten it is broken
				       anyway; past: told, not followed */
#define LIMIT_POSTURE_SPF_TERMS 60 /* that ask, of one domain's tree: ten are
				      allowed, and all fit into LIMIT_QUESTIONS; past:
				      told, not asked */
#define LIMIT_PROBE_LINE_BYTES 2048 /* of a mail server's reply, RFC 5321 4.5.3.1.5
				       has 512; past: not checkable */
#define LIMIT_PROBE_LINES 100 /* of one connection: greeting and EHLO have some
				 twenty; past: not checkable */
#define LIMIT_PROBE_ADDRESSES 8 /* of one mail server: large ones have four; past:
				   told, not looked at */
#define LIMIT_PROBE_DOMAIN_ADDRESSES 40 /* of all of a domain's: a server that is
					  silent takes half a minute each;
					  past: likewise */
#define LIMIT_PROBE_CHAIN 10 /* certificates of a server: chains have four; past:
				not looked at */

#define LIMIT_STS_POLICY_BYTES 65536 /* of an MTA-STS policy, which is some lines: as
				       RFC 8461 3.3 has it; past: refused */
#define LIMIT_STS_HEADER_BYTES 16384 /* of the answer with it, which has some hundred
				       bytes; past: refused */
#define LIMIT_STS_FETCH_MS 20000 /* for all of it: RFC 8461 3.3 bids senders have a
				   limit; past: told as not fetched */
#define LIMIT_STS_PATTERNS 100 /* mx of a policy: large providers have ten; past: the
				 policy is refused */

#define LIMIT_STS_KEPT 20 /* policies of one domain that are remembered: one is
			    usual; past: the oldest are forgotten */

/* Aggregate reports of others, read by alignctl */
#define LIMIT_RECEIVED_FILE_BYTES (255 * 1024 * 1024) /* a year's mailbox, and
							 less than the 256
							 MiB that talloc
							 takes for madness;
							 past: refused */
#define LIMIT_RECEIVED_XML_BYTES (256 * 1024 * 1024) /* 200,000 rows unpacked
							take 150 MiB; past:
							refused */
#define LIMIT_RECEIVED_FREE_BYTES (16 * 1024 * 1024) /* unpacked of any archive,
							however small; past: as
							the next */
#define LIMIT_RECEIVED_RATIO 250 /* and so much for each byte of it: 200,000 rows
				    that differ in the address only shrink to a
				    hundredth; past: refused */
#define LIMIT_RECEIVED_FILES 100 /* in one archive; past: told, not read */
#define LIMIT_RECEIVED_ARCHIVES 2 /* archives within archives; past: refused */
#define LIMIT_RECEIVED_NESTED_BYTES (64 * 1024 * 1024) /* one of these, which is
							  held whole; past:
							  refused */
#define LIMIT_RECEIVED_TAG_BYTES 8192 /* a tag or comment; real ones stay below
					 500; past: refused */
#define LIMIT_RECEIVED_ATTRIBUTES 32 /* of an element, namespaces included; real
					ones have 4; past: refused */
#define LIMIT_RECEIVED_NAME_BYTES 65536 /* of all names of elements and
					    attributes, each once: reports have
					    1 KiB; past: refused */
#define LIMIT_RECEIVED_NESTING 32 /* of elements; reports have 6; past: refused */
#define LIMIT_RECEIVED_ELEMENT_BYTES 40 /* of a name; the longest that is known has
					   18; past: an unknown element */
#define LIMIT_RECEIVED_RESULTS 101 /* of a row: RFC 9990 3.1.3 has 100 signatures,
				      and SPF; past: not read */
#define LIMIT_RECEIVED_MAILS 100000 /* in one mailbox; past: told, not read */
#define LIMIT_RECEIVED_DEPTH 4 /* mails within mails; past: told, not read */
#define LIMIT_RECEIVED_HEADER_FIELDS 10000 /* of one mail and all its parts: a
					      hundred forwarded reports have
					      4,000; past: refused */
#define LIMIT_RECEIVED_HEADER_BYTES (4 * 1024 * 1024) /* of these; past: likewise */
#define LIMIT_RECEIVED_BOUNDARIES 10000 /* lines of one mail that may part it; past:
					   likewise */
#define LIMIT_RECEIVED_VALUE_BYTES 1024 /* one element; past: cut */
#define LIMIT_RECEIVED_NOTES 20 /* of one report; past: counted */
#define LIMIT_RECEIVED_ENTRIES 2000000 /* rows, reports and refusals of all files
					  of a run, about 1 GiB; past: the file is
					  refused */
#define LIMIT_RECEIVED_JSON_BYTES (16 * 1024 * 1024) /* a TLS report, unpacked: real
						       ones have some KiB; past:
						       refused */
#define LIMIT_RECEIVED_JSON_VALUES 200000 /* in one, 150 bytes each while it is
					     read; past: refused */
#define LIMIT_RECEIVED_JSON_NESTING 16 /* of one; real ones have 5; past: refused */
#define LIMIT_RECEIVED_POLICIES 1000 /* of one; real ones have a few; past: told,
					not read */
#define LIMIT_RECEIVED_FAILURES 1000 /* of one policy; past: told, not read */
#define LIMIT_RECEIVED_ARF_BYTES 65536 /* the machine's part of a failure report;
					   past: not read */
#define LIMIT_RECEIVED_ANSWER_LINE 65536 /* of the process that reads: a report's
					    14 texts, a row's 8; past: no answer */

/* The inbox: reports of others that are kept */
#define LIMIT_INBOX_BYTES (1024 * 1024 * 1024) /* of all reports kept, as if each
						  text stood alone: 4 million
						  rows of real ones, 500 MiB;
						  past: the oldest goes, first
						  what counts nowhere, then what
						  did not pass DMARC */
#define LIMIT_INBOX_ITEM_BYTES (128 * 1024 * 1024) /* of the reports of one mail or
						      file: 500,000 rows, the
						      largest reporter has
						      200,000; past: set aside */
#define LIMIT_INBOX_ITEM_REPORTS 100 /* of one: forwarded ones have some dozens;
					past: set aside */
#define LIMIT_INBOX_TLS_FAILURES 100 /* of one policy: real ones have a few; past:
					told, not kept */
#define LIMIT_INBOX_ASIDE 500 /* mails and files that were no report; past: the
				 oldest goes */
#define LIMIT_INBOX_ASIDE_BYTES 32768 /* of each, to look at; past: cut */
#define LIMIT_INBOX_ITEM_ROWS 250000 /* rows, reports and refusals of one mail, held
					at once, some 50 MiB: the greatest
					reporters stay below 200,000; past: the
					rest is set aside */
#define LIMIT_INBOX_TRIES 3 /* of a mail at which the process that reads it breaks
			       off; past: set aside */
#define LIMIT_IMAP_UIDS 10000 /* unread mails of one run; past: the next takes them */
#define LIMIT_IMAP_LINE_BYTES (256 * 1024) /* a list of so many; past: an error */
#define LIMIT_IMAP_LINES 10000 /* of one answer; past: an error */
#define LIMIT_IMAP_MAIL_BYTES (64 * 1024 * 1024) /* of one mail; past: told, stays
						    unread */
#define LIMIT_INBOX_NOTES 2000 /* what was amiss in a report; past: cut */
#define LIMIT_INBOX_DATE_AHEAD_S (2 * 86400) /* of a report's period: clocks and
						 zones; past: the day that it
						 came counts */
#define LIMIT_INBOX_DATE_BACK_S (400 * 86400) /* likewise: older than any that
						 reporters still send */

/* Digests and alerts */
#define LIMIT_NOTICE_FACTS 1000 /* of one kind that are gathered, the first ones; past:
				   counted */
#define LIMIT_NOTICE_LINES 20 /* of one kind in a digest, which a person reads; past:
				 one line counts the others */
#define LIMIT_NOTICE_TEXT 160 /* bytes of a stranger's text in a line; past: cut */
#define LIMIT_NOTICE_LINE_BYTES 900 /* RFC 5321 4.5.3.1.6 has 998; past: cut */
#define LIMIT_NOTICE_BYTES (4 * 1024 * 1024) /* of a whole part: 9 kinds with 20 facts
						of 5 KB escaped; past: the end is
						left out */
#define LIMIT_NOTICE_MARKS 50000 /* facts told to one place that are remembered: a year
				    of full digests; past: what was seen least
				    lately goes */
#define LIMIT_WEBHOOK_MS 10000 /* of one POST: receivers answer within seconds; past:
				  it is told again by the next run */
#define LIMIT_WEBHOOK_ANSWER_BYTES 65536 /* of its header and its body, of which
					    nothing is used; past: likewise */
#define LIMIT_WEBHOOK_HEADER_BYTES 4096 /* of the secret header, as of a token; past:
					   refused */

/* The desk, read in a browser */
#define LIMIT_DESK_TARGET_BYTES 2048 /* of an address with its parameters: all fields
					of a filter fit; past: refused */
#define LIMIT_DESK_PARAMETERS 24 /* of one request: the filter has 15; past: refused */
#define LIMIT_DESK_ROWS 500 /* of a list on one page, as many as one reads; past: the
			       next page */
#define LIMIT_DESK_FILE_ROWS 10000 /* of a list as CSV or JSON; past: refused, alignctl
				      has no such bound */
#define LIMIT_DESK_LIKELY 2000 /* the newest incidents among which a page looks for
				  likely errors, 3 KiB each; past: told */
#define LIMIT_DESK_VALUE_BYTES 4096 /* of one value on a page; past: cut, and the length
				       told */
#define LIMIT_DESK_FILES 20000 /* incidents with a page among files, of a week: 300
				  MiB; past: the oldest have none */
#define LIMIT_DESK_PAGE_BYTES (8 * 1024 * 1024) /* of a page: 10,000 rows of CSV have
						   4 MiB; past: a page that says so */

#endif
