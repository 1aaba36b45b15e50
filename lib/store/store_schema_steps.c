/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_schema_steps.c - the schema, version by version
 *
 * Step N leads from version N to N + 1. What was released is never changed:
 * the next version is one more text at the end and one more line in the list.
 */
#include "lib/store/store_schema.h"

/*
 * author_key is the Author Domain backwards with a dot behind it
 * ("moc.elpmaxe."), so that a domain and all below it are one range of the
 * index. The wide columns stand last: a scan that filters stops before them.
 */
static const char version_1[] =
    "CREATE TABLE tuple ("
    " tuple_id INTEGER PRIMARY KEY,"
    " fingerprint INTEGER NOT NULL,"
    " author_domain TEXT NOT NULL,"
    " author_error TEXT NOT NULL,"
    " policy_domain TEXT NOT NULL,"
    " org_domain TEXT NOT NULL,"
    " discovery TEXT NOT NULL,"
    " record TEXT NOT NULL,"
    " author_exists INTEGER NOT NULL,"
    " client_ip TEXT NOT NULL,"
    " client_name TEXT NOT NULL,"
    " mail_from_domain TEXT NOT NULL,"
    " spf_result TEXT NOT NULL,"
    " spf_domain TEXT NOT NULL,"
    " spf_scope TEXT NOT NULL,"
    " dkim TEXT NOT NULL,"
    " arc TEXT NOT NULL,"
    " dmarc_result TEXT NOT NULL,"
    " is_dkim_aligned INTEGER NOT NULL,"
    " is_spf_aligned INTEGER NOT NULL,"
    " indirect TEXT NOT NULL,"
    " policy TEXT NOT NULL,"
    " asked TEXT NOT NULL,"
    " applied TEXT NOT NULL,"
    " override_type TEXT NOT NULL,"
    " override_comment TEXT NOT NULL,"
    " tls_version TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX tuple_fingerprint ON tuple (fingerprint);"
    "CREATE TABLE result ("
    " hour_s INTEGER NOT NULL,"
    " tuple_id INTEGER NOT NULL REFERENCES tuple,"
    " count INTEGER NOT NULL,"
    " PRIMARY KEY (hour_s, tuple_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX result_tuple ON result (tuple_id);"
    "CREATE TRIGGER result_purged AFTER DELETE ON result BEGIN"
    " DELETE FROM tuple WHERE tuple_id = OLD.tuple_id AND NOT EXISTS"
    " (SELECT 1 FROM result WHERE tuple_id = OLD.tuple_id);"
    "END;"
    "CREATE TABLE incident ("
    " incident_id INTEGER PRIMARY KEY,"
    " author_key TEXT NOT NULL,"
    " reference TEXT NOT NULL,"
    " time_s INTEGER NOT NULL,"
    " queue_id TEXT NOT NULL,"
    " host TEXT NOT NULL,"
    " client_ip TEXT NOT NULL,"
    " client_name TEXT NOT NULL,"
    " helo TEXT NOT NULL,"
    " mail_from TEXT NOT NULL,"
    " author_domain TEXT NOT NULL,"
    " author_error TEXT NOT NULL,"
    " policy_domain TEXT NOT NULL,"
    " spf_result TEXT NOT NULL,"
    " spf_domain TEXT NOT NULL,"
    " dkim TEXT NOT NULL,"
    " dmarc_result TEXT NOT NULL,"
    " asked TEXT NOT NULL,"
    " applied TEXT NOT NULL,"
    " override_type TEXT NOT NULL,"
    " override_comment TEXT NOT NULL,"
    " reason TEXT NOT NULL,"
    " reply TEXT NOT NULL,"
    " rcpt_domains TEXT NOT NULL,"
    " tls_version TEXT NOT NULL,"
    " verdict TEXT NOT NULL,"
    " queries TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX incident_time ON incident (time_s);"
    "CREATE INDEX incident_reference ON incident (reference);"
    "CREATE INDEX incident_author ON incident (author_key, time_s);"
    "CREATE INDEX incident_client ON incident (client_ip, time_s);";

/*
 * What operators did about an incident goes with it when it is purged.
 * tuple_author finds the passes of an author domain. incident_time holds what
 * reviews filter and group by: a million incidents are then counted without
 * their wide rows.
 */
