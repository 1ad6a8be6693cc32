/* How values look in German pages. Each appends plain text; the template escapes it. */
#ifndef JCAP_FORMAT_H
#define JCAP_FORMAT_H

#include <jansson.h>
#include <stdbool.h>

#include "http/arena.h"

enum format { FORMAT_NONE, FORMAT_NUMBER, FORMAT_DATE, FORMAT_KM, FORMAT_URL, FORMAT_TEL };

/* The formatter with this name; false if there is none. */
bool	format_by_name(const char *name, size_t length, enum format *);
/* 194501 -> "194.501"; 3.5 -> "3,5" */
void	format_number(struct buffer *, double number);
/* "2024-05-07" or "2024-05-07T..." -> "07.05.2024"; any other text stays as it is. */
void	format_date(struct buffer *, const char *iso);
/* Kilometres with one decimal below 10, none above: 3.42 -> "3,4 km", 17.6 -> "18 km" (with a no-break space). */
void	format_km(struct buffer *, double km);
/* A telephone number as it is dialled: digits, and a plus in front. "030 23125-100" -> "03023125100" */
void	format_tel(struct buffer *, const char *text);
/* Any JSON value as plain text in the given format; objects, lists and null give nothing. */
void	format_value(struct buffer *, const json_t *value, enum format);

#endif
