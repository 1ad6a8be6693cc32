-- Regions and places: Länder, Kreise, places, postcodes and their names.
-- Filled by sql/data/regions/load.sql (derived open data) or by `jcapctl import-regions` (official files); nothing else writes here.
-- Geometry is EPSG:25832 (metres) everywhere; lat/lon (WGS 84) are kept beside the points for what leaves the house.

create table geo.licence (
    source      text primary key,
    licence     text not null,
    url         text not null,
    attribution text not null,          -- the sentence that the site must show
    note        text not null default '',
    retrieved   date not null
);
comment on table geo.licence is 'One row for each source of the region data, shown on /daten.';

create table geo.state (
    code           text primary key check (code ~ '^[A-Z]{2}$'),
    ags            text not null unique check (ags ~ '^[0-9]{2}$'),
    name           text not null unique,
    population     integer not null,
    outline        geometry(MultiPolygon, 25832),
    outline_coarse geometry(MultiPolygon, 25832),
    svg_path       text,
    centre         geometry(Point, 25832)
);
comment on column geo.state.outline_coarse is 'Simplified together with the Kreise, so that neighbours still share their border.';

create table geo.district (
    ags            text primary key check (ags ~ '^[0-9]{5}$'),
    name           text not null,        -- 'Fulda'
    kind           text not null,        -- 'Landkreis', 'Kreis', 'Kreisfreie Stadt', 'Stadtkreis', 'Regionalverband'
    label          text not null unique, -- 'Landkreis Fulda', 'Kassel (kreisfreie Stadt)'
    state          text not null references geo.state,
    population     integer not null,
    area_km2       numeric(10, 2) not null,
    nuts3          text,
    centre         geometry(Point, 25832),
    outline        geometry(MultiPolygon, 25832),
    outline_coarse geometry(MultiPolygon, 25832),
    svg_path       text,                 -- coarse, for maps of all Germany
    svg_path_fine  text                  -- for maps of one Land or Kreis
);
create index on geo.district using gist (outline);
create index on geo.district (state);

create table geo.district_neighbour (
    ags       text not null references geo.district on delete cascade,
    neighbour text not null references geo.district on delete cascade,
    primary key (ags, neighbour)
);

create table geo.district_name (
    ags    text not null references geo.district on delete cascade,
    folded text not null,
    typed  boolean not null,             -- true: says what it is ('landkreis fulda', 'hochtaunuskreis')
    primary key (folded, ags)
);

create table geo.state_name (
    code   text not null references geo.state on delete cascade,
    folded text primary key
);

create table geo.place (
    id                bigint primary key,   -- geonameid; above 9e11: made here, see sql/data/regions/README.md
    name              text not null,
    kind              text not null check (kind in ('city', 'part')),
    municipality      text check (municipality ~ '^[0-9]{8}$'),  -- null: the source has no key for this municipality
    municipality_name text not null,
    ags               text not null references geo.district,
    state             text not null references geo.state,
    population        integer,              -- null: the source does not say
    geom              geometry(Point, 25832) not null,
    lat               double precision not null,
    lon               double precision not null,
    weight            integer not null default 0,  -- for ordering only: the population, or a guess where it is not known
    detail            text,                 -- 'Landkreis Fulda, Hessen'
    value             text unique           -- what a person may type to get exactly this place
);
create index on geo.place using gist (geom);
create index on geo.place (ags);
create index on geo.place (municipality);

create table geo.place_name (
    place_id  bigint not null references geo.place on delete cascade,
    folded    text not null,
    preferred boolean not null,             -- true: a whole name; false: a short or combined form ('frankfurt')
    primary key (folded, place_id)
);
create index on geo.place_name (folded text_pattern_ops);
create index on geo.place_name using gin (folded public.gin_trgm_ops);
create index on geo.place_name (place_id);

create table geo.postcode (
    code     text primary key check (code ~ '^[0-9]{5}$'),
    label    text not null,                 -- main place: 'Hamburg'
    parts    text,                          -- what lies there within a big city: 'St. Pauli, Sternschanze'
    place_id bigint references geo.place,
    ags      text not null references geo.district,
    state    text not null references geo.state,
    geom     geometry(Point, 25832) not null,
    lat      double precision not null,
    lon      double precision not null,
    basis    text not null check (basis in ('places', 'listed', 'number', 'official'))
);
comment on column geo.postcode.basis is
    'Where the point comes from: the municipalities that share the number, the hand-made list for big cities, neighbouring numbers, or official data.';
create index on geo.postcode using gist (geom);
create index on geo.postcode (code text_pattern_ops);

create table geo.postcode_district (
    code text not null references geo.postcode on delete cascade,
    ags  text not null references geo.district,
    primary key (code, ags)
);
create index on geo.postcode_district (ags);

create table geo.postcode_place (
    code     text not null references geo.postcode on delete cascade,
    place_id bigint not null references geo.place on delete cascade,
    primary key (code, place_id)
);
create index on geo.postcode_place (place_id);

create type geo.place_match as (
    kind          text,                     -- postcode, place, district, state, point, nation
    label         text,
    detail        text,
    value         text,
    postcode      text,
    ags           text,
    district_name text,
    state         text,
    state_name    text,
    population    integer,
    lat           double precision,
    lon           double precision,
    geom          geometry(Point, 25832),
    exact         boolean,
    similarity    real
);
