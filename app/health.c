#include "health.h"

#include "db/pool.h"
#include "http/reply.h"

bool
health_live(struct request *request)
{
	reply_bytes(request, 200, view_content_type(VIEW_TEXT), "live\n", 5);
	return true;
}

bool
health_ready(struct request *request)
{
	if (db_is_up())
		reply_bytes(request, 200, view_content_type(VIEW_TEXT), "ready\n", 6);
	else
		reply_bytes(request, 503, view_content_type(VIEW_TEXT), "database away\n", 14);
	return true;
}
