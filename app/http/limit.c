#include "http/limit.h"

#include <string.h>

#include "http/clock.h"
#include "http/config.h"

#define NETWORKS	4096	/* remembered at once; a power of two */
#define REACH		16	/* places looked at for one network */
#define POLITE		32	/* connections beyond the limit that still get an answer */
#define BURST_SECONDS	30	/* how much of the rate may be saved up */
#define EXPORTERS	16	/* networks that may use up their exports at once; each holds one or two megabytes */
#define COUNTED		20	/* different things counted of one network on a day */

/* What one network has and may have. */
struct account {
	client_network		 network;	/* 0: free */
	int			 connections, exports;
	double			 queries;	/* that may still be asked; filled up by the rate */
	unsigned long long	 filled;	/* when, ms */
	unsigned long long	 counted[COUNTED];
	int			 counted_count;
	char			 day[CLOCK_DAY_SIZE];	/* of `counted` */
};

static struct account accounts[NETWORKS];
static int exports;

static double
burst(void)
{
	return (double)config.limit_queries * BURST_SECONDS;
}

static void
fill(struct account *account)
{
	unsigned long long now = clock_ms();

	account->queries += (double)(now - account->filled) / 1000.0 * (double)config.limit_queries;
	if (account->queries > burst())
		account->queries = burst();
	account->filled = now;
}

/* Nothing is lost when it is forgotten. */
static bool
idle(struct account *account)
{
	if (account->connections > 0 || account->exports > 0)
		return false;
	fill(account);
	return account->queries >= burst() && strcmp(account->day, clock_today()) != 0;
}

/* Is less lost with the one than with the other? Who has used up the most keeps the account. */
static bool
holds_less(const struct account *one, const struct account *other)
{
	if (one->network == 0 || other->network == 0)
		return one->network == 0 && other->network != 0;
	return one->queries > other->queries || (one->queries >= other->queries && one->counted_count < other->counted_count);
}

/* The account of a network, or NULL; then `room` (unless NULL) is the place in reach that holds least, NULL if all hold something. */
static struct account *
find(client_network network, struct account **room)
{
	struct account *place, *least = NULL;
	int i;

	for (i = 0; i < REACH; i++) {
		place = &accounts[(network + (client_network)i) % NETWORKS];
		if (place->network == network)
			return place;
		if (place->network != 0)
			fill(place);
		if (place->connections == 0 && place->exports == 0 && (least == NULL || holds_less(place, least)))
			least = place;
	}
	if (room != NULL)
		*room = least;
	return NULL;
}

/*
 * The account of a network, opened at need. Where all places in reach are taken, the one that holds least is given to the
 * newcomer: who floods from thousands of networks is no longer told apart, and others go on.
 */
static struct account *
account_of(client_network network)
{
	struct account *room, *account = find(network, &room);

	if (account != NULL || room == NULL)
		return account;
	memset(room, 0, sizeof(*room));
	room->network = network;
	room->queries = burst();
	room->filled = clock_ms();
	return room;
}

enum limit_answer
limit_connect(client_network network)
{
	struct account *account = network != 0 ? account_of(network) : NULL;

	if (account == NULL || config.limit_connections == 0)
		return LIMIT_FREE;
	if (account->connections >= config.limit_connections + POLITE)
		return LIMIT_FLOOD;
	return ++account->connections > config.limit_connections ? LIMIT_BUSY : LIMIT_FREE;
}

void
limit_disconnect(client_network network)
{
	struct account *account = network != 0 ? find(network, NULL) : NULL;

	if (account != NULL && account->connections > 0)
		account->connections--;
}

bool
limit_query(client_network network)
{
	struct account *account = network != 0 ? account_of(network) : NULL;

	if (account == NULL || config.limit_queries == 0)
		return true;
	fill(account);
	if (account->queries < 1.0)
		return false;
	account->queries -= 1.0;
	return true;
}

bool
limit_export_begin(client_network network)
{
	struct account *account = network != 0 ? account_of(network) : NULL;

	if (config.limit_exports == 0)
		return true;
	if (exports >= config.limit_exports * EXPORTERS || (account != NULL && account->exports >= config.limit_exports))
		return false;
	exports++;
	if (account != NULL)
		account->exports++;
	return true;
}

void
limit_export_end(client_network network)
{
	struct account *account = network != 0 ? find(network, NULL) : NULL;

	if (config.limit_exports == 0)
		return;
	exports--;
	if (account != NULL && account->exports > 0)
		account->exports--;
}

void
limit_forget(void)
{
	int i;

	for (i = 0; i < NETWORKS; i++)
		if (accounts[i].network != 0 && idle(&accounts[i]))
			memset(&accounts[i], 0, sizeof(accounts[i]));
}

bool
limit_counted(client_network network, const char *what)
{
	const struct account *account = network != 0 ? find(network, NULL) : NULL;
	unsigned long long number = client_number(what, strlen(what));
	int i;

	if (account == NULL || strcmp(account->day, clock_today()) != 0)
		return false;
	for (i = 0; i < account->counted_count; i++)
		if (account->counted[i] == number)
			return true;
	return account->counted_count == COUNTED;
}

void
limit_count(client_network network, const char *what)
{
	struct account *account = network != 0 ? account_of(network) : NULL;

	if (account == NULL || limit_counted(network, what))
		return;
	if (strcmp(account->day, clock_today()) != 0) {
		memcpy(account->day, clock_today(), CLOCK_DAY_SIZE);
		account->counted_count = 0;
	}
	account->counted[account->counted_count++] = client_number(what, strlen(what));
}