static const char version_2[] =
    "ALTER TABLE incident ADD COLUMN indirect TEXT NOT NULL DEFAULT 'none';"
    "ALTER TABLE incident ADD COLUMN list_id TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE act ("
    " act_id INTEGER PRIMARY KEY,"
    " incident_id INTEGER NOT NULL REFERENCES incident,"
    " time_s INTEGER NOT NULL,"
    " who TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " note TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX act_incident ON act (incident_id);"
    "CREATE TRIGGER incident_purged AFTER DELETE ON incident BEGIN"
    " DELETE FROM act WHERE incident_id = OLD.incident_id;"
    "END;"
    "CREATE INDEX tuple_author ON tuple (author_domain, dmarc_result);"
    "CREATE INDEX incident_queue ON incident (queue_id);"
    "DROP INDEX incident_time;"
    "CREATE INDEX incident_time ON incident (time_s, applied, dmarc_result,"
    " asked, override_type, client_ip, author_domain, client_name, host);";

/* Reports ask by policy domain; without it each question reads all tuples. */
static const char version_3[] =
    "CREATE INDEX tuple_policy ON tuple (policy_domain);";

/*
 * Reports. A report is about one policy domain, one record and one UTC day;
 * report_destination has a row for each address it goes to, report_health one
 * for each address that was ever tried or suppressed. report_run remembers how
 * far collecting has come and how the last run ended; it has one row.
 *
 * A tuple's is_report_mail: these messages are themselves reports, or bounces
 * of ours.
 */
static const char version_4[] =
    "ALTER TABLE tuple ADD COLUMN is_report_mail INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE report ("
    " report_id TEXT PRIMARY KEY,"
    " policy_domain TEXT NOT NULL,"
    " begin_s INTEGER NOT NULL,"
    " end_s INTEGER NOT NULL,"
    " part INTEGER NOT NULL,"
    " messages INTEGER NOT NULL,"
    " state TEXT NOT NULL,"
    " note TEXT NOT NULL,"
    " created_s INTEGER NOT NULL,"
    " give_up_s INTEGER NOT NULL,"
    " settled_s INTEGER NOT NULL,"
    " submitter TEXT NOT NULL,"
    " file_name TEXT NOT NULL,"
    " record TEXT NOT NULL,"
    " archive BLOB NOT NULL,"
    " UNIQUE (policy_domain, begin_s, record, part)"
    ") STRICT;"
    "CREATE INDEX report_collected ON report"
    " (begin_s, policy_domain) WHERE state = 'collected';"
    "CREATE INDEX report_pending ON report (begin_s) WHERE settled_s = 0;"
    "CREATE INDEX report_settled ON report (settled_s);"
    "CREATE TABLE report_destination ("
    " report_id TEXT NOT NULL REFERENCES report,"
    " address TEXT NOT NULL,"
    " position INTEGER NOT NULL,"
    " state TEXT NOT NULL,"
    " tries INTEGER NOT NULL,"
    " next_try_s INTEGER NOT NULL,"
    " last_try_s INTEGER NOT NULL,"
    " reply TEXT NOT NULL,"
    " owner TEXT NOT NULL,"
    " lease_s INTEGER NOT NULL,"
    " PRIMARY KEY (report_id, address)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX report_destination_due ON report_destination"
    " (next_try_s) WHERE state IN ('unchecked', 'waiting');"
    "CREATE INDEX report_destination_tried ON report_destination"
    " (last_try_s);"
    "CREATE TABLE report_health ("
    " address TEXT PRIMARY KEY,"
    " last_ok_s INTEGER NOT NULL,"
    " last_error_s INTEGER NOT NULL,"
    " last_error TEXT NOT NULL,"
    " failures INTEGER NOT NULL,"
    " suppressed_until_s INTEGER NOT NULL,"
    " suppressed_why TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE report_run ("
    " run_id INTEGER PRIMARY KEY CHECK (run_id = 1),"
    " collected_until_s INTEGER NOT NULL,"
    " started_s INTEGER NOT NULL,"
    " ended_s INTEGER NOT NULL,"
    " words TEXT NOT NULL"
    ") STRICT;";

/*
 * Failure reports. failure has a row for each one that is to be written; the
 * report that was written is a row of report, of kind 'failure', whose part is
 * the number of that row. failure_hour counts what was kept and what was not,
 * by policy domain; '' stands for domains of which nothing was kept.
 */
