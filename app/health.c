#include "health.h"

#include <stdio.h>
#include <string.h>

#include "db/duty.h"
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
	char line[200], text[256];
	bool right = duty_report(line, sizeof(line));

	if (!db_is_up())
		snprintf(text, sizeof(text), "database away\n");
	else
		snprintf(text, sizeof(text), "%s\n%s%s", right ? "ready" : "not ready", line, line[0] != '\0' ? "\n" : "");
	reply_bytes(request, db_is_up() && right ? 200 : 503, view_content_type(VIEW_TEXT), text, strlen(text));
	return true;
}
