/*
 * jcapctl import-regions [--districts FILE.geojson] [--postcodes DE.txt]
 *
 * Puts official data in place of the derived ones of sql/data/regions, all in one transaction:
 *   --districts  the Kreise of BKG's VG250 (layer VG250_KRS) as GeoJSON, EPSG:4326 or 25832
 *   --postcodes  GeoNames' postal codes of Germany (12 columns parted by tabs)
 * Here the files are read and their form is checked; what needs the regions is checked by sql/functions/geo_import.sql.
 * A file with a mistake changes nothing, and every mistake is named with its line or feature, up to MAX_PROBLEMS.
 */
#include "jcapctl/ctl.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#define MAX_PROBLEMS	20
#define MAX_FILE	(400L * 1024 * 1024)	/* VG250 as GeoJSON has 20 to 80 MB */
#define MAX_LINE	2000
#define MAX_DEPTH	4			/* MultiPolygon: polygons, rings, points, numbers */
#define COLUMNS		12			/* of GeoNames' postal codes */
#define LAND		4			/* VG250: GF 4 is land, 1 to 3 are waters */

enum { COUNTRY, CODE, PLACE, KREIS = 8, LAT, LON };

/* One file while it is read. */
struct source {
	struct ctl	*ctl;
	const char	*path;
	const char	*name;		/* the path without folders, for messages */
	int		 problems;
};

struct bounds {
	double	west, south, east, north;
};

/* Germany with some room, in degrees and in metres of EPSG:25832. */
static const struct bounds degrees = { 5.5, 47.0, 15.5, 55.5 };
static const struct bounds metres = { 270000, 5220000, 930000, 6120000 };

static void problem(struct source *, const char *unit, long number, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Says what is wrong in one line of stderr; "Zeile 17" or "Feature 3" if unit is not NULL. */
static void
problem(struct source *source, const char *unit, long number, const char *format, ...)
{
	va_list args;

	if (source->problems++ >= MAX_PROBLEMS)
		return;
	fprintf(stderr, "%s", source->name);
	if (unit != NULL)
		fprintf(stderr, ", %s %ld", unit, number);
	fprintf(stderr, ": ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
}

static bool
is_digits(const char *text, size_t length)
{
	return strlen(text) == length && strspn(text, "0123456789") == length;
}

/* Sends one field in COPY's text format; `last` ends the row. */
static bool
copy_field(struct source *source, const char *text, bool last)
{
	PGconn *conn = source->ctl->conn;
	size_t n;

	for (; *text != '\0'; text += n) {
		n = strcspn(text, "\\\t\n\r");
		if (n > 0 && PQputCopyData(conn, text, (int)n) != 1)
			return false;
		if (text[n] == '\0')
			break;
		if (PQputCopyData(conn, text[n] == '\\' ? "\\\\" : " ", text[n] == '\\' ? 2 : 1) != 1)
			return false;
		n++;
	}
	return PQputCopyData(conn, last ? "\n" : "\t", 1) == 1;
}

static bool
copy_number(struct source *source, double number, int decimals, bool last)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", decimals, number);
	return copy_field(source, text, last);
}

/* Starts the named COPY statement. */
static bool
copy_begin(struct source *source, const char *statement)
{
	return ctl_do(source->ctl, statement, NULL);
}

/* Ends a COPY, for good or not; false after a message. */
static bool
copy_end(struct source *source, bool good)
{
	PGconn *conn = source->ctl->conn;
	PGresult *result;
	bool ok = PQputCopyEnd(conn, good ? NULL : "abgebrochen") == 1;

	while ((result = PQgetResult(conn)) != NULL) {
		if (PQresultStatus(result) != PGRES_COMMAND_OK) {
			if (good)
				fprintf(stderr, "Die Datenbank hat die Zeilen abgelehnt: %s", PQresultErrorMessage(result));
			ok = false;
		}
		PQclear(result);
	}
	return ok && good;
}

/* Opens a file of acceptable size, or NULL after a message. */
static FILE *
open_source(struct source *source)
{
	FILE *file = fopen(source->path, "rb");
	struct stat about;

	if (file == NULL || fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode)) {
		problem(source, NULL, 0, file == NULL && errno == ENOENT ? "Die Datei gibt es nicht." : "Die Datei ist nicht lesbar.");
	} else if (about.st_size == 0 || about.st_size > MAX_FILE) {
		problem(source, NULL, 0, "Die Datei ist %s.", about.st_size == 0 ? "leer" : "größer als 400 MB");
	} else {
		return file;
	}
	if (file != NULL)
		fclose(file);
	return NULL;
}

