/* What only the HTML page of the search needs: the state of its form and the addresses behind its links. */
#ifndef JCAP_SEARCH_FORM_H
#define JCAP_SEARCH_FORM_H

#include <jansson.h>

#include "http/request.h"

void	search_form_decorate(struct request *, json_t *document);

#endif
