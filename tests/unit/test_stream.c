/* stream.c: large replies in pieces, with Kore and the database played by the test. */
#include "serve_driver.h"

#define PIECES	"{\"total\":3,\"links\":{},\"results\":[{\"slug\":\"a\",\"name\":\"Eins\"}],\"pieces\":[\"{\\\"first\\\":2}\",\"{\\\"first\\\":3}\"]}"

/* A large export up to its first piece; its connection has a wire. */
static void
begin_export(const char *path, const char *const *headers)
{
	memset(&connection, 0, sizeof(connection));
	TAILQ_INIT(&connection.send_queue);
	wire_begin(&connection);
	kore_forget();
	assert_int_equal(begin(HTTP_METHOD_GET, path, NULL, headers), KORE_RESULT_RETRY);
	assert_int_equal(asked_lane, DB_ANSWER);
	database(DB_OK, PIECES);
}

static void
end_export(void)
{
	let_go();
	kore_connection_disconnect(&connection);
	free(connection.hdlr_extra);
	memset(&connection, 0, sizeof(connection));
}

static void
large_replies_come_in_pieces(void **state)
{
	(void)state;
	cache_version(++version);
	begin_export("/suche.csv", NULL);
	assert_int_equal(serve(&http), KORE_RESULT_RETRY);
	assert_string_equal(asked->name, "search_piece");
	assert_int_equal(asked_lane, DB_BULK);
	assert_int_equal(kore_reply.status, 200);
	assert_string_equal(kore_header("transfer-encoding"), "chunked");
	assert_int_equal(strncmp(kore_header("etag"), "W/\"", 3), 0);
	assert_non_null(strstr(kore_reply.pieces, "Kennung,Name"));
	assert_non_null(strstr(kore_reply.pieces, "\r\na,Eins,"));
	database(DB_OK, "{\"results\":[{\"slug\":\"b\",\"name\":\"Zwei\"}]}");
	assert_int_equal(serve(&http), KORE_RESULT_RETRY);
	/* once more where the database was away for a moment */
	database(DB_UNAVAILABLE, NULL);
	assert_int_equal(serve(&http), KORE_RESULT_RETRY);
	assert_null(strstr(kore_reply.pieces, "\r\n0\r\n\r\n"));
	database(DB_OK, "{\"results\":[{\"slug\":\"c\",\"name\":\"Drei\"}]}");
	assert_int_equal(serve(&http), KORE_RESULT_OK);
	assert_int_equal(kore_reply.count, 1);
	assert_non_null(strstr(kore_reply.pieces, "\r\nb,Zwei,"));
	assert_non_null(strstr(kore_reply.pieces, "\r\nc,Drei,"));
	assert_null(strstr(strstr(kore_reply.pieces, "Kennung") + 1, "Kennung"));
	assert_string_equal(kore_reply.pieces + kore_reply.pieces_length - 7, "\r\n0\r\n\r\n");
	end_export();
}

/* What was asked for before the directory changed must not carry the name of what it is now: the client would keep it. */
static void
a_large_reply_of_yesterday_has_no_name(void **state)
{
	(void)state;
	cache_version(++version);
	memset(&connection, 0, sizeof(connection));
	TAILQ_INIT(&connection.send_queue);
	wire_begin(&connection);
	kore_forget();
	assert_int_equal(begin(HTTP_METHOD_GET, "/suche.csv", NULL, NULL), KORE_RESULT_RETRY);
	cache_version(++version);
	database(DB_OK, PIECES);
	assert_int_equal(serve(&http), KORE_RESULT_RETRY);
	assert_int_equal(kore_reply.status, 200);
	assert_null(kore_header("etag"));
	end_export();
}

/* A moment without the database in each piece is no long time without it. */
static void
each_piece_has_its_patience(void **state)
{
	int piece, i;

	(void)state;
	begin_export("/suche.csv", NULL);
	for (piece = 0; piece < 2; piece++) {
		assert_int_equal(serve(&http), KORE_RESULT_RETRY);
		for (i = 0; i < 9; i++) {
			database(DB_OVERLOADED, NULL);
			assert_int_equal(serve(&http), KORE_RESULT_RETRY);
		}
		database(DB_OK, "{\"results\":[]}");
	}
	assert_int_equal(serve(&http), KORE_RESULT_OK);
	end_export();
}

static void
a_large_reply_that_cannot_be_ended_is_cut(void **state)
{
	int i;

	(void)state;
	begin_export("/suche.kml", NULL);
	assert_int_equal(serve(&http), KORE_RESULT_RETRY);
	database(DB_FAILED, NULL);
	assert_int_equal(serve(&http), KORE_RESULT_ERROR);
	assert_null(strstr(kore_reply.pieces, "0\r\n\r\n"));
	end_export();
	begin_export("/suche.geojson", NULL);
	for (i = 0; serve(&http) == KORE_RESULT_RETRY; i++)
		database(DB_TIMEOUT, NULL);
	assert_int_equal(i, 10);
	end_export();
	/* the client goes in the middle */
	begin_export("/suche.csv", NULL);
	assert_int_equal(serve(&http), KORE_RESULT_RETRY);
	cancels = 0;
	end_export();
	assert_int_equal(cancels, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SERVE_TEST("serve: large replies come in pieces, the database is asked again after a moment without it", large_replies_come_in_pieces),
		SERVE_TEST("serve: a large reply from before a change has no name", a_large_reply_of_yesterday_has_no_name),
		SERVE_TEST("serve: each piece of a large reply is tried as often as the first", each_piece_has_its_patience),
		SERVE_TEST("serve: a large reply that cannot be ended is cut, not ended", a_large_reply_that_cannot_be_ended_is_cut),
	};

	return cmocka_run_group_tests_name("stream", tests, house, house_end);
}