static const char version_5[] =
    "ALTER TABLE report ADD COLUMN kind TEXT NOT NULL DEFAULT 'aggregate';"
    "CREATE TABLE failure ("
    " failure_id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " incidents INTEGER NOT NULL,"
    " time_s INTEGER NOT NULL,"
    " reference TEXT NOT NULL,"
    " auth_failure TEXT NOT NULL,"
    " policy_domain TEXT NOT NULL,"
    " author_domain TEXT NOT NULL,"
    " record TEXT NOT NULL,"
    " source_ip TEXT NOT NULL,"
    " identity_alignment TEXT NOT NULL,"
    " delivery_result TEXT NOT NULL,"
    " authres TEXT NOT NULL,"
    " mail_from TEXT NOT NULL,"
    " rcpt_to TEXT NOT NULL,"
    " dkim_domain TEXT NOT NULL,"
    " dkim_identity TEXT NOT NULL,"
    " dkim_selector TEXT NOT NULL,"
    " spf_dns TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " header TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX failure_policy ON failure (policy_domain);"
    "CREATE INDEX failure_time ON failure (time_s);"
    "CREATE TABLE failure_hour ("
    " hour_s INTEGER NOT NULL,"
    " policy_domain TEXT NOT NULL,"
    " kept INTEGER NOT NULL,"
    " more INTEGER NOT NULL,"
    " PRIMARY KEY (hour_s, policy_domain)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX failure_hour_policy ON failure_hour (policy_domain);";

/*
 * An address pauses for one policy domain, or ('') for all. rank: what is of
 * a policy domain without a message that passed is behind the others.
 */
static const char version_6[] =
    "ALTER TABLE report ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE report_destination"
    " ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;"
    "DROP INDEX report_destination_due;"
    "CREATE INDEX report_destination_due ON report_destination"
    " (rank, next_try_s, report_id, position)"
    " WHERE state IN ('unchecked', 'waiting');"
    "ALTER TABLE report_health RENAME TO report_health_before;"
    "CREATE TABLE report_health ("
    " address TEXT NOT NULL,"
    " policy_domain TEXT NOT NULL,"
    " last_ok_s INTEGER NOT NULL,"
    " last_error_s INTEGER NOT NULL,"
    " last_error TEXT NOT NULL,"
    " failures INTEGER NOT NULL,"
    " suppressed_until_s INTEGER NOT NULL,"
    " suppressed_why TEXT NOT NULL,"
    " PRIMARY KEY (address, policy_domain)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO report_health SELECT address, '', last_ok_s, last_error_s,"
    " last_error, failures, suppressed_until_s, suppressed_why"
    " FROM report_health_before;"
    "DROP TABLE report_health_before;";

/*
 * The key of the tuples' fingerprints, so that nobody can send tuples that
 * share one. Those of older versions are not recomputed: such a tuple is not
 * found again, the next message makes a second one of the same contents, and
 * the first leaves with its counters. All that is made of counters adds up.
 *
 * counted has a row for each hour and pair of client network and author's
 * organization of which incidents were only counted; every message of it was
 * answered with its reference. passed remembers, by a keyed number, the pairs
 * of which mail passed, and on how many days.
 */
static const char version_7[] =
    "CREATE TABLE store_key ("
    " key_id INTEGER PRIMARY KEY CHECK (key_id = 1),"
    " bytes BLOB NOT NULL"
    ") STRICT;"
    "INSERT INTO store_key VALUES (1, randomblob(16));"
    "CREATE TABLE counted ("
    " counted_id INTEGER PRIMARY KEY,"
    " reference TEXT NOT NULL,"
    " hour_s INTEGER NOT NULL,"
    " network TEXT NOT NULL,"
    " author_domain TEXT NOT NULL,"
    " budget INTEGER NOT NULL,"
    " first_s INTEGER NOT NULL,"
    " last_s INTEGER NOT NULL,"
    " messages INTEGER NOT NULL,"
    " none INTEGER NOT NULL,"
    " tag INTEGER NOT NULL,"
    " quarantine INTEGER NOT NULL,"
    " reject INTEGER NOT NULL,"
    " tempfail INTEGER NOT NULL"
    ") STRICT;"
    "CREATE UNIQUE INDEX counted_reference ON counted (reference);"
    "CREATE INDEX counted_hour ON counted (hour_s);"
    "CREATE TABLE passed ("
    " pair INTEGER PRIMARY KEY,"
    " network_slot INTEGER NOT NULL,"
    " author_slot INTEGER NOT NULL,"
    " first_day INTEGER NOT NULL,"
    " last_day INTEGER NOT NULL,"
    " days INTEGER NOT NULL"
    ") STRICT;";

