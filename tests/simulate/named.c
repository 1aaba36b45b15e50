/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * named.c - overrides as a person writes them who knows the senders
 */
#include "tests/simulate/named.h"

#include "tests/simulate/plan.h"

#define FILE_MAX (1024 * 1024)

static void add_section(struct strbuf *file, const char *name,
			const char *scope, const char *action)
{
	strbuf_printf(file,
		      "override \"%s\" {\n%s\taction = %s\n"
		      "\towner = \"postmaster@" OWN_DOMAIN "\"\n"
		      "\twhy = \"known to us\"\n\tpermanent = yes\n}\n",
		      name, scope, action);
}

static void add_lists(struct strbuf *file, const struct world *world,
		      const char *action)
{
	for (unsigned i = 0; i < WORLD_LISTS; i++) {
		const char *name = world->lists[i].name;
		add_section(file, name,
			    mem_printf(file->mem, "\tdkim = {\"%s\"}\n", name),
			    action);
	}
}

static const char *addresses_of(TALLOC_CTX *mem,
				const struct provider *provider)
{
	char text[WORLD_ADDRESS];
	struct strbuf list;

	strbuf_init(&list, mem, FILE_MAX);
	for (unsigned i = 0; i < provider->network_count * 4; i++) {
		bool is_ipv6 = provider->has_ipv6 && i / 4 == 1;
		strbuf_printf(&list, "%s\"%s\"", i == 0 ? "" : ", ",
			      world_address(provider->networks[i / 4],
					    FIRST_HOST + i % 4, is_ipv6, text));
	}
	return strbuf_text(&list);
}

static void add_forwarders(struct strbuf *file, const struct world *world,
			   const char *action)
{
	for (unsigned i = 0; i < WORLD_FORWARDERS; i++) {
		const struct provider *forwarder = &world->forwarders[i];
		const char *scope;
		if (forwarder->has_name)
			scope = mem_printf(file->mem, "\thost = {\"%s\"}\n",
					   forwarder->name);
		else if (world_forwarder_kind(i) != FORWARDER_PLAIN)
			scope = mem_printf(file->mem, "\tspf = {\"%s\"}\n",
					   forwarder->name);
		else
			scope = mem_printf(file->mem, "\tnetwork = {%s}\n",
					   addresses_of(file->mem, forwarder));
		add_section(file, forwarder->name, scope, action);
	}
}

static void add_services(struct strbuf *file, const struct world *world,
			 const char *action)
{
	for (unsigned i = 0; i < world->domain_count; i++) {
		const struct domain *domain = &world->domains[i];
		const char *sender = world->senders[domain->provider].name;
		if (!domain_has_service(world, domain))
			continue;
		add_section(file, mem_printf(file->mem, "%s", domain->name),
			    mem_printf(file->mem,
				       "\tdkim = {\"%s\"}\n\tfrom = {\"%s\"}\n",
				       sender, domain->name),
			    action);
	}
}

static const char *
write(TALLOC_CTX *mem, const struct world *world, const char *action,
      void (*add)(struct strbuf *, const struct world *, const char *))
{
	struct strbuf file;

	strbuf_init(&file, mem, FILE_MAX);
	add(&file, world, action);
	return strbuf_text(&file);
}

static void add_all(struct strbuf *file, const struct world *world,
		    const char *action)
{
	add_lists(file, world, action);
	add_forwarders(file, world, action);
	add_services(file, world, action);
}

const char *named_lists(TALLOC_CTX *mem, const struct world *world)
{
	return write(mem, world, "accept", add_lists);
}

const char *named_forwarders(TALLOC_CTX *mem, const struct world *world)
{
	return write(mem, world, "accept", add_forwarders);
}

const char *named_services(TALLOC_CTX *mem, const struct world *world)
{
	return write(mem, world, "accept", add_services);
}

const char *named_all_held(TALLOC_CTX *mem, const struct world *world)
{
	return write(mem, world, "quarantine", add_all);
}

static const char *write_recipient(TALLOC_CTX *mem, const char *address)
{
	struct strbuf file;

	strbuf_init(&file, mem, FILE_MAX);
	add_section(
	    &file, address,
	    mem_printf(mem, "\trcpt = {\"%s\"}\n\tunsafe = yes\n", address),
	    "accept");
	return strbuf_text(&file);
}

const char *named_archive(TALLOC_CTX *mem, const struct world *world)
{
	(void)world;
	return write_recipient(mem, RECIPIENT_ARCHIVE);
}

const char *named_staff(TALLOC_CTX *mem, const struct world *world)
{
	(void)world;
	return write_recipient(mem, RECIPIENT_STAFF);
}
