#include "directory/provider.h"

#include <string.h>

#include "directory/export.h"
#include "http/text.h"
#include "view/vcard.h"
#include "view/xml.h"

static const char *
text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* The address of a provider's page, absolute. */
static const char *
address(struct request *request, const json_t *document)
{
	return request_absolute(request, arena_printf(&request->arena, "/anbieter/%s", text(document, "slug")));
}

void
provider_decorate(struct request *request, json_t *document)
{
	static const enum view formats[] = { VIEW_JSON, VIEW_GEOJSON, VIEW_CSV, VIEW_KML, VIEW_ATOM, VIEW_VCF };
	json_t *links = json_object();
	size_t i;

	json_object_set_new(document, "url", json_string(address(request, document)));
	json_object_set_new(links, "self", json_string(address(request, document)));
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		json_object_set_new(links, view_suffix(formats[i]),
		    json_sprintf("%s.%s", address(request, document), view_suffix(formats[i])));
	json_object_set_new(links, "vcf_outlook", json_sprintf("%s.vcf?version=3", address(request, document)));
	json_object_set_new(links, "qr", json_sprintf("%s/qr.svg", address(request, document)));
	json_object_set_new(document, "links", links);
	if (request->view == VIEW_HTML)
		json_object_set(document, "page_title", json_object_get(document, "name"));
}

/* Telephone and e-mail address as a row of a search result has them. */
static void
add_contacts(json_t *row, const json_t *contacts)
{
	size_t i;

	for (i = 0; i < json_array_size(contacts); i++) {
		const json_t *contact = json_array_get(contacts, i);
		const char *kind = text(contact, "kind");

		if (kind != NULL && (strcmp(kind, "phone") == 0 || strcmp(kind, "email") == 0) &&
		    json_object_get(row, kind) == NULL)
			json_object_set(row, kind, json_object_get(contact, "value"));
	}
}

/* One row per site, in the shape of search results. */
static json_t *
site_rows(const json_t *document)
{
	static const char *const shared[] = { "slug", "name", "url", "capacity", "verified", "confirmed_on", "listed_on", "updated_on",
	    "change", "is_demo", "area", "fields_of_action" };
	json_t *rows = json_array();
	const json_t *sites = json_object_get(document, "sites");
	size_t i, k;

	for (i = 0; i < json_array_size(sites); i++) {
		json_t *row = json_object(), *site = json_copy(json_array_get(sites, i));

		for (k = 0; k < sizeof(shared) / sizeof(shared[0]); k++)
			json_object_set(row, shared[k], json_object_get(document, shared[k]));
		add_contacts(row, json_object_get(document, "contacts"));
		if (json_is_object(json_object_get(site, "district")))
			json_object_set(site, "district", json_object_get(json_object_get(site, "district"), "name"));
		json_object_set_new(row, "site", site);
		json_array_append_new(rows, row);
	}
	return rows;
}

/* The ways of contact that a card holds. */
static void
write_contacts(struct buffer *out, enum vcard_version version, const json_t *contacts)
{
	/* Telephone numbers as people write them are text: as a URI they would need RFC 3966's form. */
	static const struct { const char *kind, *property[2]; bool uri; } kinds[] = {
		{ "phone", { [VCARD_3] = "TEL;TYPE=WORK,VOICE", [VCARD_4] = "TEL" }, false },
		{ "fax", { [VCARD_3] = "TEL;TYPE=WORK,FAX", [VCARD_4] = "TEL;TYPE=fax" }, false },
		{ "email", { [VCARD_3] = "EMAIL;TYPE=INTERNET", [VCARD_4] = "EMAIL" }, false },
		{ "web", { [VCARD_3] = "URL", [VCARD_4] = "URL" }, true },
	};
	size_t i, k;

	for (i = 0; i < json_array_size(contacts); i++) {
		const json_t *contact = json_array_get(contacts, i);
		const char *kind = text(contact, "kind"), *value = text(contact, "value");

		for (k = 0; kind != NULL && value != NULL && k < sizeof(kinds) / sizeof(kinds[0]); k++) {
			if (strcmp(kinds[k].kind, kind) != 0)
				continue;
			if (kinds[k].uri)
				vcard_uri(out, kinds[k].property[version], value);
			else
				vcard_property(out, kinds[k].property[version], &value, 1);
		}
	}
}