/* When the clock was last believed (store_clock.h); one row, or none. */
static const char version_8[] =
    "CREATE TABLE clock ("
    " clock_id INTEGER PRIMARY KEY CHECK (clock_id = 1),"
    " believed_s INTEGER NOT NULL"
    ") STRICT;";

/*
 * What another filter recorded. A tuple of such messages says what that filter
 * did not know; ours have ''. imported remembers each message by a keyed
 * number, so that a second import changes nothing, as long as its hour has
 * counters.
 */
static const char version_9[] =
    "ALTER TABLE tuple ADD COLUMN imported TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE imported ("
    " hour_s INTEGER NOT NULL,"
    " message INTEGER NOT NULL,"
    " PRIMARY KEY (hour_s, message)"
    ") STRICT, WITHOUT ROWID;";

/*
 * Reports of others about our own domains (store_inbox.h). A report is kept
 * once: kind, reporter, its own id, period and domain, of which fingerprint is
 * the number under store_key, and a digest of what it says. Its rows hold
 * numbers alone, so that millions are summed in seconds; inbox_source and
 * inbox_cause have their texts, each once. Times of a report are a stranger's
 * word: day_s is the one that sums go by, received_s the one that purging does.
 * size is what all of a report takes; inbox_report_first has what goes first
 * where that is too much. inbox_aside has what could not be read, as far as it
 * is kept; inbox_state, when the last item was taken. posture_finding remembers
 * since when a finding about an own domain stands.
 */
