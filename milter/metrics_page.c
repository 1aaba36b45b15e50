/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_page.c - all that Prometheus is told, as one text
 *
 * What is counted event by event is in metrics.h. The daemon's state at the
 * moment is asked of those who know: DNS, the store, the gate, the
 * configuration, the overrides, the kernel (getrusage(2), getrlimit(2),
 * proc(5)). One table says how each figure is shown.
 * Tested by test_wire_metrics.
 */
#include "milter/metrics_page.h"

#include <assert.h>
#include <dirent.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/app/fleet_state.h"
#include "lib/auth/key_cache.h"
#include "lib/base/limits.h"
#include "milter/exposition.h"
#include "milter/metrics.h"

/* Every combination of a verdict takes 70 KB, the rest 12. */
#define PAGE_BYTES_MAX (256 * 1024)
#define VERDICTS_NAME "alignd_messages_total"
/* Of overrides: "soon". */
#define OVERRIDE_ENDS_SOON_S (14 * 86400)

/* --- what is counted ------------------------------------------------------ */

static void add_build(struct strbuf *page)
{
	exposition_head(page, "alignd_build_info", EXPOSITION_GAUGE,
			"The version that runs; the value is 1.");
	exposition_sample(page, "alignd_build_info",
			  "version=\"" PACKAGE_VERSION "\"", 1, 1);
}

static void add_counters(struct strbuf *page)
{
	const char *name = "";

	for (enum metric i = 0; i < METRIC_COUNT; i++) {
		const struct metric_row *row = &metric_rows[i];
		if (row->name == NULL)
			continue;
		if (strcmp(name, row->name) != 0)
			exposition_head(page, row->name, EXPOSITION_COUNTER,
					row->help);
		exposition_sample(page, row->name, row->labels, metrics_get(i),
				  1);
		name = row->name;
	}
}

static const char *or_else(const char *text, const char *otherwise)
{
	return text == NULL ? otherwise : text;
}

/* The combination at a place of the order in which they are shown. */
static struct metrics_verdict verdict_at(unsigned place)
{
	struct metrics_verdict verdict;

	verdict.override = (enum override_type)(place % METRICS_OVERRIDES);
	place /= METRICS_OVERRIDES;
	verdict.applied = (enum disposition)(place % METRICS_DISPOSITIONS);
	place /= METRICS_DISPOSITIONS;
	verdict.policy = (enum request)(place % METRICS_POLICIES);
	verdict.result = (enum dmarc_result)(place / METRICS_POLICIES);
	return verdict;
}

/* A combination that was not met is not shown: hundreds never will be. */
static void add_verdicts(struct strbuf *page)
{
	const unsigned places = METRICS_RESULTS * METRICS_POLICIES *
				METRICS_DISPOSITIONS * METRICS_OVERRIDES;

	exposition_head(page, VERDICTS_NAME, EXPOSITION_COUNTER,
			"Messages evaluated, by DMARC result, published "
			"policy, what was applied, and why that differs.");
	for (unsigned place = 0; place < places; place++) {
		const struct metrics_verdict verdict = verdict_at(place);
		uint64_t count = metrics_get_verdict(&verdict);
		if (count == 0)
			continue;
		char *labels = mem_printf(
		    page->mem,
		    "result=\"%s\",policy=\"%s\",applied=\"%s\",override=\"%"
		    "s\"",
		    dmarc_result_text(verdict.result),
		    or_else(request_text(verdict.policy), "absent"),
		    disposition_text(verdict.applied),
		    or_else(override_type_text(verdict.override), "none"));
		exposition_sample(page, VERDICTS_NAME, labels, count, 1);
		mem_free(labels);
	}
}

static void add_timings(struct strbuf *page)
{
	static const char *const rows[TIMING_COUNT][2] = {
	    [TIMING_END_OF_MESSAGE] =
		{"alignd_end_of_message_seconds",
		 "From the end of an evaluated message to the MTA's answer."},
	    [TIMING_STORE] =
		{"alignd_store_wait_seconds",
		 "At the end of a message: waiting for its record's commit."},
	};
	struct histogram_figures figures;

	for (enum timing i = 0; i < TIMING_COUNT; i++) {
		metrics_get_timing(i, &figures);
		exposition_histogram(page, rows[i][0], rows[i][1], &figures);
	}
}

