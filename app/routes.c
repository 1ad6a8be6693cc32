/*
 * The table of the house: every address, what it takes, which statement answers and which template shows it.
 * A new filter (a controlled list): one FILTER line in `search_inputs`, the same name as a parameter in
 * sql/queries/search.sql, and the list in sql/data/lists.sql; counts, chips, form, profile and OpenAPI follow.
 * What a JSON or GeoJSON document holds is described in sql/documents, by the name of its statement or file; the service does not start without.
 * Another kind of input: declare it here, hand it through sql/queries/search.sql to directory.search, show it in
 * assets/templates/search.mustache and echo it in form_echo() and add_filters() (app/directory/search_form.c).
 */
#include "http/route.h"

#include "directory/coverage.h"
#include "directory/provider.h"
#include "directory/search.h"
#include "directory/sitemap.h"
#include "directory/start.h"
#include "health.h"
#include "http/assets.h"
#include "openapi.h"

#define HTML		VIEW_BIT(VIEW_HTML)
#define JSON		VIEW_BIT(VIEW_JSON)
#define GEOJSON		VIEW_BIT(VIEW_GEOJSON)
#define CSV		VIEW_BIT(VIEW_CSV)
#define KML		VIEW_BIT(VIEW_KML)
#define ATOM		VIEW_BIT(VIEW_ATOM)
#define VCF		VIEW_BIT(VIEW_VCF)
#define SVG		VIEW_BIT(VIEW_SVG)
#define TEXT		VIEW_BIT(VIEW_TEXT)
#define XML		VIEW_BIT(VIEW_XML)

/* Shared with the rows that lead here. */
#define SEARCH_VIEWS	(HTML | JSON | GEOJSON | CSV | KML | ATOM)
#define COVERAGE_VIEWS	(HTML | JSON | CSV)

#define PLACE_HELP	"Bitte PLZ, Ort, Ortsteil, Kreis oder Land eingeben, zum Beispiel 20357 oder Kassel (höchstens 80 Zeichen)."
#define LIST_HELP	"Bitte einen der Werte wählen, die die Suche anbietet."

static const char *const radius_choices[] = { "5", "10", "25", "50", "100", "200", NULL };
static const char *const separator_choices[] = { "komma", "semikolon", NULL };
static const char *const region_choices[] = { "aus", NULL };
static const char *const vcard_choices[] = { "3", "4", NULL };
static const char *const level_choices[] = { "laender", "kreise", NULL };

#define PLACE	{ .name = "ort", .type = INPUT_TEXT, .max = 80, .label = "Arbeitsort", .help = PLACE_HELP }
#define RADIUS	{ .name = "umkreis", .type = INPUT_CHOICE, .choices = radius_choices, .fallback = "50", .label = "Umkreis", \
    .help = "Erlaubt sind 5, 10, 25, 50, 100 und 200 Kilometer." }
#define FILTER(input, german)	{ .name = input, .type = INPUT_CODE, .repeated = true, .label = german, .help = LIST_HELP }