/* Postcodes ------------------------------------------------------------------------------------------------------- */

/* A whole decimal number, or NaN. */
static double
number_of(const char *text)
{
	char *end;
	double value = strtod(text, &end);

	return end == text || *end != '\0' || strspn(text, "-.0123456789") != strlen(text) ? (double)NAN : value;
}

/* Checks the fields of one line; false after a message. */
static bool
check_postcode(struct source *source, long line, char *field[COLUMNS], double *lat, double *lon)
{
	*lat = number_of(field[LAT]);
	*lon = number_of(field[LON]);
	if (strcmp(field[COUNTRY], "DE") != 0)
		problem(source, "Zeile", line, "Das Land ist „%.10s“ statt „DE“.", field[COUNTRY]);
	else if (!is_digits(field[CODE], 5))
		problem(source, "Zeile", line, "Die Postleitzahl „%.20s“ hat nicht fünf Ziffern.", field[CODE]);
	else if (field[PLACE][0] == '\0')
		problem(source, "Zeile", line, "Der Ort fehlt.");
	else if (field[KREIS][0] != '\0' && !is_digits(field[KREIS], 5))
		problem(source, "Zeile", line, "Der Kreisschlüssel „%.20s“ hat nicht fünf Ziffern.", field[KREIS]);
	else if (isnan(*lat) || isnan(*lon))
		problem(source, "Zeile", line, "Breite und Länge „%.20s“, „%.20s“ sind keine Zahlen.", field[LAT], field[LON]);
	else if (*lat < degrees.south || *lat > degrees.north || *lon < degrees.west || *lon > degrees.east)
		problem(source, "Zeile", line, "Der Punkt %.20s, %.20s liegt nicht in Deutschland.", field[LAT], field[LON]);
	else
		return true;
	return false;
}

/* Splits one line, checks it and sends it. False only if the database is gone. */
static bool
read_postcode(struct source *source, long number, char *line, size_t length)
{
	char *field[COLUMNS];
	json_t *utf8;
	double lat, lon;
	int n = 0;

	while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
		line[--length] = '\0';
	utf8 = json_stringn(line, length);	/* NULL if it is not UTF-8 */
	json_decref(utf8);
	if (length > MAX_LINE || utf8 == NULL || strlen(line) != length) {
		problem(source, "Zeile", number, "%s.", length > MAX_LINE ? "Sie ist zu lang" : "Sie ist kein Text in UTF-8");
		return true;
	}
	for (char *rest = line; rest != NULL; n++) {
		char *one = strsep(&rest, "\t");

		if (n < COLUMNS)
			field[n] = one;
	}
	if (n != COLUMNS) {
		problem(source, "Zeile", number, "Sie hat %d Spalten statt %d.", n, COLUMNS);
		return true;
	}
	if (!check_postcode(source, number, field, &lat, &lon))
		return true;
	return copy_number(source, (double)number, 0, false) && copy_field(source, field[CODE], false) &&
	    copy_field(source, field[PLACE], false) && copy_field(source, field[KREIS], false) &&
	    copy_number(source, lat, 6, false) && copy_number(source, lon, 6, true);
}

static bool
read_postcodes(struct source *source)
{
	FILE *file = open_source(source);
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	long number = 0;
	bool ok;

	if (file == NULL)
		return false;
	ok = copy_begin(source, "import_postcode_rows");
	if (ok) {
		while (ok && (length = getline(&line, &size, file)) >= 0)
			ok = read_postcode(source, ++number, line, (size_t)length);
		ok = copy_end(source, ok && source->problems == 0);
	}
	free(line);
	fclose(file);
	return ok && source->problems == 0;
}

/* Kreise ---------------------------------------------------------------------------------------------------------- */

/* The EPSG code the file says, 0 if it says nothing we know, -1 if it says another one. */
static int
declared_srid(const json_t *root)
{
	const char *name = json_string_value(json_object_get(json_object_get(json_object_get(root, "crs"), "properties"), "name"));

	if (name == NULL)
		return 0;
	if (strstr(name, "25832") != NULL)
		return 25832;
	return strstr(name, "4326") != NULL || strstr(name, "CRS84") != NULL ? 4326 : -1;
}

/* The first point below a coordinates array, or NULL. */
static const json_t *
first_point(const json_t *coordinates)
{
	for (int depth = 0; depth < MAX_DEPTH && json_is_array(coordinates); depth++) {
		if (json_is_number(json_array_get(coordinates, 0)))
			return coordinates;
		coordinates = json_array_get(coordinates, 0);
	}
	return NULL;
}

