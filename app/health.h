/*
 * For the operator's monitoring: /live (the process answers) and /ready (the database answers too). While rows wait to be brought up to
 * date a second line of /ready says so, and after five minutes in which nobody caught up it is 503: pages are served, but some say what
 * was true yesterday. A proxy checks /live.
 */
#ifndef JCAP_HEALTH_H
#define JCAP_HEALTH_H

#include "http/request.h"

bool	health_live(struct request *);
bool	health_ready(struct request *);

#endif
