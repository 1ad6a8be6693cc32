-- Keys and positions of the search index: how a property becomes a number. See sql/schema/0004_directory.sql for the ranges.

create or replace function directory.key_all() returns int
language sql immutable parallel safe return 0;

create or replace function directory.key_district(ags text) returns int
language sql immutable parallel safe return ags::int;

-- Land by its two-digit key ('06').
create or replace function directory.key_state(state_ags text) returns int
language sql immutable parallel safe return 100000 + state_ags::int;

create or replace function directory.key_nation() returns int
language sql immutable parallel safe return 200000;

create or replace function directory.key_seat(ags text) returns int
language sql immutable parallel safe return 300000 + ags::int;

-- Code of a controlled list: position of the list, bit of the code.
create or replace function directory.key_code(list_pos int, code_bit int) returns int
language sql immutable parallel safe return 400000 + 100 * list_pos + code_bit;

create or replace function directory.key_cell(cell int) returns int
language sql immutable parallel safe return 500000 + cell;

-- Standard that the provider states without a valid check; bit of the code in list "verified".
create or replace function directory.key_declared(code_bit int) returns int
language sql immutable parallel safe return 600000 + code_bit;

-- Square of a grid of 10 km over Germany that a point (EPSG:25832) lies in.
create or replace function directory.cell(geom geometry) returns int
language sql immutable parallel safe
return floor((st_y(geom) - 5200000) / 10000)::int * 100 + floor((st_x(geom) - 200000) / 10000)::int;

-- Segment and bit of a position: 8192 positions to a segment.
create or replace function directory.seg(pos int) returns int
language sql immutable parallel safe return pos >> 13;

create or replace function directory.bit(pos int) returns int
language sql immutable parallel safe return pos & 8191;

-- An empty segment.
create or replace function directory.no_bits() returns bit varying
language sql immutable parallel safe return B'0'::bit(8192)::bit varying;

-- A fixed pseudo-random number for a provider, 0 .. 2^31-1, different for each (Knuth's multiplicative hash).
create or replace function directory.spin(id int) returns int
language sql immutable parallel safe return ((id::bigint * 2654435761) % 2147483648)::int;

-- Where the wheel of the daily rotation stands on a day.
create or replace function directory.wheel(day date) returns int
language sql immutable parallel safe return (((day - date '2000-01-01')::bigint * 1640531527) % 2147483648)::int;

-- Place of a provider in the daily rotation: the wheel turns by the same amount for all, so nobody is first by name or age.
create or replace function directory.rotation(spin int, wheel int) returns int
language sql immutable parallel safe return (spin - wheel) & 2147483647;

-- The numbers of all set bits, as positions. Looks at words of 32 bits first: most of a narrowed search is empty.
-- Parameters: segments and their bit strings. Result: positions, unordered.
create or replace function directory.positions(segs int[], masks bit varying[]) returns setof int
language sql immutable parallel safe as $$
    select (s.seg << 13) + (c << 5) + b
    from unnest(segs, masks) as s(seg, bits),
         generate_series(0, 255) c,
         lateral (select substring(s.bits from (c << 5) + 1 for 32)::bit(32)::int as word offset 0) w,
         generate_series(0, 31) b
    where w.word <> 0 and (w.word >> (31 - b)) & 1 = 1
$$;
