/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chart.c - columns over time, as figures of a page
 *
 * The drawing has a fixed width of its own and is scaled to its card; the
 * style sheet makes its letters larger where that shrinks it.
 */
#include "lib/stats/chart.h"

#include "lib/stats/html.h"
#include "lib/stats/number.h"

#define WIDTH 440
#define HEIGHT 204
#define LEFT 52.0 /* "5,000" and "500 k" */
#define RIGHT 438.0
#define TOP 14.0
#define BOTTOM 174.0
#define DATES_Y 196
#define TICKS 4
#define GAP 0.2 /* of a column's width */
#define COLUMN_MAX 26.0
#define LAYER_MIN 1.5 /* what is not nothing can be seen */
#define MIDDLE_FROM 9 /* columns; with fewer the dates would touch */
#define LAYERS_MAX 5

/* Which counter, and how it looks. */
struct layer {
	const char *label; /* NULL: there is none */
	const char *fill;  /* "pass": class f-pass of the style sheet */
	enum stats_dimension_id dimension;
	int place;
};

struct chart {
	const char *id; /* unique in the page; letters */
	const char *title;
	const char *words; /* one sentence below the title */
	const char *empty; /* said where there is nothing to draw */
	bool is_share;	   /* of all messages; values are then thousandths of a
			      percent */
	struct layer layers[LAYERS_MAX]; /* the first one at the bottom */
};

static const struct chart charts[] = {
    {.id = "result",
     .title = "Result",
     .words = "What DMARC said of each message.",
     .empty = "No messages in this period.",
     .layers = {{"passed", "pass", STATS_RESULT, DMARC_RESULT_PASS},
		{"no policy", "none", STATS_RESULT, DMARC_RESULT_NONE},
		{"failed", "fail", STATS_RESULT, DMARC_RESULT_FAIL},
		{"DNS did not answer", "temp", STATS_RESULT,
		 DMARC_RESULT_TEMPERROR},
		{"unreadable", "perm", STATS_RESULT, DMARC_RESULT_PERMERROR}}},
    {.id = "applied",
     .title = "What was done",
     .words = "All mail that was not simply let in, and what failed and was "
	      "let in all the same.",
     .empty = "All mail passed and was let in.",
     .layers = {{"refused", "reject", STATS_APPLIED, DISPOSITION_REJECT},
		{"quarantined", "quarantine", STATS_APPLIED,
		 DISPOSITION_QUARANTINE},
		{"tagged", "tag", STATS_APPLIED, DISPOSITION_TAG},
		{"deferred", "temp", STATS_APPLIED, DISPOSITION_TEMPFAIL},
		{"failed, let in", "let", STATS_FAILED, DISPOSITION_NONE}}},
    {.id = "policy",
     .title = "Published policy",
     .words = "What the authors\xe2\x80\x99 domains ask for, whatever the "
	      "result.",
     .empty = "No messages in this period.",
     .layers = {{"reject", "p3", STATS_POLICY, REQUEST_REJECT},
		{"quarantine", "p2", STATS_POLICY, REQUEST_QUARANTINE},
		{"none", "p1", STATS_POLICY, REQUEST_NONE},
		{"no policy", "none", STATS_POLICY, REQUEST_ABSENT}}},
    {.id = "temperror",
     .title = "DNS trouble",
     .words = "Share of messages that could not be judged (temperror).",
     .empty = "DNS answered for every message.",
     .is_share = true,
     .layers = {{"DNS did not answer", "temp", STATS_RESULT,
		 DMARC_RESULT_TEMPERROR}}},
};

#define CHARTS (sizeof charts / sizeof charts[0])

/* A chart on its way into the page. */
struct drawing {
	const struct chart *chart;
	const struct stats_rows *columns;
	const struct stats_tally *all;
	struct strbuf *page;
	size_t layers;
	int64_t tick;
	int64_t top;  /* the value at TOP */
	double pitch; /* from column to column */
	double width; /* of a column */
};

static int64_t count_of(const struct layer *layer,
			const struct stats_tally *tally)
{
	return tally->by[layer->dimension][layer->place];
}

static int64_t value_at(const struct drawing *drawing, size_t layer,
			size_t column)
{
	const struct stats_tally *tally =
	    &drawing->columns->items[column].tally;
	int64_t count = count_of(&drawing->chart->layers[layer], tally);

	return drawing->chart->is_share
		   ? stats_share_millis(count, tally->messages)
		   : count;
}

static const char *value_text(const struct drawing *drawing, size_t layer,
			      size_t column)
{
	int64_t value = value_at(drawing, layer, column);

	return drawing->chart->is_share
		   ? stats_share(drawing->page->mem, value, 100000)
		   : stats_count(drawing->page->mem, value);
}

