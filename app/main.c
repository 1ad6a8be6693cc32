/* Where Kore enters: start-up in the parent, a pool of connections in each worker, a closed list of system calls. */
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <libxml/parser.h>

#include <kore/kore.h>
#include <kore/http.h>
#include <kore/hooks.h>
#include <kore/seccomp.h>

#include "db/login.h"
#include "db/pool.h"
#include "geo/geoip.h"
#include "http/assets.h"
#include "http/cache.h"
#include "http/client.h"
#include "http/clock.h"
#include "http/config.h"
#include "http/wire.h"
#include "log.h"
#include "page.h"
#include "serve.h"
#include "view/template.h"

/* libpq opens files and asks for names when it connects (kore.md 1); prctl: see die_with_parent(). */
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
	KORE_SYSCALL_ALLOW(clock_getres),
	KORE_SYSCALL_ALLOW_ARG(prctl, 0, PR_SET_PDEATHSIG),
	KORE_SYSCALL_ALLOW(getppid)
)

static pid_t parent;	/* Kore's parent process, which starts the workers */

/*
 * On SIGHUP Kore loads the module again without initialising it, and workers crash for ever (kore.md 20). There is nothing to
 * reload: settings are read at start. A blocked signal reaches nobody, and workers inherit the mask over fork.
 */
static void
ignore_hangup(void)
{
	sigset_t hangup;

	sigemptyset(&hangup);
	sigaddset(&hangup, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &hangup, NULL);
	if (sig_recv == SIGHUP)
		sig_recv = 0;
}

/* A worker without its parent would keep the port and never be replaced. The parent may be gone already: then at once. */
static void
die_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
}

/* The same for the parent: conf/serve.sh asks the kernel for a signal; who died before that is noticed here. */
static bool
is_orphan(void)
{
	const char *starter = getenv("JCAP_STARTED_BY");

	return starter != NULL && strtol(starter, NULL, 10) != (long)getppid();
}

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

/* All that must be right before anybody is served; false after a German line on stderr. */
static bool
prepare(void)
{
	if (!config_load() || !assets_load(config.assets) || !template_load_all() || !serve_check())
		return false;
	geoip_open(config.geoip);	/* the guess is a courtesy: without it the service runs on */
	return page_init() && login_check();
}

void
kore_parent_configure(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	ignore_hangup();
	parent = getpid();
	clock_init();
	if (is_orphan())
		exit(1);
	if (!prepare()) {
		fprintf(stderr, "Der Dienst startet nicht. Bitte die genannten Punkte beheben.\n");
		exit(1);
	}
	log_start();
	xmlInitParser();
	client_init();
	allow_all_methods();
}

void
kore_worker_configure(void)
{
	die_with_parent();
	db_start(cache_version);
	wire_start();
}

void
kore_worker_teardown(void)
{
	db_stop();
	geoip_close();
}
