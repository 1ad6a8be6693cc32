#include "ask.h"

#include <kore/kore.h>
#include <kore/http.h>

static void
on_result(void *arg, enum db_status status, const char *text, size_t length)
{
	struct request *request = arg;

	request->job = NULL;
	request->state = REQUEST_RESULT;
	request->db_status = status;
	if (status == DB_OK) {
		request->db_text = arena_strndup(&request->answer, text, length);
		request->db_length = length;
	}
	http_request_wakeup(request->http);
}

bool
ask(struct request *request, const char *name, enum db_lane lane)
{
	const struct statement *statement = statement_find(name);

	request->params = request_params(request, statement->params, statement->param_count);
	request->job = db_submit(statement, request->params, lane, request_network(request), on_result, request);
	if (request->job == NULL)
		return false;
	request->state = REQUEST_WAITING;
	http_request_sleep(request->http);
	return true;
}

void
ask_forget(struct request *request)
{
	arena_free(&request->answer);
	request->db_text = NULL;
	request->db_length = 0;
}