/* "5,000", or "5 k" on an axis that reaches ten thousands; or percent. */
static const char *tick_text(const struct drawing *drawing, int64_t value)
{
	TALLOC_CTX *mem = drawing->page->mem;

	if (value == 0)
		return "0";
	if (drawing->chart->is_share)
		return mem_printf(mem, "%.3g %%", (double)value / 1000);
	if (drawing->top >= 1000000)
		return mem_printf(mem, "%.4g M", (double)value / 1000000);
	if (drawing->top >= 10000)
		return mem_printf(mem, "%.4g k", (double)value / 1000);
	return stats_count(mem, value);
}

/* Where things stand: columns from left to right, values from the bottom.
 * False where there is nothing to draw. */
static bool make_scale(struct drawing *drawing)
{
	size_t count = drawing->columns->count;
	int64_t most = 0;

	while (drawing->layers < LAYERS_MAX &&
	       drawing->chart->layers[drawing->layers].label != NULL)
		drawing->layers++;
	for (size_t i = 0; i < count; i++) {
		int64_t sum = 0;
		for (size_t j = 0; j < drawing->layers; j++)
			sum += value_at(drawing, j, i);
		most = sum > most ? sum : most;
	}
	if (most == 0)
		return false;
	/* Of shares from 0.1 % up. */
	drawing->tick = drawing->chart->is_share && most < 100
			    ? 100
			    : stats_tick(most, TICKS);
	drawing->top =
	    (most + drawing->tick - 1) / drawing->tick * drawing->tick;
	drawing->pitch = (RIGHT - LEFT) / (double)count;
	drawing->width = drawing->pitch * (1 - GAP);
	if (drawing->width > COLUMN_MAX)
		drawing->width = COLUMN_MAX;
	return true;
}

static double height_of(const struct drawing *drawing, int64_t value)
{
	return (BOTTOM - TOP) * (double)value / (double)drawing->top;
}

static double column_x(const struct drawing *drawing, size_t column)
{
	return LEFT + ((double)column + 0.5) * drawing->pitch -
	       drawing->width / 2;
}

static void write_ticks(const struct drawing *drawing)
{
	for (int64_t value = 0; value <= drawing->top; value += drawing->tick) {
		double y = BOTTOM - height_of(drawing, value);
		strbuf_printf(drawing->page,
			      "<path class=\"%s\" d=\"M%.0f %.1fH%.0f\"/>"
			      "<text x=\"%.0f\" y=\"%.1f\" "
			      "text-anchor=\"end\">%s</text>\n",
			      value == 0 ? "base" : "rule", LEFT, y, RIGHT,
			      LEFT - 6, y + 4.5, tick_text(drawing, value));
	}
}

/* How high that layer is in the column. */
static double layer_height(const struct drawing *drawing, size_t layer,
			   size_t column)
{
	int64_t value = value_at(drawing, layer, column);
	double height = height_of(drawing, value);

	return value > 0 && height < LAYER_MIN ? LAYER_MIN : height;
}

/* One path for all columns of a layer. */
static void write_layer(const struct drawing *drawing, size_t layer)
{
	struct strbuf *page = drawing->page;

	strbuf_printf(page, "<path class=\"f-%s\" d=\"",
		      drawing->chart->layers[layer].fill);
	for (size_t i = 0; i < drawing->columns->count; i++) {
		double height = layer_height(drawing, layer, i);
		double below = 0;
		if (height <= 0)
			continue;
		for (size_t j = 0; j < layer; j++)
			below += layer_height(drawing, j, i);
		strbuf_printf(page, "M%.1f %.1fh%.1fv%.1fh-%.1fz",
			      column_x(drawing, i), BOTTOM - below,
			      drawing->width, -height, drawing->width);
	}
	strbuf_add_text(page, "\"/>\n");
}

/* What a pointer that rests on a column is told. */
static void write_hover(const struct drawing *drawing, size_t column)
{
	struct strbuf *page = drawing->page;

	strbuf_printf(page,
		      "<rect class=\"hover\" x=\"%.1f\" y=\"%.0f\" "
		      "width=\"%.1f\" height=\"%.0f\"><title>%s",
		      LEFT + (double)column * drawing->pitch, TOP,
		      drawing->pitch, BOTTOM - TOP,
		      drawing->columns->items[column].name);
	for (size_t i = drawing->layers; i-- > 0;)
		strbuf_printf(page, "\n%s: %s", drawing->chart->layers[i].label,
			      value_text(drawing, i, column));
	strbuf_add_text(page, "</title></rect>\n");
}