static const char version_10[] =
    /* For whom an author's domain passes (lib/lookalike). */
    "ALTER TABLE tuple ADD COLUMN lookalike TEXT NOT NULL DEFAULT '';"
    /* Whether what DNS said before decided, since it said nothing then. */
    "ALTER TABLE tuple ADD COLUMN rests_on TEXT NOT NULL DEFAULT '';"
    /* What DNS said of domains whose mail passes (store_remembered.h). */
    "CREATE TABLE remembered ("
    " policy_domain TEXT PRIMARY KEY,"
    " days INTEGER NOT NULL,"
    " last_day INTEGER NOT NULL,"
    " answers BLOB NOT NULL"
    ") STRICT;"
    /* Known paths (store_path.h), by the number of their texts under
     * store_key. */
    "CREATE TABLE path ("
    " number INTEGER PRIMARY KEY,"
    " kind INTEGER NOT NULL,"
    " client TEXT NOT NULL,"
    " network TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " spf INTEGER NOT NULL DEFAULT 0,"
    " dkim INTEGER NOT NULL DEFAULT 0,"
    " failed INTEGER NOT NULL DEFAULT 0,"
    " first_day INTEGER NOT NULL DEFAULT 0,"
    " last_day INTEGER NOT NULL DEFAULT 0,"
    " days INTEGER NOT NULL DEFAULT 0,"
    " since_day INTEGER NOT NULL DEFAULT 0,"
    " failed_day INTEGER NOT NULL DEFAULT 0,"
    " refused_day INTEGER NOT NULL DEFAULT 0,"
    " refused INTEGER NOT NULL DEFAULT 0,"
    " authors INTEGER NOT NULL DEFAULT 0,"
    " worst INTEGER NOT NULL DEFAULT 0,"
    " worst_day INTEGER NOT NULL DEFAULT 0,"
    " broken_s INTEGER NOT NULL DEFAULT 0,"
    " reference TEXT NOT NULL DEFAULT ''"
    ") STRICT;"
    "CREATE INDEX path_broken ON path (broken_s) WHERE broken_s > 0;"
    /* What decide() looked at besides (store_entry.h). */
    "ALTER TABLE tuple ADD COLUMN is_known_path INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE tuple ADD COLUMN is_to_postmaster INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE tuple ADD COLUMN rcpt_rules TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE inbox_report ("
    " report_id INTEGER PRIMARY KEY,"
    " fingerprint INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " reporter TEXT NOT NULL,"
    " ident TEXT NOT NULL,"
    " begin_s INTEGER NOT NULL,"
    " end_s INTEGER NOT NULL,"
    " domain TEXT NOT NULL,"
    " digest TEXT NOT NULL,"
    " state TEXT NOT NULL,"
    " day_s INTEGER NOT NULL,"
    " received_s INTEGER NOT NULL,"
    " messages INTEGER NOT NULL,"
    " size INTEGER NOT NULL,"
    " sender TEXT NOT NULL,"
    " verdict TEXT NOT NULL,"
    " claim TEXT NOT NULL,"
    " proof INTEGER NOT NULL,"
    " policy TEXT NOT NULL,"
    " notes TEXT NOT NULL,"
    " UNIQUE (fingerprint, digest)"
    ") STRICT;"
    "CREATE INDEX inbox_report_day ON inbox_report (kind, state, day_s);"
    "CREATE INDEX inbox_report_received ON inbox_report (received_s);"
    "CREATE INDEX inbox_report_first ON inbox_report (state = 'kept', "
    "verdict = 'pass', received_s, size);"
    "CREATE TABLE inbox_source ("
    " source_id INTEGER PRIMARY KEY,"
    " domain TEXT NOT NULL,"
    " address TEXT NOT NULL,"
    " first_s INTEGER NOT NULL,"
    " last_s INTEGER NOT NULL,"
    " UNIQUE (domain, address)"
    ") STRICT;"
    "CREATE INDEX inbox_source_address ON inbox_source (address);"
    "CREATE TABLE inbox_cause ("
    " cause_id INTEGER PRIMARY KEY,"
    " words TEXT NOT NULL UNIQUE"
    ") STRICT;"
    "CREATE TABLE inbox_row ("
    " report_id INTEGER NOT NULL REFERENCES inbox_report,"
    " source_id INTEGER NOT NULL REFERENCES inbox_source,"
    " cause_id INTEGER NOT NULL REFERENCES inbox_cause,"
    " dkim INTEGER NOT NULL,"
    " spf INTEGER NOT NULL,"
    " applied INTEGER NOT NULL,"
    " messages INTEGER NOT NULL,"
    " PRIMARY KEY (report_id, source_id, cause_id, dkim, spf, applied)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX inbox_row_source ON inbox_row (source_id);"
    "CREATE INDEX inbox_row_cause ON inbox_row (cause_id);"
    "CREATE TABLE inbox_tls ("
    " tls_id INTEGER PRIMARY KEY,"
    " report_id INTEGER NOT NULL REFERENCES inbox_report,"
    " policy TEXT NOT NULL,"
    " domain TEXT NOT NULL,"
    " mx_hosts TEXT NOT NULL,"
    " successful INTEGER NOT NULL,"
    " failed INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX inbox_tls_report ON inbox_tls (report_id);"
    "CREATE TABLE inbox_tls_failure ("
    " failure_id INTEGER PRIMARY KEY,"
    " tls_id INTEGER NOT NULL REFERENCES inbox_tls,"
    " type TEXT NOT NULL,"
    " mx TEXT NOT NULL,"
    " receiving_ip TEXT NOT NULL,"
    " sending_ip TEXT NOT NULL,"
    " sessions INTEGER NOT NULL,"
    " reason TEXT NOT NULL,"
    " information TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX inbox_tls_failure_of ON inbox_tls_failure (tls_id);"
    "CREATE TABLE inbox_failure ("
    " report_id INTEGER PRIMARY KEY REFERENCES inbox_report,"
    " source_ip TEXT NOT NULL,"
    " auth_failure TEXT NOT NULL,"
    " alignment TEXT NOT NULL,"
    " delivery TEXT NOT NULL,"
    " mail_from_domain TEXT NOT NULL,"
    " dkim_domain TEXT NOT NULL,"
    " dkim_selector TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX inbox_failure_source ON inbox_failure (source_ip);"
    "CREATE TABLE inbox_aside ("
    " aside_id INTEGER PRIMARY KEY,"
    " received_s INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " why TEXT NOT NULL,"
    " digest TEXT NOT NULL,"
    " sender TEXT NOT NULL,"
    " verdict TEXT NOT NULL,"
    " size INTEGER NOT NULL,"
    " bytes BLOB NOT NULL,"
    " is_erased INTEGER NOT NULL DEFAULT 0,"
    " UNIQUE (digest, why)"
    ") STRICT;"
    "CREATE INDEX inbox_aside_received ON inbox_aside (received_s);"
    "CREATE TABLE inbox_state ("
    " state_id INTEGER PRIMARY KEY CHECK (state_id = 1),"
    " taken_s INTEGER NOT NULL"
    ") STRICT;"
    /* What became of an own domain's findings (store_posture.h), and
     * whether the servers that write to us have names. */
    "CREATE TABLE posture_past ("
    " domain TEXT NOT NULL,"
    " finding TEXT NOT NULL,"
    " detail TEXT NOT NULL,"
    " first_s INTEGER NOT NULL,"
    " closed_s INTEGER NOT NULL,"
    " PRIMARY KEY (domain, finding, detail, closed_s)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX posture_past_closed ON posture_past (closed_s);"
    "CREATE TABLE posture_look ("
    " domain TEXT PRIMARY KEY,"
    " first_s INTEGER NOT NULL,"
    " last_s INTEGER NOT NULL,"
    " whole_s INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "ALTER TABLE tuple ADD COLUMN iprev TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE posture_finding ("
    " domain TEXT NOT NULL,"
    " finding TEXT NOT NULL,"
    " detail TEXT NOT NULL,"
    " first INTEGER NOT NULL,"
    " last INTEGER NOT NULL,"
    " PRIMARY KEY (domain, finding, detail)"
    ") STRICT, WITHOUT ROWID;"
    /* MTA-STS policies of own domains that senders may hold until until_s
     * (store_posture.h). */
    "CREATE TABLE posture_sts ("
    " domain TEXT NOT NULL,"
    " id TEXT NOT NULL,"
    " policy TEXT NOT NULL,"
    " first_s INTEGER NOT NULL,"
    " last_s INTEGER NOT NULL,"
    " until_s INTEGER NOT NULL,"
    " PRIMARY KEY (domain, id, policy)"
    ") STRICT, WITHOUT ROWID;"
    /* What a digest or an alert told to whom, and their runs
     * (store_notice.h). */
    "CREATE TABLE notice_told ("
    " channel TEXT NOT NULL,"
    " place INTEGER NOT NULL,"
    " fact INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " level INTEGER NOT NULL,"
    " told_s INTEGER NOT NULL,"
    " seen_s INTEGER NOT NULL,"
    " PRIMARY KEY (channel, place, fact)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE notice_run ("
    " channel TEXT PRIMARY KEY,"
    " started_s INTEGER NOT NULL,"
    " ended_s INTEGER NOT NULL,"
    " handed_s INTEGER NOT NULL,"
    " told INTEGER NOT NULL,"
    " has_failed INTEGER NOT NULL,"
    " owner TEXT NOT NULL,"
    " lease_s INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;";

/*
 * Segments (store_segment.h): which rows were counted by which opening of the
 * file. What is older is of segment 0, which has no row. A row of result is one
 * more for each segment; the table is made anew for its key, in the order in
 * which it lies. No other table is: that their ids are never used again is a
 * word in the schema and nothing in the file's pages, and is written there
 * (SQLite's "Making Other Kinds Of Table Schema Changes"). So is the column of
 * incident, since ALTER TABLE reads all of a STRICT table: a store of many
 * gigabytes opens in seconds.
 *
 * held_s: since when the purge holds it for the fleet, 0: not yet.
 * first_incident: the segment's incidents have higher ids. restated counts the
 * erasures that changed its rows, restated_told how many of them the fleet has;
 * erased has the incidents that were taken out, by name of segment and id.
 *
 * from_address and sender_address (store_entry.h) find an incident. None that is
 * there has one, so their indexes are empty, and are made over a table that is:
 * CREATE INDEX would read all incidents.
 */
#define NEVER_AGAIN(table)                                                     \
	"UPDATE sqlite_schema SET sql = replace(sql, '" table                  \
	"_id INTEGER PRIMARY KEY,', '" table                                   \
	"_id INTEGER PRIMARY KEY AUTOINCREMENT,') WHERE type = 'table' AND "   \
	"name = '" table "';"                                                  \
	"INSERT INTO sqlite_sequence SELECT '" table "', ifnull(max(" table    \
	"_id), 0) FROM " table ";"

static const char version_11[] =
    "CREATE TABLE segment ("
    " segment_id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " ident BLOB NOT NULL UNIQUE,"
    " hour_s INTEGER NOT NULL,"
    " opened_s INTEGER NOT NULL,"
    " sealed_s INTEGER NOT NULL DEFAULT 0,"
    " pushed_s INTEGER NOT NULL DEFAULT 0,"
    " held_s INTEGER NOT NULL DEFAULT 0,"
    " first_incident INTEGER NOT NULL,"
    " sent_incident INTEGER NOT NULL DEFAULT 0,"
    " restated INTEGER NOT NULL DEFAULT 0,"
    " restated_told INTEGER NOT NULL DEFAULT 0,"
    " results INTEGER NOT NULL DEFAULT 0,"
    " messages INTEGER NOT NULL DEFAULT 0,"
    " incidents INTEGER NOT NULL DEFAULT 0,"
    " counted INTEGER NOT NULL DEFAULT 0,"
    " acts INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX segment_hour ON segment (hour_s);"
    "CREATE INDEX segment_open ON segment (hour_s) WHERE sealed_s = 0;"
    "CREATE INDEX segment_waiting ON segment (hour_s)"
    " WHERE pushed_s = 0 OR restated > restated_told;"
    "CREATE TABLE erased ("
    " erased_id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " ident BLOB NOT NULL,"
    " incident_id INTEGER NOT NULL,"
    " time_s INTEGER NOT NULL,"
    " told_s INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE TABLE let_go ("
    " let_go_id INTEGER PRIMARY KEY CHECK (let_go_id = 1),"
    " messages INTEGER NOT NULL,"
    " incidents INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE result_anew ("
    " hour_s INTEGER NOT NULL,"
    " tuple_id INTEGER NOT NULL REFERENCES tuple,"
    " segment_id INTEGER NOT NULL DEFAULT 0,"
    " count INTEGER NOT NULL,"
    " PRIMARY KEY (hour_s, tuple_id, segment_id)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO result_anew SELECT hour_s, tuple_id, 0, count FROM result"
    " ORDER BY hour_s, tuple_id;"
    "DROP TABLE result;"
    "ALTER TABLE result_anew RENAME TO result;"
    "CREATE INDEX result_tuple ON result (tuple_id);"
    "CREATE TRIGGER result_purged AFTER DELETE ON result BEGIN"
    " DELETE FROM tuple WHERE tuple_id = OLD.tuple_id AND NOT EXISTS"
    " (SELECT 1 FROM result WHERE tuple_id = OLD.tuple_id);"
    "END;"
    "ALTER TABLE act ADD COLUMN segment_id INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX act_segment ON act (segment_id);"
    "ALTER TABLE counted ADD COLUMN segment_id INTEGER NOT NULL DEFAULT 0;"
    "DROP INDEX counted_reference;"
    "CREATE UNIQUE INDEX counted_segment ON counted (segment_id, reference);"
    "CREATE TABLE incident_anew (from_address TEXT, sender_address TEXT,"
    " time_s INTEGER);"
    "CREATE INDEX incident_from ON incident_anew (from_address, time_s)"
    " WHERE from_address <> '';"
    "CREATE INDEX incident_sender ON incident_anew (sender_address, time_s)"
    " WHERE sender_address <> '';"
    "PRAGMA writable_schema = ON;"
    "UPDATE sqlite_schema SET sql = substr(sql, 1, length(sql) - 8) ||"
    " ', segment_id INTEGER NOT NULL DEFAULT 0,"
    " from_address TEXT NOT NULL DEFAULT '''',"
    " sender_address TEXT NOT NULL DEFAULT '''') STRICT' WHERE"
    " type = 'table' AND name = 'incident' AND sql LIKE '%) STRICT';"
    "UPDATE sqlite_schema SET tbl_name = 'incident',"
    " sql = replace(sql, 'incident_anew', 'incident')"
    " WHERE type = 'index' AND tbl_name = 'incident_anew';" NEVER_AGAIN(
	"incident") NEVER_AGAIN("tuple")
	NEVER_AGAIN("act") "PRAGMA writable_schema = RESET;"
			   "DROP TABLE incident_anew;";

static const char *const steps[] = {version_1, version_2,  version_3, version_4,
				    version_5, version_6,  version_7, version_8,
				    version_9, version_10, version_11};

const struct store_schema store_schema_current = {steps, COUNT_OF(steps)};
