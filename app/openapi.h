/* The OpenAPI 3.1 description, made from the route table. */
#ifndef JCAP_OPENAPI_H
#define JCAP_OPENAPI_H

#include "http/request.h"

/* Answers /openapi.json. */
bool	openapi_answer(struct request *);

#endif
