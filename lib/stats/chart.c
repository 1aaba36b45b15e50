/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chart.c - columns over time as a figure of a page
 *
 * The drawing has a fixed width of its own and is scaled to its card; the
 * style sheet makes its letters larger where that shrinks it.
 */
#include "lib/stats/chart.h"

#include <inttypes.h>

#include "lib/stats/html_text.h"
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

static int64_t column_sum(const struct chart *chart, size_t column)
{
	int64_t sum = 0;

	for (size_t i = 0; i < chart->layers; i++)
		sum += chart->layer[i].values[column];
	return sum;
}

static int64_t highest(const struct chart *chart)
{
	int64_t most = 0;

	for (size_t i = 0; i < chart->columns; i++) {
		int64_t sum = column_sum(chart, i);
		most = sum > most ? sum : most;
	}
	return most;
}

/* "5,000", or "5 k" on an axis that reaches ten thousands; or percent. */
static const char *tick_text(TALLOC_CTX *mem, const struct chart *chart,
			     int64_t value, int64_t top)
{
	if (chart->is_share)
		return mem_printf(mem, "%.3g %%", (double)value / 1000);
	if (top >= 1000000)
		return mem_printf(mem, "%.4g M", (double)value / 1000000);
	if (top >= 10000)
		return mem_printf(mem, "%.4g k", (double)value / 1000);
	return stats_count(mem, value);
}

static const char *value_text(TALLOC_CTX *mem, const struct chart *chart,
			      int64_t value)
{
	return chart->is_share ? stats_share(mem, value, 100000)
			       : stats_count(mem, value);
}

/* --- the drawing --- */

/* Where things stand: columns from left to right, values from the bottom. */
struct scale {
	int64_t top; /* the value at TOP */
	double pitch;
	double width; /* of a column */
};

static struct scale scale_for(const struct chart *chart, int64_t tick)
{
	double pitch = (RIGHT - LEFT) / (double)chart->columns;
	double width = pitch * (1 - GAP);

	return (struct scale){
	    .top = (highest(chart) + tick - 1) / tick * tick,
	    .pitch = pitch,
	    .width = width < COLUMN_MAX ? width : COLUMN_MAX,
	};
}

static double height_of(const struct scale *scale, int64_t value)
{
	double height = (BOTTOM - TOP) * (double)value / (double)scale->top;

	return value > 0 && height < LAYER_MIN ? LAYER_MIN : height;
}

static void write_ticks(TALLOC_CTX *mem, const struct chart *chart,
			const struct scale *scale, int64_t tick,
			struct strbuf *page)
{
	for (int64_t value = 0; value <= scale->top; value += tick) {
		double y = BOTTOM -
			   (BOTTOM - TOP) * (double)value / (double)scale->top;
		strbuf_printf(page,
			      "<path class=\"%s\" d=\"M%.0f %.1fH%.0f\"/>"
			      "<text x=\"%.0f\" y=\"%.1f\" "
			      "text-anchor=\"end\">%s</text>\n",
			      value == 0 ? "base" : "rule", LEFT, y, RIGHT,
			      LEFT - 6, y + 4.5,
			      value == 0
				  ? "0"
				  : tick_text(mem, chart, value, scale->top));
	}
}

static double column_x(const struct scale *scale, size_t column)
{
	return LEFT + ((double)column + 0.5) * scale->pitch - scale->width / 2;
}

/* How high the layers below reach in that column. */
static double height_below(const struct chart *chart, const struct scale *scale,
			   size_t layer, size_t column)
{
	double height = 0;

	for (size_t i = 0; i < layer; i++)
		height += height_of(scale, chart->layer[i].values[column]);
	return height;
}

/* One path for all columns of a layer. */
static void write_layer(const struct chart *chart, const struct scale *scale,
			size_t layer, struct strbuf *page)
{
	const struct chart_layer *drawn = &chart->layer[layer];

	if (drawn->sum == 0)
		return;
	strbuf_printf(page, "<path class=\"f-%s\" d=\"", drawn->fill);
	for (size_t i = 0; i < chart->columns; i++) {
		if (drawn->values[i] <= 0)
			continue;
		strbuf_printf(
		    page, "M%.1f %.1fh%.1fv%.1fh-%.1fz", column_x(scale, i),
		    BOTTOM - height_below(chart, scale, layer, i), scale->width,
		    -height_of(scale, drawn->values[i]), scale->width);
	}
	strbuf_add_text(page, "\"/>\n");
}

/* What a pointer that rests on a column is told. */
static void write_hover(TALLOC_CTX *mem, const struct chart *chart,
			const struct scale *scale, size_t column,
			struct strbuf *page)
{
	strbuf_printf(page,
		      "<rect class=\"hover\" x=\"%.1f\" y=\"%.0f\" "
		      "width=\"%.1f\" height=\"%.0f\"><title>%s",
		      LEFT + (double)column * scale->pitch, TOP, scale->pitch,
		      BOTTOM - TOP, chart->labels[column]);
	for (size_t i = chart->layers; i-- > 0;)
		strbuf_printf(
		    page, "\n%s: %s", chart->layer[i].label,
		    value_text(mem, chart, chart->layer[i].values[column]));
	strbuf_add_text(page, "</title></rect>\n");
}

