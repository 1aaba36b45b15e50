/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.c - the daemon's log; the only place that writes it
 *
 * One lock keeps lines whole and lets a reload change the target while other
 * threads write.
 * Tested by test_wire_life.
 */
#include "milter/log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <syslog.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "milter/log_json.h"
#include "milter/manager.h"

#define LINE_MAX_BYTES 2048
#define TOLD_AGAIN_MS 60000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct log_settings current = {
    .target = LOG_TARGET_STDERR,
    .format = LOG_FORMAT_TEXT,
};

static const struct {
	int priority;
	const char *word;
} levels[] = {
    [LOG_LEVEL_ERROR] = {LOG_ERR, "error"},
    [LOG_LEVEL_WARNING] = {LOG_WARNING, "warning"},
    [LOG_LEVEL_INFO] = {LOG_INFO, "info"},
};

/* libmilter writes to syslog whatever our target is. */
void log_open(const struct log_settings *settings)
{
	(void)pthread_mutex_lock(&lock);
	current = *settings;
	openlog("alignd", LOG_PID | LOG_NDELAY, current.facility);
	(void)pthread_mutex_unlock(&lock);
}

void log_show_libmilter(bool is_shown)
{
	(void)pthread_mutex_lock(&lock);
	openlog("alignd", LOG_PID | LOG_NDELAY | (is_shown ? LOG_PERROR : 0),
		current.facility);
	(void)pthread_mutex_unlock(&lock);
}

static enum log_format format_now(void)
{
	(void)pthread_mutex_lock(&lock);
	enum log_format format = (enum log_format)current.format;
	(void)pthread_mutex_unlock(&lock);
	return format;
}

static void write_line(enum log_level level, enum log_format format,
		       const char *line)
{
	char stamp[MANAGER_STAMP];

	(void)pthread_mutex_lock(&lock);
	switch ((enum log_target)current.target) {
	case LOG_TARGET_SYSLOG:
		syslog(levels[level].priority, "%s", line);
		break;
	case LOG_TARGET_JOURNAL:
		manager_journal(levels[level].priority, line);
		break;
	case LOG_TARGET_STDERR:
		/* who collects objects wants nothing before them */
		if (format == LOG_FORMAT_JSON) {
			(void)fprintf(stderr, "%s\n", line);
			break;
		}
		(void)fprintf(stderr, "%salignd: %s\n", manager_stamp(stamp),
			      line);
		break;
	}
	(void)pthread_mutex_unlock(&lock);
}

/* The level is syslog's business elsewhere; on standard error it is a word. */
static const char *text_line(TALLOC_CTX *mem, enum log_level level,
			     const char *words)
{
	if (level == LOG_LEVEL_INFO)
		return words;
	return mem_printf(mem, "%s: %s", levels[level].word, words);
}

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void log_write(enum log_level level, const char *format, ...)
{
	TALLOC_CTX *mem = mem_context(NULL);
	va_list args;

	va_start(args, format);
	char *words = mem_vprintf(mem, format, args);
	va_end(args);
	/* Words of libraries and of configuration files may hold line ends. */
	words = text_escape(mem, span_of(words), LINE_MAX_BYTES, true);
	enum log_format as = format_now();
	write_line(
	    level, as,
	    as == LOG_FORMAT_JSON
		? log_json_words(mem, levels[level].word, words, now_ms())
		: text_line(mem, level, words));
	mem_free(mem);
}

void log_verdict(TALLOC_CTX *mem, const struct verdict *verdict,
		 const char *queue_id)
{
	enum log_format as = format_now();

	write_line(LOG_LEVEL_INFO, as,
		   as == LOG_FORMAT_JSON
		       ? log_json_verdict(mem, verdict, queue_id, now_ms())
		       : verdict_log_line(mem, verdict, queue_id));
}

bool log_is_due(struct log_limit *limit)
{
	int64_t now_ms = clock_monotonic_ms(clock_system());
	int64_t next_ms = atomic_load(&limit->next_ms);

	return now_ms >= next_ms &&
	       atomic_compare_exchange_strong(&limit->next_ms, &next_ms,
					      now_ms + TOLD_AGAIN_MS);
}
