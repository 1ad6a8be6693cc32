/* Comma-separated values: UTF-8, RFC 4180 (CR LF, quotes doubled), safe against formulas in spreadsheets. */
#ifndef JCAP_CSV_H
#define JCAP_CSV_H

#include "http/arena.h"
#include "view/columns.h"

/*
 * A heading line (with the first part, PART_FIRST of view/columns.h) and one line per row (a JSON array of objects). Lists are joined with "; ". A text that a
 * spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection); numbers stay numbers.
 */
enum csv_style {
	CSV_RFC4180,	/* commas, decimal points, no byte order mark */
	CSV_GERMAN,	/* semicolons, decimal commas, byte order mark: opens by double click in a German spreadsheet */
};
void	csv_write(struct buffer *, const struct column *, const json_t *rows, enum csv_style, unsigned part);

#endif