static const struct input search_inputs[] = {
	PLACE,
	RADIUS,
	{ .name = "kreis", .type = INPUT_AGS, .label = "Kreis", .help = "Bitte den fünfstelligen Schlüssel (AGS) angeben, zum Beispiel 06631." },
	{ .name = "land", .type = INPUT_STATE, .label = "Land", .help = "Bitte das Kürzel mit zwei Buchstaben angeben, zum Beispiel HE." },
	FILTER("handlungsfeld", "Handlungsfeld"),
	FILTER("anlass", "Anlass"),
	FILTER("zielgruppe", "Zielgruppe"),
	FILTER("leistungsgrundlage", "Leistungsgrundlage"),
	FILTER("kommunikation", "Verständigung"),
	FILTER("sprache", "Sprache"),
	FILTER("kapazitaet", "Freie Plätze"),
	{ .name = "standard", .type = INPUT_STANDARD, .repeated = true, .label = "Geprüft nach Standard",
	    .help = "Bitte den Kurznamen eines Standards angeben, zum Beispiel S02." },
	FILTER("form", "Art des Anbieters"),
	{ .name = "anzahl", .type = INPUT_NUMBER, .min = 1, .max = 100, .fallback = "20", .label = "Anzahl je Seite",
	    .help = "Erlaubt sind 1 bis 100." },
	{ .name = "seite", .type = INPUT_NUMBER, .min = 1, .max = 100000, .fallback = "1", .label = "Seite",
	    .help = "Bitte eine Zahl ab 1 angeben." },
	{ .name = "trenner", .type = INPUT_CHOICE, .choices = separator_choices, .fallback = "komma", .label = "Trennzeichen der Tabelle",
	    .help = "Erlaubt sind komma (RFC 4180) und semikolon (für deutsche Tabellenprogramme)." },
	{ .name = "merken", .type = INPUT_SLUG, .repeated = true, .label = "Vergleichsliste",
	    .help = "Bitte die Kennung eines Anbieters angeben." },
	{ .name = NULL }
};
static const struct input start_inputs[] = {
	{ .name = "region", .type = INPUT_CHOICE, .choices = region_choices, .label = "Region vermuten", .help = "Erlaubt ist nur „aus“." },
	{ .name = NULL }
};
static const struct input suggest_inputs[] = { PLACE, { .name = NULL } };
#define SLUG	{ .name = "slug", .type = INPUT_SLUG, .label = "Kennung", .help = "Die Kennung steht in der Adresse des Anbieters." }
static const struct input provider_inputs[] = {
	SLUG,
	{ .name = "version", .type = INPUT_CHOICE, .choices = vcard_choices, .fallback = "4", .label = "Version der Visitenkarte",
	    .help = "Erlaubt sind 4 (vCard 4.0) und 3 (vCard 3.0, für Outlook)." },
	{ .name = NULL }
};
static const struct input qr_inputs[] = { SLUG, { .name = NULL } };
static const struct input compare_inputs[] = {
	{ .name = "anbieter", .type = INPUT_SLUG, .repeated = true, .label = "Anbieter", .help = "Bitte die Kennung eines Anbieters angeben." },
	PLACE, RADIUS,
	{ .name = NULL }
};
static const struct input standard_inputs[] = {
	{ .name = "code", .type = INPUT_STANDARD, .label = "Standard", .help = "Zum Beispiel S02." }, { .name = NULL }
};
static const struct input district_inputs[] = {
	{ .name = "ags", .type = INPUT_AGS, .label = "Kreis", .help = "Fünfstelliger Schlüssel (AGS)." }, { .name = NULL }
};
static const struct input state_inputs[] = {
	{ .name = "code", .type = INPUT_STATE, .label = "Land", .help = "Kürzel mit zwei Buchstaben." }, { .name = NULL }
};
static const struct input funding_inputs[] = {
	{ .name = "land", .type = INPUT_STATE, .label = "Land", .help = "Kürzel mit zwei Buchstaben, zum Beispiel HE." }, { .name = NULL }
};
static const struct input coverage_inputs[] = {
	{ .name = "handlungsfeld", .type = INPUT_CODE, .label = "Handlungsfeld", .help = LIST_HELP }, { .name = NULL }
};
static const struct input outlines_inputs[] = {
	{ .name = "level", .type = INPUT_CHOICE, .choices = level_choices, .label = "Ebene", .help = "laender oder kreise" }, { .name = NULL }
};
static const struct input sitemap_inputs[] = {
	{ .name = "teil", .type = INPUT_NUMBER, .names_part = true, .min = 1, .max = 50000, .label = "Teil",
	    .help = "Bitte eine Zahl ab 1 angeben." },
	{ .name = NULL }
};
static const struct input asset_inputs[] = {
	{ .name = "name", .type = INPUT_TEXT, .max = 100, .label = "Datei", .help = "Name der Datei." }, { .name = NULL }
};

