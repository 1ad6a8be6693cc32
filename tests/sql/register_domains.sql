-- What a text may hold, for every kind of text; and no column without a kind.
begin;
create extension if not exists pgtap with schema public;
select no_plan();

select is_empty($$select table_name || '.' || column_name from information_schema.columns c
    where table_schema = 'register' and is_generated = 'NEVER' and (domain_name is null and data_type in ('text', 'character varying', 'character')
       or data_type = 'ARRAY' and not exists (select from pg_attribute a join pg_type e on e.typarray = a.atttypid and e.typtype = 'd'
                                             where a.attrelid = format('register.%I', c.table_name)::regclass and a.attname = c.column_name))$$,
    'every text column of the register has a domain');
select is_empty($$select t.typname from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where n.nspname = 'register' and t.typtype = 'd' and not exists (select from pg_constraint c where c.contypid = t.oid)$$, 'every domain checks something');
select is_empty($$select c.conname from pg_constraint c join pg_depend d on d.objid = c.oid and d.classid = 'pg_constraint'::regclass and d.refclassid = 'pg_proc'::regclass
    join pg_proc p on p.oid = d.refobjid where p.pronamespace in ('register'::regnamespace, 'directory'::regnamespace, 'geo'::regnamespace, 'demo'::regnamespace)$$,
    'no constraint hangs on a function of ours');

-- Hostile values for a kind of text: those of one line are so for several lines, too, unless `lf`.
create temporary table hostile (n int generated always as identity, what text, value text, lf boolean not null default false);
insert into hostile (what, value, lf) values
    ('empty', '', false), ('blank', '   ', false), ('no-break spaces', E'\u00a0\u00a0', false), ('ideographic and Braille blanks', E'\u3000\u2800', false), ('line feeds alone', E'\n\n', false),
    ('bell', E'a\u0007b', false), ('escape', E'a\u001b[31mb', false), ('tab', E'a\tb', false), ('carriage return', E'a\rb', false), ('carriage return and line feed', E'a\r\nb', false),
    ('line feed', E'a\nb', true), ('line feed at the end', E'a\n', true), ('delete', E'a\u007fb', false), ('C1: next line', E'a\u0085b', false), ('C1: control sequence', E'a\u009bb', false),
    ('soft hyphen', E'a\u00adb', false), ('Arabic letter mark', E'a\u061cb', false), ('zero width space', E'a\u200bb', false), ('zero width non-joiner', E'a\u200cb', false),
    ('zero width joiner', E'a\u200db', false), ('left-to-right mark', E'a\u200eb', false), ('right-to-left mark', E'a\u200fb', false), ('line separator', E'a\u2028b', false),
    ('paragraph separator', E'a\u2029b', false), ('left-to-right embedding', E'\u202aab', false), ('right-to-left embedding', E'\u202bab', false), ('pop', E'ab\u202c', false),
    ('left-to-right override', E'a\u202db', false), ('right-to-left override', E'a\u202eb', false), ('word joiner', E'a\u2060b', false), ('isolate', E'\u2066ab', false),
    ('right-to-left isolate', E'\u2067ab', false), ('first strong isolate', E'\u2068ab', false), ('pop isolate', E'ab\u2069', false), ('byte order mark', E'\ufeffab', false),
    ('Hangul filler', E'\u3164', false), ('half-width filler', E'a\uffa0', false), ('variation selector', E'a\ufe0f', false), ('combining joiner', E'a\u034fb', false),
    ('Mongolian vowel separator', E'a\u180eb', false), ('annotation', E'a\ufff9b', false), ('replacement', E'a\ufffdb', false), ('no character', E'a\uffffb', false),
    ('private use', E'a\ue000b', false), ('tag', E'a\U000e0041b', false), ('private plane', E'a\U0010fffdb', false), ('eight marks on one letter', E'a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308', false),
    ('4001 characters', repeat('ä', 4001), false), ('301 characters', repeat('ä', 301), true);

