#include "http/problem.h"

#include <stddef.h>
#include <string.h>

const struct problem problem_unknown_parameter = { "unknown_parameter", 400, "Unbekannte Angabe in der Adresse",
    "Die Adresse enthält eine Angabe, die es auf dieser Seite nicht gibt. Bitte entfernen Sie sie oder suchen Sie neu.", 0 };
const struct problem problem_repeated_parameter = { "repeated_parameter", 400, "Angabe mehrfach vorhanden",
    "Diese Angabe darf nur einmal vorkommen. Bitte lassen Sie nur einen Wert stehen.", 0 };
const struct problem problem_invalid_value = { "invalid_value", 400, "Angabe nicht verständlich",
    "Diese Angabe können wir nicht lesen. Bitte prüfen Sie die Schreibweise.", 0 };
const struct problem problem_unknown_value = { "unknown_value", 400, "Wert nicht bekannt",
    "Diesen Wert gibt es in der Auswahl nicht. Bitte wählen Sie einen der angebotenen Werte.", 0 };
const struct problem problem_missing_value = { "missing_value", 400, "Angabe fehlt",
    "Hier fehlt eine Angabe. Bitte füllen Sie das Feld aus.", 0 };
const struct problem problem_broken_encoding = { "broken_encoding", 400, "Adresse beschädigt",
    "Die Adresse enthält Zeichen, die wir nicht lesen können. Bitte geben Sie Ihre Suche noch einmal ein.", 0 };
const struct problem problem_too_many_values = { "too_many_values", 400, "Zu viele Werte",
    "Für diese Angabe sind zu viele Werte gewählt. Bitte wählen Sie weniger aus.", 0 };
const struct problem problem_not_found = { "not_found", 404, "Seite nicht gefunden",
    "Unter dieser Adresse gibt es nichts. Bitte prüfen Sie die Schreibweise oder suchen Sie neu.", 0 };
const struct problem problem_gone = { "gone", 410, "Eintrag nicht mehr vorhanden",
    "Dieser Anbieter hat das Register verlassen. Bitte suchen Sie nach anderen Anbietern für Ihren Ort.", 0 };
const struct problem problem_method_not_allowed = { "method_not_allowed", 405, "Zugriffsart nicht erlaubt",
    "Diese Adresse kann nur gelesen werden. Bitte rufen Sie sie mit einer der erlaubten Methoden auf.", 0 };
const struct problem problem_not_acceptable = { "not_acceptable", 406, "Format nicht verfügbar",
    "In dem verlangten Format gibt es diese Seite nicht. Bitte wählen Sie eines der angebotenen Formate.", 0 };
const struct problem problem_unavailable = { "unavailable", 503, "Register gerade nicht erreichbar",
    "Die Datenbank antwortet gerade nicht. Bitte versuchen Sie es in einigen Sekunden noch einmal. Ihre Eingaben stehen in der Adresse und gehen nicht verloren.", 5 };
const struct problem problem_overloaded = { "overloaded", 503, "Zu viele Anfragen auf einmal",
    "Gerade suchen sehr viele Menschen gleichzeitig. Bitte versuchen Sie es in einigen Sekunden noch einmal.", 5 };
const struct problem problem_timeout = { "timeout", 504, "Antwort dauert zu lange",
    "Die Suche hat zu lange gedauert. Bitte versuchen Sie es noch einmal oder wählen Sie einen kleineren Umkreis.", 5 };
const struct problem problem_internal = { "internal", 500, "Fehler in diesem Dienst",
    "Bei uns ist ein Fehler aufgetreten. Bitte versuchen Sie es noch einmal. Wenn es wieder geschieht, schreiben Sie uns bitte.", 0 };

static const struct problem *const catalogue[] = {
	&problem_unknown_parameter, &problem_repeated_parameter, &problem_invalid_value, &problem_unknown_value,
	&problem_missing_value, &problem_broken_encoding, &problem_too_many_values, &problem_not_found, &problem_gone,
	&problem_method_not_allowed, &problem_not_acceptable, &problem_unavailable, &problem_overloaded,
	&problem_timeout, &problem_internal,
};

const struct problem *
problem_by_code(const char *code)
{
	size_t i;

	for (i = 0; i < sizeof(catalogue) / sizeof(catalogue[0]); i++)
		if (strcmp(catalogue[i]->code, code) == 0)
			return catalogue[i];
	return NULL;
}
