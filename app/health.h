/* For the operator's monitoring: /live (the process answers) and /ready (the database answers too). */
#ifndef JCAP_HEALTH_H
#define JCAP_HEALTH_H

#include "http/request.h"

bool	health_live(struct request *);
bool	health_ready(struct request *);

#endif
