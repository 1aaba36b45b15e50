/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show.c - what a command says of one thing
 */
#include "lib/show/show.h"

#include "lib/show/people.h"

/* Below the show it is part of, which it shares people's items with. */
static struct show *new_part(struct show *whole, struct json *json)
{
	struct show *part = mem_new(whole, struct show);

	part->json = json;
	part->people = whole->people;
	return part;
}

struct show *show_new(TALLOC_CTX *mem)
{
	struct show *show = mem_new(mem, struct show);

	show->json = json_new_object(show);
	show->people = mem_new(show, struct show_items);
	return show;
}

static void add_item(struct show *show, struct show_item item)
{
	struct show_items *people = show->people;

	if (people == NULL)
		return;
	if (item.label != NULL)
		item.label = mem_strdup(people, item.label);
	if (item.text != NULL)
		item.text = mem_strdup(people, item.text);
	people->items = mem_resize(people, people->items, struct show_item,
				   people->count + 1);
	people->items[people->count++] = item;
}

void show_put(struct show *show, const char *key, const char *label,
	      struct value value)
{
	TALLOC_CTX *mem = mem_context(NULL);

	if (key != NULL)
		value_put(show->json, key, value);
	if (label != NULL && !value_is_silent(value))
		add_item(show, (struct show_item){
				   .kind = SHOW_MEMBER,
				   .label = label,
				   .text = value_shown(mem, value),
			       });
	mem_free(mem);
}

void show_data(struct show *show, const char *key, struct value value)
{
	value_put(show->json, key, value);
}

/* --- for people alone --- */

void show_line(struct show *show, const char *format, ...)
{
	TALLOC_CTX *mem = mem_context(NULL);
	va_list args;

	va_start(args, format);
	add_item(show,
		 (struct show_item){.kind = SHOW_LINE,
				    .text = mem_vprintf(mem, format, args)});
	va_end(args);
	mem_free(mem);
}

void show_member(struct show *show, const char *label, const char *format, ...)
{
	TALLOC_CTX *mem = mem_context(NULL);
	va_list args;

	va_start(args, format);
	add_item(show,
		 (struct show_item){.kind = SHOW_MEMBER,
				    .label = label,
				    .text = mem_vprintf(mem, format, args)});
	va_end(args);
	mem_free(mem);
}

void show_space(struct show *show)
{
	add_item(show, (struct show_item){.kind = SHOW_LINE, .text = ""});
}

void show_sentence(struct show *show, int column, const char *text)
{
	add_item(show, (struct show_item){.kind = SHOW_SENTENCE,
					  .column = column,
					  .text = text});
}

/* --- parts --- */

struct table *show_table(struct show *show, const char *key,
			 const char *heading,
			 const struct table_column *columns)
{
	struct table *table = table_new(show, columns);

	if (key != NULL)
		json_put(show->json, key, table_json(table));
	add_item(show, (struct show_item){.kind = SHOW_TABLE,
					  .text = heading,
					  .table = table});
	return table;
}

struct show *show_object(struct show *show, const char *key)
{
	struct show *object = new_part(show, json_new_object(show));

	json_put(show->json, key, object->json);
	return object;
}

struct show *show_list(struct show *show, const char *key)
{
	struct show *list = new_part(show, json_new_array(show));

	json_put(show->json, key, list->json);
	return list;
}

struct show *show_add(struct show *list)
{
	struct show *object = new_part(list, json_new_object(list));

	json_add(list->json, object->json);
	return object;
}

struct show *show_quiet(struct show *show)
{
	struct show *quiet = new_part(show, show->json);

	quiet->people = NULL;
	return quiet;
}

struct show *show_apart(struct show *show)
{
	struct show *apart = new_part(show, show->json);

	if (show->people != NULL)
		apart->people = mem_new(show, struct show_items);
	return apart;
}

void show_join(struct show *show, const struct show *apart)
{
	for (size_t i = 0; apart->people != NULL && i < apart->people->count;
	     i++)
		add_item(show, apart->people->items[i]);
}

/* --- writing --- */

static void write_table(FILE *file, const struct show_item *item)
{
	if (table_rows(item->table) == 0)
		return;
	(void)fprintf(file, "\n");
	if (item->text != NULL)
		people_line(file, item->text);
	table_write(file, item->table);
}

static void write_item(FILE *file, const struct show_item *item)
{
	switch (item->kind) {
	case SHOW_LINE:
		people_line(file, item->text);
		return;
	case SHOW_MEMBER:
		people_member(file, item->label, item->text);
		return;
	case SHOW_SENTENCE:
		people_sentence(file, item->column, item->text);
		return;
	case SHOW_TABLE:
		write_table(file, item);
		return;
	}
}

void show_write(FILE *file, enum show_form form, const struct show *show)
{
	TALLOC_CTX *mem = mem_context(NULL);

	if (form == SHOW_JSON)
		(void)fprintf(file, "%s\n", json_text(mem, show->json));
	for (size_t i = 0; form == SHOW_TEXT && i < show->people->count; i++)
		write_item(file, &show->people->items[i]);
	mem_free(mem);
}