/* Position of a site: a URI in 4.0 (RFC 5870), two numbers in 3.0. */
static void
write_position(struct arena *arena, struct buffer *out, enum vcard_version version, const json_t *site)
{
	const json_t *lat = json_object_get(site, "lat"), *lon = json_object_get(site, "lon");

	if (!json_is_number(lat) || !json_is_number(lon))
		return;
	if (version == VCARD_4)
		vcard_uri(out, "GEO", arena_printf(arena, "geo:%.5f,%.5f", json_number_value(lat), json_number_value(lon)));
	else
		vcard_uri(out, "GEO", arena_printf(arena, "%.5f;%.5f", json_number_value(lat), json_number_value(lon)));
}

/* RFC 6350 or RFC 2426, as asked for; the main site is the address. */
static void
write_vcard(struct request *request, const json_t *document, struct buffer *out)
{
	enum vcard_version version = strcmp(request_value(request, "version"), "3") == 0 ? VCARD_3 : VCARD_4;
	const json_t *site = json_array_get(json_object_get(document, "sites"), 0);
	const char *name = text(document, "name"), *uid = address(request, document);

	vcard_begin(out, version, name);
	vcard_property(out, "FN", &name, 1);
	vcard_property(out, "ORG", &name, 1);
	/* Text in 3.0, a URI in 4.0; addresses of this register hold nothing that would be escaped. */
	vcard_uri(out, "UID", uid);
	vcard_uri(out, "SOURCE", request_absolute(request, request_url(request, VIEW_VCF, NULL, 0)));
	if (site != NULL) {
		const char *adr[] = { "", "", text(site, "street"), text(site, "city"), "", text(site, "postcode"), "Deutschland" };

		vcard_property(out, version == VCARD_3 ? "ADR;TYPE=WORK" : "ADR", adr, 7);
		write_position(&request->arena, out, version, site);
	}
	write_contacts(out, version, json_object_get(document, "contacts"));
	if (json_is_true(json_object_get(document, "is_demo"))) {
		const char *note = "Beispieldaten";

		vcard_property(out, "NOTE", &note, 1);
	}
	vcard_end(out);
}

void
provider_represent(struct request *request, const json_t *document, struct buffer *out)
{
	json_t *rows;

	if (request->view == VIEW_VCF) {
		write_vcard(request, document, out);
		return;
	}
	rows = site_rows(document);
	/* A feed has one entry per provider, however many sites it has. */
	while (request->view == VIEW_ATOM && json_array_size(rows) > 1)
		json_array_remove(rows, json_array_size(rows) - 1);
	export_rows(request, text(document, "name"), rows, NULL, out);
	json_decref(rows);
}

void
provider_qr_represent(struct request *request, const json_t *document, struct buffer *out)
{
	qr_write(out, address(request, document), "QR-Code mit der Adresse dieser Seite");
}

/* The search from which the comparison came, with the list still kept. */
static const char *
search_url(struct request *request)
{
	const struct value *slugs = request_values(request, "anbieter");
	struct buffer url;
	size_t i;

	buffer_init(&url, &request->arena, 256);
	buffer_printf(&url, "/suche?umkreis=%s", request_value(request, "umkreis"));	/* raw: one of the choices */
	if (request_given(request, "ort")) {
		buffer_puts(&url, "&ort=");
		text_url_encode(&url, request_value(request, "ort"));
	}
	for (i = 0; i < slugs->count; i++)
		buffer_printf(&url, "&merken=%s", slugs->items[i]);	/* raw: a checked slug */
	return buffer_text(&url);
}

void
compare_decorate(struct request *request, json_t *document)
{
	json_t *provider;
	size_t i;

	json_object_set_new(document, "search_href", json_string(search_url(request)));

	json_array_foreach(json_object_get(document, "providers"), i, provider) {
		struct change change = { CHANGE_REMOVE, "anbieter", text(provider, "slug") };

		json_object_set_new(provider, "drop_href", json_string(request_url(request, VIEW_HTML, &change, 1)));
		json_object_set_new(provider, "number", json_integer((json_int_t)i + 1));
	}
}