const struct route routes[] = {
	{ .pattern = "/", .title = "Jobcoaching am Arbeitsplatz finden", .views = HTML, .cache = CACHE_DIRECTORY, .inputs = start_inputs,
	    .statement = "start", .template = "start", .nav = "nav_start", .prepare = start_prepare, .decorate = start_decorate },
	{ .pattern = "/suche", .title = "Anbieter suchen", .views = SEARCH_VIEWS, .cache = CACHE_DIRECTORY,
	    .inputs = search_inputs, .statement = "search", .pieces = "search_piece", .template = "search", .nav = "nav_suche",
	    .prepare = search_prepare, .before_query = search_before_query, .decorate = search_decorate, .represent = search_represent },
	{ .pattern = "/vorschlaege", .title = "Vorschläge für Orte", .views = JSON, .cache = CACHE_DIRECTORY, .inputs = suggest_inputs,
	    .statement = "suggest", .prepare = search_prepare },
	/* What is left of an address when its end is cut off: the list that it came from. */
	{ .pattern = "/anbieter", .title = "Anbieter", .views = SEARCH_VIEWS, .leads_to = "/suche" },
	{ .pattern = "/kreis", .title = "Kreise", .views = COVERAGE_VIEWS, .leads_to = "/abdeckung" },
	{ .pattern = "/land", .title = "Länder", .views = COVERAGE_VIEWS, .leads_to = "/abdeckung" },
	{ .pattern = "/anbieter/:slug", .title = "Anbieter", .views = HTML | JSON | GEOJSON | CSV | KML | ATOM | VCF, .cache = CACHE_DIRECTORY,
	    .inputs = provider_inputs, .statement = "provider", .template = "provider", .nav = "nav_suche",
	    .decorate = provider_decorate, .represent = provider_represent },
	{ .pattern = "/anbieter/:slug/qr.svg", .title = "QR-Code eines Anbieters", .views = SVG, .cache = CACHE_DIRECTORY,
	    .inputs = qr_inputs, .statement = "provider", .represent = provider_qr_represent },
	{ .pattern = "/vergleich", .title = "Anbieter vergleichen", .views = HTML | JSON, .cache = CACHE_DIRECTORY, .inputs = compare_inputs,
	    .statement = "compare", .template = "compare", .nav = "nav_suche", .unlisted = true, .decorate = compare_decorate },
	{ .pattern = "/standards", .title = "Qualitätsstandards", .views = HTML | JSON, .cache = CACHE_DIRECTORY,
	    .statement = "standards", .template = "standards", .nav = "nav_standards" },
	{ .pattern = "/standards/:code", .title = "Qualitätsstandard", .views = HTML | JSON, .cache = CACHE_DIRECTORY,
	    .inputs = standard_inputs, .statement = "standard", .template = "standard", .nav = "nav_standards" },
	{ .pattern = "/phasen", .title = "Die fünf Phasen", .views = HTML | JSON, .cache = CACHE_DIRECTORY,
	    .statement = "phases", .template = "phases", .nav = "nav_phasen" },
	{ .pattern = "/kreis/:ags", .title = "Kreis", .views = HTML | JSON, .cache = CACHE_DIRECTORY, .inputs = district_inputs,
	    .statement = "district", .template = "district", .nav = "nav_abdeckung" },
	{ .pattern = "/land/:code", .title = "Land", .views = HTML | JSON, .cache = CACHE_DIRECTORY, .inputs = state_inputs,
	    .statement = "state", .template = "state", .nav = "nav_abdeckung" },
	{ .pattern = "/leistungstraeger", .title = "Leistungsträger", .views = HTML | JSON, .cache = CACHE_DIRECTORY,
	    .inputs = funding_inputs, .statement = "funding_bodies", .template = "funding_bodies", .nav = "nav_leistungstraeger" },
	{ .pattern = "/abdeckung", .title = "Abdeckung in Deutschland", .views = COVERAGE_VIEWS, .cache = CACHE_DIRECTORY,
	    .inputs = coverage_inputs, .statement = "coverage", .template = "coverage", .nav = "nav_abdeckung",
	    .decorate = coverage_decorate, .represent = coverage_represent },
	{ .pattern = "/karte/:level", .title = "Umrisse der Länder oder Kreise (angenähert)", .views = GEOJSON, .cache = CACHE_DIRECTORY,
	    .inputs = outlines_inputs, .statement = "outlines", .represent = outlines_represent },
	{ .pattern = "/daten", .title = "Daten und Lizenzen", .views = HTML | JSON, .cache = CACHE_DIRECTORY,
	    .statement = "data", .template = "data" },
	{ .pattern = "/leichte-sprache", .title = "Leichte Sprache", .views = HTML, .cache = CACHE_DIRECTORY, .template = "plain_language" },
	{ .pattern = "/barrierefreiheit", .title = "Erklärung zur Barrierefreiheit", .views = HTML, .cache = CACHE_DIRECTORY, .template = "accessibility" },
	{ .pattern = "/impressum", .title = "Impressum", .views = HTML, .cache = CACHE_DIRECTORY, .template = "imprint" },
	{ .pattern = "/datenschutz", .title = "Datenschutz", .views = HTML, .cache = CACHE_DIRECTORY, .template = "privacy" },
	{ .pattern = "/openapi.json", .title = "Beschreibung der Schnittstelle (OpenAPI 3.1)", .views = JSON, .cache = CACHE_DIRECTORY,
	    .statement = "openapi", .decorate = openapi_decorate },
	{ .pattern = "/robots.txt", .title = "Was Suchmaschinen lesen dürfen", .views = TEXT, .cache = CACHE_DIRECTORY, .template = "robots" },
	{ .pattern = "/.well-known/security.txt", .title = "Wohin man Sicherheitslücken meldet (RFC 9116)", .views = TEXT,
	    .cache = CACHE_DIRECTORY, .template = "security" },
	{ .pattern = "/sitemap.xml", .title = "Alle Seiten, für Suchmaschinen", .views = XML, .cache = CACHE_DIRECTORY,
	    .inputs = sitemap_inputs, .statement = "sitemap", .represent = sitemap_represent },
	{ .pattern = "/favicon.ico", .title = "Bildzeichen", .media = "image/x-icon", .cache = CACHE_DIRECTORY, .answer = assets_answer_fixed },
	{ .pattern = "/apple-touch-icon.png", .title = "Bildzeichen für Startbildschirme", .media = "image/png", .cache = CACHE_DIRECTORY,
	    .answer = assets_answer_fixed },
	{ .pattern = "/manifest.webmanifest", .title = "Name und Bildzeichen für Startbildschirme", .media = "application/manifest+json",
	    .cache = CACHE_DIRECTORY, .answer = assets_answer_fixed },
	{ .pattern = "/assets/:name", .title = "Gestaltung und Skripte", .cache = CACHE_IMMUTABLE, .inputs = asset_inputs, .answer = assets_answer },
	/*
	 * Public on purpose (ASVS 13.4.5): monitors and the proxy ask from anywhere. The answer is one word, in /ready also how many
	 * rows wait and since which day (app/health.h). No version and no names belong here.
	 */
	{ .pattern = "/live", .title = "Lebt der Dienst?", .media = "text/plain", .answer = health_live },
	{ .pattern = "/ready", .title = "Ist der Dienst bereit?", .media = "text/plain", .answer = health_ready },
	{ .pattern = NULL }
};
