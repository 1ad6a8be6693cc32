#include "http/cache.h"

#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

#include "http/clock.h"
#include "http/config.h"

#define SHARE	8	/* one reply may take an eighth of the cache */
#define BUCKETS	4096	/* a power of two */

struct entry {
	char		*key;
	unsigned	 hash;
	struct body	*body;
	struct entry	*next;			/* in the bucket */
	TAILQ_ENTRY(entry) link;		/* most recently used first */
};

static struct {
	struct entry		*buckets[BUCKETS];
	TAILQ_HEAD(entries, entry) recent;
	size_t			 bytes;
	unsigned long long	 epoch;
	long long		 version;
	char			 day[CLOCK_DAY_SIZE];
} cache = { .recent = TAILQ_HEAD_INITIALIZER(cache.recent), .version = -1 };

/* FNV-1a, 32 bits. */
static unsigned
hash_of(const char *key)
{
	unsigned hash = 2166136261u;

	for (; *key != '\0'; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return hash;
}

static size_t
entry_size(const struct entry *entry)
{
	return sizeof(*entry) + strlen(entry->key) + 1 + body_size(entry->body);
}

static void
forget(struct entry *entry)
{
	struct entry **place = &cache.buckets[entry->hash % BUCKETS];

	while (*place != entry)
		place = &(*place)->next;
	*place = entry->next;
	TAILQ_REMOVE(&cache.recent, entry, link);
	body_unref(entry->body);
	free(entry->key);
	free(entry);
}

static void
forget_all(void)
{
	while (!TAILQ_EMPTY(&cache.recent))
		forget(TAILQ_FIRST(&cache.recent));
	cache.bytes = 0;
	cache.epoch++;
}

/* Compressed variants come after cache_put(): what the cache really holds is summed up anew. */
static void
shrink(void)
{
	struct entry *entry, *next;
	size_t bytes = 0;

	for (entry = TAILQ_FIRST(&cache.recent); entry != NULL; entry = next) {
		next = TAILQ_NEXT(entry, link);
		bytes += entry_size(entry);
		if (bytes > config.cache_bytes / 4 * 3) {
			bytes -= entry_size(entry);
			forget(entry);
		}
	}
	cache.bytes = bytes;
}

static void
check_day(void)
{
	if (strcmp(cache.day, clock_today()) == 0)
		return;
	memcpy(cache.day, clock_today(), CLOCK_DAY_SIZE);
	forget_all();
}

struct cache_mark
cache_mark(void)
{
	check_day();
	return (struct cache_mark){ cache.epoch };
}

struct body *
cache_get(const char *key)
{
	unsigned hash = hash_of(key);
	struct entry *entry;

	check_day();
	for (entry = cache.buckets[hash % BUCKETS]; entry != NULL; entry = entry->next)
		if (entry->hash == hash && strcmp(entry->key, key) == 0)
			break;
	if (entry == NULL)
		return NULL;
	TAILQ_REMOVE(&cache.recent, entry, link);
	TAILQ_INSERT_HEAD(&cache.recent, entry, link);
	return entry->body;
}

void
cache_put(const char *key, struct body *body, struct cache_mark mark)
{
	struct entry *entry;

	if (body_size(body) > config.cache_bytes / SHARE || mark.epoch != cache.epoch || cache_get(key) != NULL)
		return;
	entry = calloc(1, sizeof(*entry));
	if (entry == NULL || (entry->key = strdup(key)) == NULL)
		abort();
	entry->hash = hash_of(key);
	entry->body = body_ref(body);
	entry->next = cache.buckets[entry->hash % BUCKETS];
	cache.buckets[entry->hash % BUCKETS] = entry;
	TAILQ_INSERT_HEAD(&cache.recent, entry, link);
	/* Room for the two compressed variants is counted in advance: about a third of the plain bytes each. */
	cache.bytes += entry_size(entry) * 5 / 3;
	if (cache.bytes > config.cache_bytes)
		shrink();
}

void
cache_version(long long version)
{
	if (version == cache.version)
		return;
	cache.version = version;
	forget_all();
}

const char *
cache_tag(struct arena *arena, struct cache_mark mark, const char *view, const char *encoding)
{
	check_day();
	if (cache.version < 0 || mark.epoch != cache.epoch)
		return NULL;
	return arena_printf(arena, "W/\"%lld-%s-%s%s%s\"", cache.version, clock_today(), view, encoding != NULL ? "-" : "",
	    encoding != NULL ? encoding : "");
}
