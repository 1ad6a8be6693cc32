-- The folding rule for names of places, the one used for what is stored and for what people type.
--   * case, accents and punctuation do not count; ß is ss
--   * Köln, Koeln and Koln meet in "koln" (the e after a, o, u goes, but not after a vowel: Neuenkirchen is not Neunkirchen)
--   * "St." is sankt, "LK" is landkreis, "i.d.OPf." is oberpfalz
--   * linking words go unless they come first: "Rothenburg o. d. T." and "Rothenburg ob der T." are both "rothenburg t"
-- The result holds only a-z, 0-9 and single blanks, so that it is safe in any pattern. At most 80 characters are read.

create or replace function geo.fold_word(word text) returns text
language sql immutable parallel safe
return case word
    when 'st' then 'sankt' when 'skt' then 'sankt' when 'lk' then 'landkreis' when 'lkr' then 'landkreis' when 'kr' then 'kreis'
    when 'opf' then 'oberpfalz' when 'nb' then 'niederbayern' when 'ndb' then 'niederbayern' when 'westf' then 'westfalen'
    when 'oldb' then 'oldenburg' when 'holst' then 'holstein' when 'thur' then 'thuringen' when 'erzgeb' then 'erzgebirge'
    when 'vogtl' then 'vogtland' when 'wurtt' then 'wurttemberg' when 'ol' then 'oberlausitz' when 'bez' then 'bezirk'
    when 'ostfriesl' then 'ostfriesland' when 'schwarzw' then 'schwarzwald' when 'brsg' then 'breisgau'
    else word end;

create or replace function geo.fold_name(name text) returns text
language sql immutable parallel safe strict
begin atomic
    with plain as (
        select lower(translate(regexp_replace(normalize(
                   replace(replace(replace(replace(left(name, 80), 'ß', 'ss'), 'ẞ', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
                   NFKD), '[\u0300-\u036f]', '', 'g'), 'łŁøØđĐ', 'lLoOdD')) as s
    ), words as (
        select geo.fold_word(w) as w, n, count(*) over () as total
          from plain,
               string_to_table(trim(regexp_replace(regexp_replace(regexp_replace(s, 'o\.\s?l\.', 'ol', 'g'),
                   '[^a-z0-9]+', ' ', 'g'), '\s+', ' ', 'g')), ' ') with ordinality as t(w, n)
    ), kept as (
        select coalesce(string_agg(w, ' ' order by n), '') as s
          from words
         where w <> ''
           and (n = 1 or w not in ('a', 'am', 'an', 'auf', 'aus', 'b', 'bei', 'd', 'dem', 'den', 'der', 'die', 'i', 'im', 'in',
                                   'o', 'ob', 'v', 'vom', 'von', 'vor', 'vorm', 'zu', 'zum', 'zur'))
           and (total = 1 or w not in ('hansestadt', 'lutherstadt', 'goethestadt', 'landeshauptstadt', 'hallig'))
    )
    select regexp_replace(regexp_replace(s, '([ao])e', '\1', 'g'), '(^|[^aeoqu])ue', '\1u', 'g') from kept;
end;

comment on function geo.fold_name(text) is 'Folds the name of a place for comparing: a-z, 0-9 and single blanks only.';

-- The part of a name that people use alone: "Frankfurt (Oder)" -> "Frankfurt", "Neustadt an der Weinstraße" -> "Neustadt".
create or replace function geo.short_name(name text) returns text
language sql immutable parallel safe strict
return trim(regexp_replace(name,
    '^(.{3,}?)(\s*[(/,].*|\s+(am|an|auf|bei|im|in|ob|vor|vorm|unter|ober)\s.*|\s+(a|b|i|v|o)\..*)$', '\1'));

-- All forms under which a name is found, folded. `whole` is false for forms that leave something out.
create or replace function geo.name_forms(name text) returns table (folded text, whole boolean)
language sql immutable parallel safe strict
begin atomic
    with own as (
        select geo.fold_name(name) as f, geo.fold_name(geo.short_name(name)) as s
    ), forms as (
        select f as folded, true as whole from own
        union all select s, s = f from own
        -- "Frankfurt M", "Freiburg Br", "Limburg L": the addition cut after one to four letters
        union all
        select s || ' ' || left(substr(f, length(s) + 2), n), true
          from own, generate_series(1, 4) as n
         where length(f) > length(s) + 1 and left(f, length(s) + 1) = s || ' '
    )
    select forms.folded, bool_or(forms.whole) from forms where forms.folded <> '' group by forms.folded;
end;