/* NULL if the array holds points at this depth, all within bounds, in closed rings; else what is wrong. */
static const char *
check_coordinates(const json_t *array, int depth, const struct bounds *within)
{
	size_t i, n = json_array_size(array);

	if (!json_is_array(array) || n == 0)
		return "Die Koordinaten haben nicht die Form eines Umrisses";
	if (depth == 0) {
		double x = json_number_value(json_array_get(array, 0)), y = json_number_value(json_array_get(array, 1));

		if (n < 2 || n > 4 || !json_is_number(json_array_get(array, 0)) || !json_is_number(json_array_get(array, 1)))
			return "Ein Punkt besteht nicht aus zwei Zahlen";
		return x < within->west || x > within->east || y < within->south || y > within->north ?
		    "Ein Punkt liegt nicht in Deutschland" : NULL;
	}
	for (i = 0; i < n; i++) {
		const char *wrong = check_coordinates(json_array_get(array, i), depth - 1, within);

		if (wrong != NULL)
			return wrong;
	}
	if (depth == 1 && (n < 4 || !json_equal(json_array_get(array, 0), json_array_get(array, n - 1))))
		return "Ein Ring ist nicht geschlossen";
	return NULL;
}

/* What is wrong with the geometry of a feature, or NULL. */
static const char *
check_geometry(const json_t *geometry, int srid)
{
	const char *type = json_string_value(json_object_get(geometry, "type"));

	if (type == NULL || (strcmp(type, "Polygon") != 0 && strcmp(type, "MultiPolygon") != 0))
		return "Der Umriss ist kein Polygon und kein MultiPolygon";
	return check_coordinates(json_object_get(geometry, "coordinates"), *type == 'P' ? 2 : 3, srid == 4326 ? &degrees : &metres);
}

/* Checks one feature and sends it; waters are passed over. False only if the database is gone. */
static bool
read_district(struct source *source, long number, const json_t *feature, int srid)
{
	const json_t *about = json_object_get(feature, "properties"), *geometry = json_object_get(feature, "geometry");
	const json_t *form = json_object_get(about, "GF");
	const char *ags = json_string_value(json_object_get(about, "AGS"));
	const char *name = json_string_value(json_object_get(about, "GEN")), *kind = json_string_value(json_object_get(about, "BEZ"));
	double people = json_number_value(json_object_get(about, "EWZ"));
	const char *wrong;
	char *shape;
	bool ok;

	if (json_is_integer(form) && json_integer_value(form) != LAND)
		return true;
	if (ags == NULL || !is_digits(ags, 5)) {
		problem(source, "Feature", number, "Der Kreisschlüssel (AGS) fehlt oder hat nicht fünf Ziffern.");
		return true;
	}
	if (name == NULL || *name == '\0' || kind == NULL || *kind == '\0') {
		problem(source, "Feature", number, "AGS %s: Name (GEN) oder Bezeichnung (BEZ) fehlt.", ags);
		return true;
	}
	if (people < 0 || people > 10e6) {
		problem(source, "Feature", number, "AGS %s: Die Einwohnerzahl (EWZ) kann nicht stimmen.", ags);
		return true;
	}
	if ((wrong = check_geometry(geometry, srid)) != NULL) {
		problem(source, "Feature", number, "AGS %s: %s.", ags, wrong);
		return true;
	}
	shape = json_dumps(geometry, JSON_COMPACT | JSON_REAL_PRECISION(12));
	ok = shape != NULL && copy_number(source, (double)number, 0, false) && copy_field(source, ags, false) &&
	    copy_field(source, name, false) && copy_field(source, kind, false) && copy_number(source, people, 0, false) &&
	    copy_number(source, srid, 0, false) && copy_field(source, shape, true);
	free(shape);
	return ok;
}