/* --- what is asked for ---------------------------------------------------- */

struct process_figures {
	uint64_t cpu_us;	 /* user and system, all threads */
	uint64_t resident_bytes; /* 0 where /proc cannot be read */
	uint64_t open_files;	 /* likewise */
	uint64_t max_files;
	uint64_t threads; /* likewise */
};

struct override_figures {
	uint64_t count;
	uint64_t expired;
	uint64_t ending;     /* within OVERRIDE_ENDS_SOON_S */
	uint64_t next_end_s; /* of those that apply; 0: none has an end */
};

struct notice_figures {
	uint64_t is_set;
	uint64_t ended_s;
	uint64_t has_failed;
	uint64_t told;
};

struct waiting_figures {
	uint64_t held;
	uint64_t held_oldest_s;
	uint64_t run_started_s;
	uint64_t run_ended_s;
	uint64_t has_run_failed;
	struct notice_figures digest;
	struct notice_figures alert;
};

/* As the forwarder left word; zeros where there is no fleet. */
struct fleet_figures {
	uint64_t heard_s;
	uint64_t aside;
	uint64_t is_other_schema;
	uint64_t is_override_refused;
};

struct figures {
	uint64_t connections; /* now, as the next two */
	uint64_t connections_max;
	uint64_t begun;
	uint64_t evaluating;
	uint64_t evaluating_max;
	uint64_t longest_wait_ms;
	uint64_t is_enforcing;
	uint64_t mode_since_s;
	uint64_t started_s;
	uint64_t is_reload_good;
	uint64_t taken_s; /* the configuration in force */
	struct override_figures overrides;
	struct dns_statistics dns;
	struct dns_memory_statistics memory;
	struct key_cache_statistics keys;
	struct store_statistics store; /* zeros where there is none */
	struct sightings_statistics sightings;
	struct hold_statistics holds;
	struct waiting_figures waiting;
	struct fleet_figures fleet;
	struct process_figures process;
};