select throws_ok(format('select %L::register.line', value), '23514', null, format('line refuses: %s', what)) from hostile order by n;
select throws_ok(format('select %L::register.prose', value), '23514', null, format('prose refuses: %s', what)) from hostile where not lf order by n;
select lives_ok(format('select %L::register.prose', value), format('prose takes: %s', what)) from hostile where lf order by n;
-- The kinds of text that allow few characters refuse all of them, and more.
create function pg_temp.takes(kind text, value text) returns boolean language plpgsql as $$
begin
    execute format('select %L::register.%I', value, kind);
    return true;
exception when check_violation then
    return false;
end
$$;
select is_empty(format('select what from hostile where pg_temp.takes(%L, value)', d), d || ' refuses them all')
from unnest(array['key', 'slug', 'ags', 'postcode', 'email', 'web_address', 'phone']) d;
select is_empty('select what from hostile where value <> '''' and pg_temp.takes(''key_or_none'', value)', 'key_or_none refuses them all');
-- ... and in the middle of a good value
select is_empty(format($$select what from hostile where value !~ '^[a-zä ]*$' and pg_temp.takes(%L, overlay(%L placing value from %s for 0))$$, k, v, at), k || ' refuses them in the middle')
from (values ('email', 'kontakt@jobcoaching.example.org', 4), ('web_address', 'https://jobcoaching.example.org/ab', 34), ('phone', '030 23125 111', 6), ('slug', 'ahorn-kassel', 3)) x (k, v, at);

create temporary table example (kind text, good boolean, value text);
insert into example values
    ('line', true, 'Jobcoaching "Ahorn" & Söhne <gGmbH>; O''Neill, Straße 1'), ('line', true, 'مؤسسة التدريب'), ('line', true, 'אימון בעבודה'), ('line', true, '职业辅导'), ('line', true, E'Ng\u00f4 V\u0103n \u1ea4n'),
    ('line', true, E'a\u0323\u0302\u0301'), ('line', true, repeat('ä', 300)), ('line', true, '=1+1'), ('line', true, '😀'), ('prose', true, E'Zeile 1\n\nZeile 2'), ('prose', true, repeat('ß', 4000)),
    ('email', true, 'kontakt@jobcoaching.example.org'), ('email', true, 'vor.nach+kurs_2~x-y@sub-1.example.co'), ('email', true, 'a@xn--mller-kva.de'), ('email', true, 'a@b.xn--p1ai'),
    ('email', true, repeat('a', 64) || '@' || repeat('b', 63) || '.' || repeat('c', 63) || '.' || repeat('d', 58) || '.de'),
    ('email', false, repeat('a', 64) || '@' || repeat('b', 63) || '.' || repeat('c', 63) || '.' || repeat('d', 59) || '.de'), ('email', false, repeat('a', 65) || '@example.org'),
    ('email', false, 'a@example.org?bcc=b@example.org'), ('email', false, 'a@example.org&bcc=b'), ('email', false, 'a%0abcc:b@example.org'), ('email', false, 'a@example.org,b@example.org'),
    ('email', false, 'a@b@example.org'), ('email', false, 'a b@example.org'), ('email', false, '"a b"@example.org'), ('email', false, 'Name <a@example.org>'), ('email', false, '<a@example.org>'),
    ('email', false, 'a@example'), ('email', false, '@example.org'), ('email', false, 'a@'), ('email', false, 'a..b@example.org'), ('email', false, '.a@example.org'), ('email', false, 'a.@example.org'),
    ('email', false, 'a@-example.org'), ('email', false, 'a@example-.org'), ('email', false, 'a@example..org'), ('email', false, 'a@[127.0.0.1]'), ('email', false, 'a@127.0.0.1'), ('email', false, 'a#b@example.org'),
    ('email', false, 'a;b@example.org'), ('email', false, 'a/b@example.org'), ('email', false, 'a\b@example.org'), ('email', false, '=a@example.org'), ('email', false, '+a@example.org'), ('email', false, '-a@example.org'),
    ('email', false, 'mailto:a@example.org'), ('email', false, 'müller@example.org'), ('email', false, 'a@müller.de'), ('email', false, E'a@example.org\nbcc: b@example.org'), ('email', false, 'a''b@example.org'),
    ('web_address', true, 'https://ahorn.example.org/'), ('web_address', true, 'http://ahorn.example.org'), ('web_address', true, 'https://ahorn.example.org:8443/a/b;c=1?x=1&y=%20#z'),
    ('web_address', true, 'https://müller.example.org/über-uns'), ('web_address', true, 'https://example.org/@wir'), ('web_address', true, 'https://xn--mller-kva.de/'), ('web_address', true, 'https://example.org?x'),
    ('web_address', false, 'https://user:pw@example.org/'), ('web_address', false, 'https://user@example.org/'), ('web_address', false, 'https://example.org:80@evil.example/'), ('web_address', false, 'https://example.org\@evil.example/'),
    ('web_address', false, 'javascript:alert(1)'), ('web_address', false, 'data:text/html,x'), ('web_address', false, 'HTTPS://example.org/'), ('web_address', false, 'ftp://example.org/'), ('web_address', false, '//example.org/'),
    ('web_address', false, 'https:/example.org'), ('web_address', false, 'https://'), ('web_address', false, 'https:///x'), ('web_address', false, 'https://example'), ('web_address', false, 'https://127.0.0.1/'), ('web_address', false, 'https://[::1]/'),
    ('web_address', false, 'https://-a.example.org/'), ('web_address', false, 'https://example.org/"onclick=x'), ('web_address', false, 'https://example.org/''x'), ('web_address', false, 'https://example.org/<x>'),
    ('web_address', false, 'https://example.org/a b'), ('web_address', false, E'https://example.org/a\nb'), ('web_address', false, E'https://example.org/a\rSet-Cookie: x'), ('web_address', false, E'\nhttps://example.org/'), ('web_address', false, ' https://example.org/'),
    ('web_address', false, E'https://example.org/\u202egpj.exe'), ('web_address', false, 'https://example.org:port/'), ('web_address', false, 'https://exаmple.org/'), ('web_address', false, 'https://example.org/' || repeat('a', 300)),
    ('web_address', true, 'https://example.org/' || repeat('a', 280)),
    ('phone', true, '030 23125 111'), ('phone', true, '(030) 23125-111'), ('phone', true, '+49 (0)30 23125111'), ('phone', true, '0800/1234567'), ('phone', true, '+49.30.23125'),
    ('phone', false, '030'), ('phone', false, 'anrufen'), ('phone', false, '030 23125 x11'), ('phone', false, '030;phone-context=+49'), ('phone', false, '+'), ('phone', false, '=030 23125'), ('phone', false, '++49 30 23125'),
    ('phone', false, repeat('0', 42)), ('phone', false, E'030 23125\n111'), ('phone', false, '030 23125 <b>'), ('phone', false, '٠٣٠ ٢٣١٢٥'),
    ('slug', true, 'ahorn-kassel-7'), ('slug', true, repeat('a', 100)), ('slug', false, repeat('a', 101)), ('slug', false, 'Ahorn'), ('slug', false, 'a--b'), ('slug', false, '-a'), ('slug', false, 'a-'), ('slug', false, '../a'),
    ('slug', false, 'ä'), ('slug', false, E'a\n'), ('slug', false, ''),
    ('ags', true, '06611'), ('ags', false, '6611'), ('ags', false, '066110'), ('ags', false, E'06611\n'), ('ags', false, '٠٦٦١١'), ('postcode', true, '01067'), ('postcode', false, '1067'), ('postcode', false, '0106a'),
    ('key', true, 'arbeitsfassung-1'), ('key', false, ''), ('key', false, 'a b'), ('key', false, 'ä'), ('key', false, repeat('a', 61)), ('key_or_none', true, ''), ('key_or_none', false, ' ');
select is(pg_temp.takes(kind, value), good, format('%s %s: %s', kind, case when good then 'takes' else 'refuses' end, left(translate(value, E'\r\n', '||'), 60))) from example order by kind, good desc, value;

-- Every column that takes what people write: each hostile value is refused by it, whichever rule it has.
insert into register.provider (id, slug, name, form, is_demo, confirmed_on, created_on) values (900001, 'domaenen', 'Domänen', 'traeger', true, current_date, current_date);
insert into register.site (id, provider, name, street, postcode, city, ags, geom, main)
select 900001, 900001, 'Haus 1', 'Musterweg 1', '34117', 'Kassel', '06611', d.centre, true from geo.district d where d.ags = '06611';
insert into register.coach (id, provider, name) values (900001, 900001, 'Rike Regel');
insert into register.provider_attribute (provider, list, code, note) values (900001, 'language', 'de', 'selbst');
insert into register.contact (id, provider, kind, value) values (900001, 900001, 'video', 'Nach Vereinbarung');
create function pg_temp.stored(t text, c text, value text) returns boolean language plpgsql as $$
begin
    execute format('update register.%I set %I = %L where %s', t, c, value,
        case t when 'provider' then 'id = 900001' when 'site' then 'id = 900001' when 'coach' then 'id = 900001' when 'contact' then 'id = 900001'
               when 'provider_attribute' then 'provider = 900001' else 'true' end);
    raise exception 'stored' using errcode = 'P0099';
exception when check_violation then
    return false;
when sqlstate 'P0099' then
    return true;
end
$$;
select is_empty(format($$select what from hostile where pg_temp.stored(%L, %L, value)$$, t, c), format('register.%s.%s refuses them all', t, c))
from (values ('provider', 'name'), ('provider', 'legal_form'), ('provider', 'umbrella'), ('provider', 'mobility'), ('provider', 'slug'), ('provider', 'form'),
             ('site', 'name'), ('site', 'street'), ('site', 'city'), ('site', 'postcode'), ('coach', 'name'), ('coach', 'profession'), ('coach', 'training'), ('coach', 'training_provider'),
             ('provider_attribute', 'note'), ('contact', 'value'), ('contact', 'person'), ('contact', 'note'),
             ('word', 'label'), ('catalogue', 'title'), ('standard', 'title'), ('phase_model', 'title'), ('phase', 'title'), ('funding_body', 'name'), ('funding_body', 'url')) x (t, c);
select is_empty(format($$select what from hostile where not lf and pg_temp.stored(%L, %L, value)$$, t, c), format('register.%s.%s refuses all but line feeds', t, c))
from (values ('provider', 'summary'), ('code', 'description'), ('standard', 'description'), ('phase', 'purpose'), ('phase_criterion', 'text'), ('funding_body', 'note')) x (t, c);

-- What a contact holds is checked by its kind.
create function pg_temp.contact(k text, v text) returns boolean language plpgsql as $$
begin
    insert into register.contact (provider, kind, value) values (900001, k, v);
    return true;
exception when check_violation then
    return false;
end
$$;
select is(pg_temp.contact(k, v), good, format('contact %s %s %s', k, case when good then 'takes' else 'refuses' end, v))
from (values ('email', 'a@example.org', true), ('email', 'a@example.org?bcc=b', false), ('email', '030 23125 111', false), ('web', 'https://example.org/', true), ('web', 'https://u:p@example.org/', false),
             ('web', 'a@example.org', false), ('phone', '030 23125 111', true), ('phone', 'https://example.org/', false), ('fax', '030 23125 111', true), ('fax', 'Fax', false),
             ('video', 'Nach Vereinbarung', true), ('relay', 'Über den Vermittlungsdienst', true), ('brief', 'Postfach', false)) x (k, v, good);

select * from finish();
rollback;
