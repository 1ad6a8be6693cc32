#include "http/clean.h"

#include <string.h>
#include <strings.h>

#include "http/input.h"
#include "http/text.h"

/*
 * What advertising, mail and statistics programs append to links. A name, or what names begin with. None may be the name
 * of an input of ours (serve_check).
 */
static const char *const names[] = {
	"_branch_match_id", "_ga", "_gl", "_hsenc", "_hsmi", "_ke", "_kx", "_openstat", "__hsfp", "__hssc", "__hstc", "__s", "cmpid",
	"dclid", "dm_i", "ef_id", "epik", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "fbclid", "gad",
	"gad_campaignid", "gad_source", "gbraid", "gclid", "gclsrc", "hsctatracking", "icid", "igsh", "igshid", "irclickid",
	"li_fat_id", "mc_cid", "mc_eid", "mibextid", "mkt_tok", "msclkid", "ncid", "oly_anon_id", "oly_enc_id", "rb_clickid",
	"rdt_cid", "ref_src", "ref_url", "s_cid", "s_kwcid", "scclid", "srsltid", "sscid", "trk_contact", "trk_module", "trk_msg",
	"ttclid", "twclid", "vero_conv", "vero_id", "wbraid", "wickedid", "wickedsource", "xtor", "yclid", "ymclid", "ysclid",
	"zanpid",
};
static const char *const prefixes[] = {
	"_ga_", "at_", "cm_mmc", "hsa_", "itm_", "matomo_", "ml_subscriber", "mtm_", "pk_", "piwik_", "sb_referer_", "sfmc_", "stm_",
	"utm_", "wt_mc", "wt.",
};

bool
clean_is_tracking(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(names[i], name) == 0)
			return true;
	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncasecmp(prefixes[i], name, strlen(prefixes[i])) == 0)
			return true;
	return false;
}

const char *
clean_path(struct arena *arena, const char *path)
{
	char *clean = arena_alloc(arena, strlen(path) + 1);
	size_t n = 0;

	for (; *path != '\0'; path++)
		if (*path != '/' || n == 0 || clean[n - 1] != '/')
			clean[n++] = *path;
	if (n > 1 && clean[n - 1] == '/')
		n--;
	clean[n] = '\0';
	return clean;
}

/* Which pairs of a query stay, by their decoded name. */
typedef bool keep(const struct input *, const char *name);

static bool
not_tracking(const struct input *inputs, const char *name)
{
	(void)inputs;
	return !clean_is_tracking(name);
}

static bool
declared(const struct input *inputs, const char *name)
{
	return input_index(inputs, name) >= 0;
}

/* A name that cannot be decoded stays: input_read says what is wrong with it. */
static const char *
filter(struct arena *arena, const char *query, keep *wanted, const struct input *inputs, bool *dropped)
{
	struct buffer kept;

	*dropped = false;
	buffer_init(&kept, arena, 256);
	while (query != NULL && *query != '\0') {
		size_t length = strcspn(query, "&"), decoded;
		const char *name = text_url_decode(arena, query, strcspn(query, "=&"), true, &decoded);

		if (length > 0 && name != NULL && !wanted(inputs, name)) {
			*dropped = true;
		} else if (length > 0) {
			if (kept.length > 0)
				buffer_putc(&kept, '&');
			buffer_append(&kept, query, length);
		}
		query += length;
		if (*query == '&')
			query++;
	}
	return buffer_text(&kept);
}

const char *
clean_query(struct arena *arena, const char *query, bool *dropped)
{
	return filter(arena, query, not_tracking, NULL, dropped);
}

const char *
clean_undeclared(struct arena *arena, const struct input *inputs, const char *query)
{
	bool dropped;

	return filter(arena, query, declared, inputs, &dropped);
}