static uint64_t to_microseconds(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

/* The entries of a folder but "." and ".."; 0 where it cannot be read. */
static uint64_t count_entries(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	uint64_t count = 0;

	if (folder == NULL)
		return 0;
	while ((entry = readdir(folder)) != NULL)
		count += entry->d_name[0] != '.';
	(void)closedir(folder);
	return count;
}

static uint64_t read_resident_bytes(void)
{
	unsigned long whole = 0;
	unsigned long resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu %lu", &whole, &resident) != 2)
		resident = 0;
	(void)fclose(file);
	return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void read_process(struct process_figures *figures)
{
	struct rusage usage = {.ru_maxrss = 0};
	struct rlimit files = {.rlim_cur = 0};
	uint64_t open_files = count_entries("/proc/self/fd");

	(void)getrusage(RUSAGE_SELF, &usage);
	(void)getrlimit(RLIMIT_NOFILE, &files);
	*figures = (struct process_figures){
	    .cpu_us = to_microseconds(usage.ru_utime) +
		      to_microseconds(usage.ru_stime),
	    .resident_bytes = read_resident_bytes(),
	    /* less the one that reading the folder took */
	    .open_files = open_files > 0 ? open_files - 1 : 0,
	    .max_files = (uint64_t)files.rlim_cur,
	    .threads = count_entries("/proc/self/task"),
	};
}

static void read_overrides(const struct override_set *set, int64_t now_s,
			   struct override_figures *figures)
{
	int64_t next_s = OVERRIDE_PERMANENT;

	for (size_t i = 0; set != NULL && i < set->count; i++) {
		const struct override *override = &set->items[i];
		if (override_is_expired(override, now_s)) {
			figures->expired++;
			continue;
		}
		figures->ending +=
		    override->end_s <= now_s + OVERRIDE_ENDS_SOON_S;
		if (override->end_s < next_s)
			next_s = override->end_s;
	}
	if (set != NULL)
		figures->count = set->count;
	if (next_s != OVERRIDE_PERMANENT)
		figures->next_end_s = (uint64_t)next_s;
}

static struct notice_figures notice_of(const struct notice_settings *to,
				       const struct store_notice_run *run)
{
	return (struct notice_figures){
	    .is_set = notice_is_set(to),
	    .ended_s = (uint64_t)run->ended_s,
	    .has_failed = run->has_failed,
	    .told = (uint64_t)run->told,
	};
}

static void read_waiting(struct waiting *waiting, const struct config *config,
			 int64_t now_s, struct waiting_figures *figures)
{
	struct store_waiting found = waiting_ask(waiting, config, now_s);

	*figures = (struct waiting_figures){
	    .held = (uint64_t)found.held,
	    .held_oldest_s = (uint64_t)found.held_oldest_s,
	    .run_started_s = (uint64_t)found.run_started_s,
	    .run_ended_s = (uint64_t)found.run_ended_s,
	    .has_run_failed = found.has_run_failed,
	    .digest = notice_of(&config->digest.to, &found.digest),
	    .alert = notice_of(&config->alert.to, &found.alert),
	};
}

static void read_fleet(const struct config *config,
		       struct fleet_figures *figures)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct fleet_state state;

	if (fleet_state_find(mem, &config->store, &state))
		*figures = (struct fleet_figures){
		    .heard_s = (uint64_t)state.heard_s,
		    .aside = (uint64_t)state.aside,
		    .is_other_schema = strcmp(state.kind, "schema") == 0,
		    .is_override_refused = *state.overrides_fault != '\0',
		};
	mem_free(mem);
}

static void read_engine(struct service *service, int64_t now_s,
			struct figures *figures)
{
	struct engine *engine = current_share(&service->current);
	const struct config *config = engine->config;

	bool is_short;
	figures->evaluating_max = (uint64_t)gate_evaluations(
	    &service->gate, config->daemon.max_messages, &is_short);
	figures->is_enforcing = config->daemon.mode == MODE_ENFORCE;
	read_overrides(config->overrides, now_s, &figures->overrides);
	read_waiting(&service->waiting, config, now_s, &figures->waiting);
	read_fleet(config, &figures->fleet);
	dns_get_statistics(engine->evaluator.dns, &figures->dns);
	engine_unref(engine);
}

/* Takes the locks of those it asks, each for a moment; goes over all overrides.
 */
static void read_figures(struct service *service, int64_t now_s,
			 struct figures *figures)
{
	const struct current *current = &service->current;
	struct gate *gate = &service->gate;

	*figures = (struct figures){
	    .connections = (uint64_t)atomic_load(&gate->connections),
	    .connections_max =
		(uint64_t)gate_bound(gate->max_connections, LIMIT_CONNECTIONS),
	    .begun = (uint64_t)atomic_load(&gate->begun),
	    .evaluating = (uint64_t)atomic_load(&gate->evaluating),
	    .longest_wait_ms = (uint64_t)gate_longest_wait_ms(gate),
	    .mode_since_s = (uint64_t)atomic_load(&current->mode_since_s),
	    .started_s = (uint64_t)atomic_load(&current->started_s),
	    .is_reload_good = !atomic_load(&current->is_refused),
	    .taken_s = (uint64_t)atomic_load(&current->taken_s),
	    .keys = key_cache_statistics(),
	};
	read_engine(service, now_s, figures);
	if (service->store != NULL)
		store_get_statistics(service->store, &figures->store);
	if (service->memory != NULL)
		dns_memory_get_statistics(service->memory, &figures->memory);
	if (service->sightings != NULL)
		sightings_get_statistics(service->sightings,
					 &figures->sightings);
	if (service->holds != NULL)
		hold_budget_get_statistics(service->holds, &figures->holds);
	read_process(&figures->process);
}

/* --- how that is shown ---------------------------------------------------- */

/* Rows of one name follow on one another; `per_unit` parts make a unit. */
struct figure_row {
	const char *name;
	const char *labels;
	const char *help;
	size_t offset; /* of a uint64_t in struct figures */
	uint64_t per_unit;
	enum exposition_type type;
};

#define ROW(kind, text, label, member, parts, words)                           \
	{                                                                      \
		.name = (text), .labels = (label), .help = (words),            \
		.offset = offsetof(struct figures, member),                    \
		.per_unit = (parts), .type = (kind)                            \
	}
#define COUNTER(text, member, words)                                           \
	ROW(EXPOSITION_COUNTER, text, "", member, 1, words)
#define GAUGE(text, member, words)                                             \
	ROW(EXPOSITION_GAUGE, text, "", member, 1, words)
#define ANSWERS(status, index)                                                 \
	ROW(EXPOSITION_COUNTER, "alignd_dns_answers_total",                    \
	    "status=\"" status "\"", dns.answers[index], 1,                    \
	    "Answers that messages got to their questions, by status.")

#define NOTICE(kind, text, member, words)                                      \
	ROW(kind, text, "channel=\"digest\"", waiting.digest.member, 1,        \
	    words),                                                            \
	    ROW(kind, text, "channel=\"alert\"", waiting.alert.member, 1,      \
		words)

static const struct figure_row rows[] = {
    GAUGE("alignd_connections", connections, "Connections of the MTA, now."),
    GAUGE("alignd_messages_in_progress", begun,
	  "Messages between MAIL and their end, now."),
    GAUGE("alignd_messages_evaluating", evaluating,
	  "Messages at their end, being evaluated, now."),
    GAUGE(
	"alignd_messages_evaluating_limit", evaluating_max,
	"How many may be evaluated at once (max_messages, or fewer threads)."),
    ROW(EXPOSITION_GAUGE, "alignd_longest_wait_seconds", "", longest_wait_ms,
	1000,
	"How long whoever waits longest has, now: a message at its end for its "
	"answer, or a connection for a thread."),
    GAUGE("alignd_connections_limit", connections_max,
	  "How many connections of the MTA are served."),
    GAUGE("alignd_enforcing", is_enforcing,
	  "1 in enforce mode, 0 in monitor mode."),
    GAUGE("alignd_mode_since_timestamp_seconds", mode_since_s,
	  "Since when the mode is what it is, restarts included."),
    GAUGE("alignd_config_last_reload_successful", is_reload_good,
	  "0 when the last reload was refused, else 1."),
    GAUGE("alignd_config_last_reload_success_timestamp_seconds", taken_s,
	  "When the configuration in force was taken over."),
    GAUGE("alignd_overrides", overrides.count,
	  "Overrides of the operator, expired ones included."),
    GAUGE("alignd_overrides_expired", overrides.expired,
	  "Overrides that have ended and no longer apply."),
    GAUGE("alignd_overrides_ending", overrides.ending,
	  "Overrides that will end within 14 days."),
    GAUGE("alignd_overrides_next_end_timestamp_seconds", overrides.next_end_s,
	  "When the next override ends; 0 when none will."),
    ANSWERS("ok", DNS_OK),
    ANSWERS("nodata", DNS_NODATA),
    ANSWERS("nxdomain", DNS_NXDOMAIN),
    ANSWERS("temporary", DNS_TEMPORARY),
    ANSWERS("bogus", DNS_BOGUS),
    COUNTER("alignd_dns_questions_sent_total", dns.sent,
	    "Questions sent to the resolvers."),
    COUNTER("alignd_dns_questions_sent_ahead_total", dns.sent_ahead,
	    "Questions sent before a message waited for the answer."),
    COUNTER("alignd_dns_questions_joined_total", dns.joined,
	    "Questions that waited for one already on its way."),
    COUNTER("alignd_dns_questions_queued_total", dns.queued,
	    "Questions that had to wait, because too many were on their way."),
    COUNTER("alignd_dns_questions_refused_total", dns.refused,
	    "Questions that waited so, or could not even, and were not sent."),
    COUNTER("alignd_dns_cache_hits_total", dns.hits,
	    "Questions answered by the cache."),
    COUNTER("alignd_dns_cache_stale_total", dns.stale,
	    "Questions answered past the answer's TTL, since nobody else did."),
    COUNTER("alignd_dns_cache_misses_total", dns.misses,
	    "Questions that the cache could not answer."),
    ROW(EXPOSITION_COUNTER, "alignd_dns_cache_hit_age_seconds_total", "",
	dns.hit_age_ms, 1000,
	"How old the answers were that the cache gave, summed."),
    COUNTER("alignd_dns_cache_evictions_total", dns.evicted,
	    "Answers that left the cache for room, before their end."),
    GAUGE("alignd_dns_cache_entries", dns.entries,
	  "Answers in the cache, now."),
    GAUGE("alignd_dns_cache_bytes", dns.bytes,
	  "Memory that the answers in the cache take."),
    GAUGE("alignd_dns_memory_domains", memory.domains,
	  "Domains whose mail passes, and whose answers are remembered."),
    GAUGE("alignd_dns_memory_bytes", memory.bytes,
	  "Memory that these answers take."),
    COUNTER("alignd_dns_memory_given_total", memory.given,
	    "Questions answered by what is remembered, since DNS did not."),
    COUNTER("alignd_dkim_key_cache_requests_total", keys.asked,
	    "DKIM keys that were needed decoded."),
    COUNTER("alignd_dkim_key_cache_hits_total", keys.hits,
	    "DKIM keys that were at hand decoded."),
    COUNTER("alignd_store_records_committed_total", store.committed,
	    "Records that are in the store."),
    COUNTER("alignd_store_records_lost_total", store.lost,
	    "Records that the store did not take."),
    COUNTER("alignd_store_incidents_counted_total", store.counted,
	    "Incidents past the budget of their hour, counted in a row of "
	    "their network and author domain."),
    COUNTER("alignd_store_results_others_total", store.others,
	    "Results past the ceiling of distinct ones, counted with less "
	    "detail."),
    COUNTER("alignd_store_kept_bytes_total", store.kept_bytes,
	    "Bytes of the records that are in the store."),
    GAUGE("alignd_store_file_bytes", store.file_bytes,
	  "Size of the database, its log left out."),
    GAUGE("alignd_store_used_bytes", store.used_bytes,
	  "What of it is used, as of the last minute."),
    GAUGE("alignd_store_max_bytes", store.max_bytes,
	  "What may be used (store.max_size)."),
    COUNTER("alignd_store_rows_shed_total", store.shed,
	    "Rows that went before their time, or parts of them, because the "
	    "database has its size."),
    COUNTER("alignd_store_transactions_total", store.groups,
	    "Transactions that the records were committed in."),
    GAUGE("alignd_store_queue_entries", store.queued,
	  "Records that wait for the store's writer, now."),
    ROW(EXPOSITION_GAUGE, "alignd_store_queue_oldest_seconds", "",
	store.oldest_ms, 1000, "How long the first of them has waited."),
    GAUGE("alignd_store_last_error_timestamp_seconds", store.last_error_s,
	  "When the store last failed; 0: not since the start."),
    GAUGE("alignd_sightings", sightings.headers,
	  "Signed headers over other bodies that are remembered, now."),
    COUNTER("alignd_sightings_evicted_total", sightings.evicted,
	    "Of them those forgotten for room within their seven days."),
    COUNTER("alignd_paths_broken_total", store.paths_broken,
	    "Paths by which mail used to pass, when it was refused first."),
    GAUGE("alignd_fleet_segments_waiting", store.fleet_waiting,
	  "Closed hours that the fleet has not taken, as of the last minute."),
    GAUGE("alignd_fleet_waiting_timestamp_seconds", store.fleet_waiting_s,
	  "The first of them; 0: none waits."),
    COUNTER("alignd_fleet_messages_let_go_total", store.fleet_let_go_messages,
	    "Messages whose counters went before the fleet had taken them."),
    COUNTER("alignd_fleet_incidents_let_go_total", store.fleet_let_go_incidents,
	    "Incidents that went before the fleet had taken them."),
    COUNTER("alignd_fleet_erasures_let_go_total",
	    store.fleet_let_go_erasures,
	    "Erasures that the fleet was not told of in time: it has it still."),
    GAUGE("alignd_fleet_heard_timestamp_seconds", fleet.heard_s,
	  "When PostgreSQL last answered the forwarder; 0: never."),
    GAUGE("alignd_fleet_schema_mismatch", fleet.is_other_schema,
	  "1 while the forwarder meets a schema of another version."),
    GAUGE("alignd_fleet_rows_aside", fleet.aside,
	  "Rows that PostgreSQL refused and that were set aside."),
    GAUGE("alignd_fleet_overrides_refused", fleet.is_override_refused,
	  "1 while the fleet's newest overrides are not taken here."),
    GAUGE("alignd_clock_doubted", store.clock_doubted,
	  "1 when the clock disagrees with the record and nothing keeps it."),
    GAUGE("alignd_held_messages", holds.hour_messages,
	  "Messages given to the MTA's hold queue in this hour."),
    GAUGE("alignd_held_bytes", holds.hour_bytes,
	  "Their bytes, as they are counted."),
    COUNTER("alignd_held_messages_total", holds.messages,
	    "Messages given to the MTA's hold queue."),
    COUNTER("alignd_held_bytes_total", holds.bytes,
	    "Their bytes, as they are counted."),
    COUNTER("alignd_hold_full_total", holds.refused,
	    "Messages that would have been held, past a bound of the hour."),
    GAUGE("alignd_held_open_messages", waiting.held,
	  "Held messages of the last 30 days on which nobody has acted, as of "
	  "the last five minutes."),
    GAUGE("alignd_held_open_oldest_timestamp_seconds", waiting.held_oldest_s,
	  "When the first of them came; 0: there is none."),
    GAUGE("alignd_report_run_started_timestamp_seconds", waiting.run_started_s,
	  "When the last report run began; 0: there was none."),
    GAUGE("alignd_report_run_ended_timestamp_seconds", waiting.run_ended_s,
	  "When one ended last."),
    GAUGE("alignd_report_run_failed", waiting.has_run_failed,
	  "1 where that one could not do its work, else 0."),
    NOTICE(EXPOSITION_GAUGE, "alignd_notice_set", is_set,
	   "1 where somebody is told (digest.mail, alert.webhook ...)."),
    NOTICE(EXPOSITION_GAUGE, "alignd_notice_run_ended_timestamp_seconds",
	   ended_s,
	   "When alignctl digest or alert ended last; 0: never, or nobody is "
	   "told."),
    NOTICE(EXPOSITION_GAUGE, "alignd_notice_run_failed", has_failed,
	   "1 where somebody could not be told then, else 0."),
    NOTICE(EXPOSITION_COUNTER, "alignd_notice_told_total", told,
	   "Facts that were told."),
    ROW(EXPOSITION_COUNTER, "process_cpu_seconds_total", "", process.cpu_us,
	1000000, "Processor time, user and system."),
    GAUGE("process_resident_memory_bytes", process.resident_bytes,
	  "Resident memory."),
    GAUGE("process_open_fds", process.open_files, "Open file descriptors."),
    GAUGE("process_max_fds", process.max_files,
	  "How many file descriptors may be open."),
    GAUGE("process_threads", process.threads, "Threads."),
    GAUGE("process_start_time_seconds", started_s,
	  "When the process started, since 1970."),
};

static void add_figures(struct strbuf *page, const struct figures *figures)
{
	const char *name = "";

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct figure_row *row = &rows[i];
		const char *at = (const char *)figures + row->offset;
		uint64_t value;

		memcpy(&value, at, sizeof value);
		if (strcmp(name, row->name) != 0)
			exposition_head(page, row->name, row->type, row->help);
		exposition_sample(page, row->name, row->labels, value,
				  row->per_unit);
		name = row->name;
	}
	exposition_histogram(page, "alignd_dns_round_trip_seconds",
			     "From sending a question to its answer, failures "
			     "and timeouts included.",
			     &figures->dns.round_trip);
}

/* --- the page ------------------------------------------------------------- */

char *metrics_page(TALLOC_CTX *mem, struct service *service, int64_t now_s)
{
	struct figures figures;
	struct strbuf page;

	read_figures(service, now_s, &figures);
	strbuf_init(&page, mem, PAGE_BYTES_MAX);
	add_build(&page);
	add_verdicts(&page);
	add_counters(&page);
	add_timings(&page);
	add_figures(&page, &figures);
	assert(!strbuf_is_full(&page));
	return strbuf_text(&page);
}
