#include "http/problem.h"

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
    "Die Datenbank antwortet gerade nicht. Bitte versuchen Sie es in einigen Sekunden noch einmal.", 5 };
const struct problem problem_overloaded = { "overloaded", 503, "Zu viele Anfragen auf einmal",
    "Gerade suchen sehr viele Menschen gleichzeitig. Bitte versuchen Sie es in einigen Sekunden noch einmal.", 5 };
const struct problem problem_timeout = { "timeout", 504, "Antwort dauert zu lange",
    "Die Suche hat zu lange gedauert. Bitte versuchen Sie es noch einmal oder wählen Sie einen kleineren Umkreis.", 5 };
const struct problem problem_internal = { "internal", 500, "Fehler in diesem Dienst",
    "Bei uns ist ein Fehler aufgetreten. Bitte versuchen Sie es noch einmal. Wenn es wieder geschieht, schreiben Sie uns bitte.", 0 };
const struct problem problem_bad_request = { "bad_request", 400, "Anfrage nicht lesbar",
    "Ihr Programm hat eine Anfrage geschickt, die nicht eindeutig ist. Bitte rufen Sie die Seite noch einmal auf. Wenn es wieder geschieht, versuchen Sie einen anderen Browser.", 0 };
const struct problem problem_request_timeout = { "request_timeout", 408, "Anfrage kam nicht ganz an",
    "Die Anfrage kam nicht vollständig bei uns an. Bitte prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.", 0 };
const struct problem problem_length_required = { "length_required", 411, "Länge der Daten fehlt",
    "Ihr Programm hat Daten geschickt, ohne deren Länge zu nennen. Bitte schicken Sie die Angabe „Content-Length“ mit.", 0 };
const struct problem problem_too_large = { "too_large", 413, "Zu viele Daten auf einmal",
    "Ihr Programm hat mehr Daten geschickt, als wir annehmen. Bitte schicken Sie weniger auf einmal.", 0 };
const struct problem problem_target_too_long = { "target_too_long", 414, "Adresse zu lang",
    "Die Adresse ist länger, als wir lesen können. Bitte wählen Sie weniger Werte aus oder beginnen Sie die Suche neu.", 0 };
const struct problem problem_too_many_requests = { "too_many_requests", 429, "Zu viele Anfragen aus Ihrem Netz",
    "Aus Ihrem Netz kommen gerade sehr viele Anfragen. Damit andere nicht warten müssen, machen wir eine Pause. Bitte versuchen Sie es in einigen Sekunden noch einmal.", 10 };
const struct problem problem_too_many_exports = { "too_many_exports", 429, "Zu viele große Downloads auf einmal",
    "Aus Ihrem Netz, oder von allen zusammen, laufen gerade zu viele große Downloads. Bitte warten Sie eine halbe Minute und versuchen Sie es dann noch einmal.", 30 };
const struct problem problem_head_too_large = { "head_too_large", 431, "Zu viele Angaben in der Anfrage",
    "Ihr Browser hat mehr Angaben mitgeschickt, als wir lesen können. Bitte löschen Sie die Cookies für diese Adresse oder versuchen Sie einen anderen Browser.", 0 };
const struct problem problem_version_not_supported = { "version_not_supported", 505, "Übertragungsart nicht bekannt",
    "Ihr Programm spricht eine Fassung von HTTP, die wir hier nicht verstehen. Bitte verwenden Sie HTTP/1.1.", 0 };

static const struct problem *const catalogue[] = {
	&problem_unknown_parameter, &problem_repeated_parameter, &problem_invalid_value, &problem_unknown_value,
	&problem_missing_value, &problem_broken_encoding, &problem_too_many_values, &problem_not_found, &problem_gone,
	&problem_method_not_allowed, &problem_not_acceptable, &problem_unavailable, &problem_overloaded,
	&problem_timeout, &problem_internal, &problem_bad_request, &problem_request_timeout, &problem_length_required,
	&problem_too_large, &problem_target_too_long, &problem_too_many_requests, &problem_too_many_exports,
	&problem_head_too_large, &problem_version_not_supported,
};

const struct problem *
problem_at_index(size_t index)
{
	return index < sizeof(catalogue) / sizeof(catalogue[0]) ? catalogue[index] : NULL;
}

const struct problem *
problem_by_code(const char *code)
{
	size_t i;

	for (i = 0; i < sizeof(catalogue) / sizeof(catalogue[0]); i++)
		if (strcmp(catalogue[i]->code, code) == 0)
			return catalogue[i];
	return NULL;
}