static void write_date(const struct drawing *drawing, size_t column, double x,
		       const char *anchor)
{
	strbuf_printf(drawing->page,
		      "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s"
		      "</text>\n",
		      x, DATES_Y, anchor, drawing->columns->items[column].name);
}

static void write_dates(const struct drawing *drawing)
{
	size_t last = drawing->columns->count - 1;

	write_date(drawing, 0, LEFT, "start");
	/* "2026-05-01 14:00" is too long to stand there three times. */
	if (last + 1 >= MIDDLE_FROM && drawing->columns->by->step != STATS_HOUR)
		write_date(drawing, last / 2,
			   column_x(drawing, last / 2) + drawing->width / 2,
			   "middle");
	if (last > 0)
		write_date(drawing, last, RIGHT, "end");
}

static void write_plot(const struct drawing *drawing)
{
	const struct chart *chart = drawing->chart;
	const struct stats_rows *columns = drawing->columns;

	strbuf_printf(drawing->page,
		      "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\" "
		      "aria-labelledby=\"%s-t %s-d\">\n"
		      "<title id=\"%s-t\">%s</title>\n"
		      "<desc id=\"%s-d\">Columns per %s from %s to %s; the "
		      "table below has the figures.</desc>\n",
		      WIDTH, HEIGHT, chart->id, chart->id, chart->id,
		      chart->title, chart->id, columns->by->word,
		      columns->items[0].name,
		      columns->items[columns->count - 1].name);
	write_ticks(drawing);
	for (size_t i = 0; i < drawing->layers; i++) {
		if (count_of(&chart->layers[i], drawing->all) > 0)
			write_layer(drawing, i);
	}
	for (size_t i = 0; i < columns->count; i++)
		write_hover(drawing, i);
	write_dates(drawing);
	strbuf_add_text(drawing->page, "</svg>\n");
}

static void write_legend(const struct drawing *drawing)
{
	struct strbuf *page = drawing->page;
	int64_t messages = drawing->all->messages;

	strbuf_add_text(page, "<ul class=\"legend\">\n");
	for (size_t i = 0; i < drawing->layers; i++) {
		const struct layer *layer = &drawing->chart->layers[i];
		int64_t sum = count_of(layer, drawing->all);
		if (sum > 0)
			HTML(page,
			     "<li><svg viewBox=\"0 0 14 14\" "
			     "aria-hidden=\"true\"><rect class=\"f-{}\" "
			     "width=\"14\" height=\"14\"/></svg>{} <b>{}</b> "
			     "<span class=\"soft\">{}</span></li>\n",
			     layer->fill, layer->label,
			     stats_count(page->mem, sum),
			     stats_share(page->mem, sum, messages));
	}
	strbuf_add_text(page, "</ul>\n");
}

static void write_table(const struct drawing *drawing)
{
	const struct stats_rows *columns = drawing->columns;
	const char *step = columns->by->word;
	struct strbuf *page = drawing->page;

	HTML(page,
	     "<details><summary>Figures per {}</summary>\n"
	     "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
	     "aria-label=\"{}, per {}\"><table>\n<thead><tr>"
	     "<th scope=\"col\">{} (UTC)</th>",
	     step, drawing->chart->title, step, step);
	for (size_t i = 0; i < drawing->layers; i++)
		HTML(page, "<th scope=\"col\">{}</th>",
		     drawing->chart->layers[i].label);
	strbuf_add_text(page, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < columns->count; i++) {
		HTML(page, "<tr><th scope=\"row\">{}</th>",
		     columns->items[i].name);
		for (size_t j = 0; j < drawing->layers; j++)
			HTML(page, "<td>{}</td>", value_text(drawing, j, i));
		strbuf_add_text(page, "</tr>\n");
	}
	strbuf_add_text(page, "</tbody></table></div></details>\n");
}

void stats_write_charts(const struct stats_report *report, struct strbuf *page)
{
	struct stats_rows columns = stats_report_time(page->mem, report);

	for (size_t i = 0; i < CHARTS; i++) {
		struct drawing drawing = {.chart = &charts[i],
					  .columns = &columns,
					  .all = &report->stats->total,
					  .page = page};
		strbuf_printf(page,
			      "<figure class=\"card\"><figcaption><h3>%s</h3>"
			      "<p>%s</p></figcaption>\n",
			      charts[i].title, charts[i].words);
		if (make_scale(&drawing)) {
			write_legend(&drawing);
			write_plot(&drawing);
			write_table(&drawing);
		} else {
			strbuf_printf(page, "<p class=\"empty\">%s</p>",
				      charts[i].empty);
		}
		strbuf_add_text(page, "</figure>\n");
	}
}
