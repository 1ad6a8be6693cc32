/* Style sheets, scripts, fonts: files named by their content, read and compressed once in the parent process. */
#ifndef JCAP_ASSETS_H
#define JCAP_ASSETS_H

#include <stdbool.h>

#include <jansson.h>

#include "http/request.h"

/*
 * Reads the folder's manifest.json ({"css": "app.1a2b3c4d5e.css", ...}) and every file it names, and checks each against the
 * hash in its name. What happens to the folder later changes nothing. False with a German line on stderr.
 */
bool	assets_load(const char *folder);
/* The files one by one, from 0: name and full Content-Type. NULL after the last. */
const char	*assets_name(size_t index, const char **content_type);
/* The manifest with addresses: {"css": "/assets/app.1a2b3c4d5e.css", ...}. The caller owns the object. */
json_t	*assets_urls(void);
/* Answers /assets/:name. */
bool	assets_answer(struct request *);
/* Answers an address that others know by heart, such as /favicon.ico, with the file of that name; kept only with a question. */
bool	assets_answer_fixed(struct request *);

#endif