/* The features of the file and its EPSG code; NULL after a message. The caller keeps and frees *root. */
static const json_t *
parse_districts(struct source *source, json_t **root, int *srid)
{
	FILE *file = open_source(source);
	const json_t *features, *point;
	json_error_t error;

	if (file == NULL)
		return NULL;
	*root = json_loadf(file, 0, &error);
	fclose(file);
	if (*root == NULL) {
		problem(source, "Zeile", error.line, "Das ist kein JSON (%s).", error.text);
		return NULL;
	}
	features = json_object_get(*root, "features");
	point = first_point(json_object_get(json_object_get(json_array_get(features, 0), "geometry"), "coordinates"));
	*srid = declared_srid(*root);
	if (!json_is_array(features) || json_array_size(features) == 0)
		problem(source, NULL, 0, "Das ist keine FeatureCollection mit Kreisen.");
	else if (*srid == -1)
		problem(source, NULL, 0, "Das Koordinatensystem ist weder EPSG:4326 noch EPSG:25832.");
	else if (point == NULL)
		problem(source, "Feature", 1, "Der Umriss fehlt.");
	else {
		if (*srid == 0)
			*srid = fabs(json_number_value(json_array_get(point, 0))) <= 180 ? 4326 : 25832;
		return features;
	}
	return NULL;
}

static bool
read_districts(struct source *source)
{
	json_t *root = NULL;
	const json_t *features;
	size_t i;
	int srid;
	bool ok;

	features = parse_districts(source, &root, &srid);
	ok = features != NULL && copy_begin(source, "import_district_rows");
	if (ok) {
		for (i = 0; ok && i < json_array_size(features); i++)
			ok = read_district(source, (long)i + 1, json_array_get(features, i), srid);
		ok = copy_end(source, ok && source->problems == 0);
	}
	json_decref(root);
	return ok && source->problems == 0;
}

/* Both ------------------------------------------------------------------------------------------------------------ */

/* Runs the checks of the database; prints what they found. */
static bool
no_problems(struct source *source, const char *statement)
{
	const char *params[] = { source->name };
	PGresult *result = ctl_run(source->ctl, statement, params);
	int i, n = result == NULL ? -1 : PQntuples(result);

	for (i = 0; i < n; i++)
		fprintf(stderr, "%s\n", PQgetvalue(result, i, 0));
	PQclear(result);
	return n == 0;
}

/* Puts the staged rows in place and says how many: "400 Kreise". */
static bool
apply(struct source *source, const char *statement, const char *what)
{
	const char *params[] = { source->name };
	PGresult *result = ctl_run(source->ctl, statement, params);

	if (result == NULL)
		return false;
	printf("%s: %s %s.\n", source->name, PQgetvalue(result, 0, 0), what);
	PQclear(result);
	return true;
}

/* Kreise first: the postcodes are checked against them. */
static bool
import(struct source *districts, struct source *postcodes)
{
	if (!ctl_do(districts->ctl, "import_begin", NULL))
		return false;
	if (districts->path != NULL && !(read_districts(districts) && no_problems(districts, "import_district_problems") &&
	    apply(districts, "import_district_apply", "Kreise")))
		return false;
	if (postcodes->path != NULL && !(read_postcodes(postcodes) && no_problems(postcodes, "import_postcode_problems") &&
	    apply(postcodes, "import_postcode_apply", "Postleitzahlen")))
		return false;
	return ctl_do(districts->ctl, "import_end", NULL);
}

static bool
read_arguments(int argc, char **argv, struct source *districts, struct source *postcodes)
{
	int i;

	for (i = 0; i + 1 < argc; i += 2) {
		struct source *source = strcmp(argv[i], "--districts") == 0 ? districts : strcmp(argv[i], "--postcodes") == 0 ? postcodes : NULL;

		if (source == NULL || source->path != NULL)
			return false;
		source->path = argv[i + 1];
		source->name = strrchr(source->path, '/') != NULL ? strrchr(source->path, '/') + 1 : source->path;
	}
	return argc >= 2 && i == argc;
}

int
cmd_import_regions(struct ctl *ctl, int argc, char **argv)
{
	struct source districts = { .ctl = ctl }, postcodes = { .ctl = ctl };
	int left;

	if (!read_arguments(argc, argv, &districts, &postcodes)) {
		fprintf(stderr, "Aufruf: jcapctl import-regions [--districts KREISE.geojson] [--postcodes DE.txt]\n");
		return 1;
	}
	if (!ctl_do(ctl, "transaction_begin", NULL))
		return 1;
	if (import(&districts, &postcodes) && ctl_do(ctl, "transaction_commit", NULL)) {
		printf("Die Regionen sind ersetzt.\n");
		return 0;
	}
	left = districts.problems + postcodes.problems - MAX_PROBLEMS;
	if (left > 0)
		fprintf(stderr, "... und %d weitere.\n", left);
	ctl_do(ctl, "transaction_rollback", NULL);
	fprintf(stderr, "Es hat sich nichts geändert.\n");
	return 1;
}
