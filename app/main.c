/* Where Kore enters: start-up in the parent, a pool of connections in each worker, a closed list of system calls. */
#include <sys/syscall.h>

#include <stdio.h>
#include <stdlib.h>

#include <libxml/parser.h>

#include <kore/kore.h>
#include <kore/http.h>
#include <kore/hooks.h>
#include <kore/seccomp.h>

#include "db/pool.h"
#include "geo/geoip.h"
#include "http/assets.h"
#include "http/cache.h"
#include "http/client.h"
#include "http/clock.h"
#include "http/config.h"
#include "http/wire.h"
#include "page.h"
#include "serve.h"
#include "view/template.h"

/* libpq opens files and asks for names when it connects (kore.md 1). */
KORE_SECCOMP_FILTER("jcap",
	KORE_SYSCALL_ALLOW(newfstatat),
	KORE_SYSCALL_ALLOW(getdents64),
	KORE_SYSCALL_ALLOW(socket),
	KORE_SYSCALL_ALLOW(connect),
	KORE_SYSCALL_ALLOW(getsockopt),
	KORE_SYSCALL_ALLOW(getsockname),
	KORE_SYSCALL_ALLOW(getpeername),
	KORE_SYSCALL_ALLOW(sendmmsg),
	KORE_SYSCALL_ALLOW(recvmsg),
	KORE_SYSCALL_ALLOW(shutdown),
	KORE_SYSCALL_ALLOW(ioctl),
	KORE_SYSCALL_ALLOW(bind),
	KORE_SYSCALL_ALLOW(uname),
	KORE_SYSCALL_ALLOW(mremap),
	KORE_SYSCALL_ALLOW(getegid),
	KORE_SYSCALL_ALLOW(gettid),
	KORE_SYSCALL_ALLOW(clock_getres)
)

/* Every method reaches serve(): it alone decides what is allowed where. */
static void
allow_all_methods(void)
{
	struct kore_server *server;
	struct kore_domain *domain;
	struct kore_module_handle *handler;

	LIST_FOREACH(server, &kore_servers, list)
		TAILQ_FOREACH(domain, &server->domains, list)
			TAILQ_FOREACH(handler, &domain->handlers, list)
				handler->methods = HTTP_METHOD_ALL;
}

void
kore_parent_configure(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	clock_init();
	if (!config_load() || !geoip_open(config.geoip) || !assets_load(config.assets) || !template_load_all() || !serve_check() ||
	    !page_init()) {
		fprintf(stderr, "Der Dienst startet nicht. Bitte die genannten Punkte beheben.\n");
		exit(1);
	}
	xmlInitParser();
	client_init();
	allow_all_methods();
}

void
kore_worker_configure(void)
{
	db_start(cache_version);
	wire_start();
}

void
kore_worker_teardown(void)
{
	db_stop();
	geoip_close();
}
