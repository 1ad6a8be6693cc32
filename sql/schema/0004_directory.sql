-- The read model: what the public sees, kept ready. Filled only by sql/functions/directory_*.sql, from schema register.
--
-- How a search stays fast with a million providers: each provider has a position `pos`. Positions are grouped in
-- segments of 8192. For each property a provider can have (key) and each segment there is one bit string that says which positions
-- have it. Filters are AND and OR of bit strings, counts are bit_count(). directory.rebuild() numbers the positions so that neighbours
-- on the map are neighbours in the segments; a search for one Kreis then touches few segments.
--
-- Keys (made by the directory.key_... functions only):
--        0            every provider that is listed
--     1000 ..  99999  Einsatzgebiet contains this Kreis (AGS as a number)
--   100001 .. 100016  Einsatzgebiet is this whole Land
--   200000            Einsatzgebiet is the whole country
--   300000 + AGS      main site lies in this Kreis
--   400000 + 100 * position of the list + bit of the code     has this code
--   500000 + cell     has a site in this square of the grid (directory.cell)
--   600000 + bit      says of itself that it meets the standard with this bit (list "verified"), or has handed in proof; not checked

create table directory.search_row (
    pos        int primary key,
    id         int not null unique,                 -- register.provider.id
    spin       int not null unique,                 -- fixed pseudo-random number, for the daily rotation
    keys       int[] not null,                      -- every key of the provider
    changes_on date                                 -- first day on which the stored row is no longer right; null: never
);
create index search_row_changes_on on directory.search_row (changes_on) where changes_on is not null;

create table directory.search_site (
    pos   int not null,
    spin  int not null,                             -- of the provider, so that a page can be sorted without its row
    cell  int not null,
    geom  geometry(Point, 25832) not null
);
create index search_site_pos on directory.search_site (pos);
create index search_site_geom on directory.search_site using gist (geom);
create index search_site_cell on directory.search_site (cell);

-- Einsatzgebiete that are a circle around a site. `box` is the square around the circle: a point query finds it by index.
create table directory.area_circle (
    pos      int not null,
    site     int not null,                          -- register.site.id
    state    int not null,                          -- number of the Land of the site
    radius_m int not null,
    label    text not null,                         -- "50 km um Fulda"
    centre   geometry(Point, 25832) not null,
    box      geometry(Polygon, 25832) not null
);
create index area_circle_pos on directory.area_circle (pos);
create index area_circle_box on directory.area_circle using gist (box);
create index area_circle_state on directory.area_circle (state);

create table directory.bitmap (
    seg  int not null,
    key  int not null,
    bits bit varying not null check (length(bits) = 8192),
    primary key (seg, key)
);
alter table directory.bitmap alter column bits set storage plain;
create index bitmap_key on directory.bitmap (key, seg);

-- Stored documents. A provider that left keeps its row with status 'left' (410 instead of 404) and no content.
create table directory.provider_doc (
    id         int primary key,
    slug       text not null unique,
    status     text not null check (status in ('active', 'left')),
    card       jsonb,                               -- one row of a result list
    doc        json,                                -- the whole profile
    is_demo    boolean not null,
    feature    json,                                -- GeoJSON geometry of the sites, WGS 84
    updated_at timestamptz not null
);
-- LZ4 unpacks several times faster than the default; not every build of PostgreSQL has it.
do $$
begin
    alter table directory.provider_doc alter column doc set compression lz4, alter column card set compression lz4;
exception when feature_not_supported then
    null;
end
$$;
create index provider_doc_demo on directory.provider_doc (id) where is_demo;
create index provider_doc_updated on directory.provider_doc (updated_at desc, id) where status = 'active';

-- One row. Every writer updates it first, so writers wait for each other and readers of NOTIFY see growing numbers.
create table directory.version (
    one   boolean primary key default true check (one),
    n     bigint not null,
    tx    bigint not null,                          -- the transaction that counted last: once per transaction
    day   date not null,                            -- the day the stored rows are right for
    next_pos int not null
);
insert into directory.version (n, tx, day, next_pos) values (1, 0, '2000-01-01', 0);

-- What a search found, as sets: per segment who covers the place and who is only near; and once more for each variant of the filters
-- (directory.narrow), for the counts.
create type directory.search_hits as (
    segs          int[],
    covers        bit varying[],
    nears         bit varying[],
    covering      bigint,
    nearby        bigint,
    variants      int[],
    variant_segs  int[],
    variant_masks bit varying[]
);
