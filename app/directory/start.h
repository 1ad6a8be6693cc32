/* The start page: prefills the place with a guessed region. */
#ifndef JCAP_START_H
#define JCAP_START_H

#include <jansson.h>

#include "http/request.h"

bool	start_prepare(struct request *, struct problem_at *);
void	start_decorate(struct request *, json_t *document);

#endif