static void write_date(const struct chart *chart, size_t column, double x,
		       const char *anchor, struct strbuf *page)
{
	strbuf_printf(
	    page, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", x,
	    DATES_Y, anchor, chart->labels[column]);
}

static void write_dates(const struct chart *chart, const struct scale *scale,
			struct strbuf *page)
{
	size_t last = chart->columns - 1;
	/* "2026-05-01 14:00" is too long to stand there three times. */
	bool has_middle =
	    chart->columns >= MIDDLE_FROM && chart->step[0] != 'h';

	write_date(chart, 0, LEFT, "start", page);
	if (has_middle)
		write_date(chart, last / 2,
			   column_x(scale, last / 2) + scale->width / 2,
			   "middle", page);
	if (last > 0)
		write_date(chart, last, RIGHT, "end", page);
}

/* In units, or for shares in thousandths of a percent from 0.1 % up. */
static int64_t tick_for(const struct chart *chart)
{
	int64_t most = highest(chart);

	return chart->is_share && most < 100 ? 100 : stats_tick(most, TICKS);
}

static void write_drawing(const struct chart *chart, struct strbuf *page)
{
	TALLOC_CTX *mem = mem_context(NULL);
	int64_t tick = tick_for(chart);
	struct scale scale = scale_for(chart, tick);

	strbuf_printf(page,
		      "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\" "
		      "aria-labelledby=\"%s-t %s-d\">\n"
		      "<title id=\"%s-t\">%s</title>\n"
		      "<desc id=\"%s-d\">Columns per %s from %s to %s; the "
		      "table below has the figures.</desc>\n",
		      WIDTH, HEIGHT, chart->id, chart->id, chart->id,
		      chart->title, chart->id, chart->step, chart->labels[0],
		      chart->labels[chart->columns - 1]);
	write_ticks(mem, chart, &scale, tick, page);
	for (size_t i = 0; i < chart->layers; i++)
		write_layer(chart, &scale, i, page);
	for (size_t i = 0; i < chart->columns; i++)
		write_hover(mem, chart, &scale, i, page);
	write_dates(chart, &scale, page);
	strbuf_add_text(page, "</svg>\n");
	mem_free(mem);
}

/* --- around it --- */

static void write_legend(const struct chart *chart, struct strbuf *page)
{
	TALLOC_CTX *mem = mem_context(NULL);

	strbuf_add_text(page, "<ul class=\"legend\">\n");
	for (size_t i = 0; i < chart->layers; i++) {
		const struct chart_layer *layer = &chart->layer[i];
		if (layer->sum == 0)
			continue;
		strbuf_printf(page,
			      "<li><svg viewBox=\"0 0 14 14\" "
			      "aria-hidden=\"true\"><rect class=\"f-%s\" "
			      "width=\"14\" height=\"14\"/></svg>%s <b>%s</b> "
			      "<span class=\"soft\">",
			      layer->fill, layer->label,
			      stats_count(mem, layer->sum));
		html_add_text(page,
			      stats_share(mem, layer->sum, layer->sum_of));
		strbuf_add_text(page, "</span></li>\n");
	}
	strbuf_add_text(page, "</ul>\n");
	mem_free(mem);
}

static void write_table(const struct chart *chart, struct strbuf *page)
{
	TALLOC_CTX *mem = mem_context(NULL);

	strbuf_printf(page,
		      "<details><summary>Figures per %s</summary>\n"
		      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		      "aria-label=\"%s, per %s\"><table>\n<thead><tr>"
		      "<th scope=\"col\">%s (UTC)</th>",
		      chart->step, chart->title, chart->step, chart->step);
	for (size_t i = 0; i < chart->layers; i++)
		strbuf_printf(page, "<th scope=\"col\">%s</th>",
			      chart->layer[i].label);
	strbuf_add_text(page, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < chart->columns; i++) {
		strbuf_printf(page, "<tr><th scope=\"row\">%s</th>",
			      chart->labels[i]);
		for (size_t j = 0; j < chart->layers; j++) {
			strbuf_add_text(page, "<td>");
			html_add_text(
			    page,
			    value_text(mem, chart, chart->layer[j].values[i]));
			strbuf_add_text(page, "</td>");
		}
		strbuf_add_text(page, "</tr>\n");
	}
	strbuf_add_text(page, "</tbody></table></div></details>\n");
	mem_free(mem);
}

void chart_write(const struct chart *chart, struct strbuf *page)
{
	strbuf_printf(page,
		      "<figure class=\"card\"><figcaption><h3>%s</h3>"
		      "<p>%s</p></figcaption>\n",
		      chart->title, chart->words);
	if (chart->columns == 0 || highest(chart) == 0) {
		strbuf_printf(page, "<p class=\"empty\">%s</p></figure>\n",
			      chart->empty);
		return;
	}
	write_legend(chart, page);
	write_drawing(chart, page);
	write_table(chart, page);
	strbuf_add_text(page, "</figure>\n");
}
