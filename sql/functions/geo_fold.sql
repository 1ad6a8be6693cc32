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
language plpgsql immutable parallel safe strict
as $$
declare
    s text := left(name, 80);
    w text;
    kept text := '';
    words text[];
begin
    s := replace(replace(replace(replace(s, 'ß', 'ss'), 'ẞ', 'ss'), 'æ', 'ae'), 'œ', 'oe');
    s := lower(translate(regexp_replace(normalize(s, NFKD), '[\u0300-\u036f]', '', 'g'), 'łŁøØđĐ', 'lLoOdD'));
    words := string_to_array(trim(regexp_replace(regexp_replace(s, 'o\.\s?l\.', 'ol', 'g'), '[^a-z0-9]+', ' ', 'g')), ' ');
    foreach w in array words loop
        w := geo.fold_word(w);
        continue when kept <> '' and w = any ('{a,am,an,auf,aus,b,bei,d,dem,den,der,die,i,im,in,o,ob,v,vom,von,vor,vorm,zu,zum,zur}');
        continue when cardinality(words) > 1 and w = any ('{hansestadt,lutherstadt,goethestadt,landeshauptstadt,hallig}');
        kept := kept || ' ' || w;
    end loop;
    return regexp_replace(regexp_replace(ltrim(kept), '([ao])e', '\1', 'g'), '(^|[^aeoqu])ue', '\1u', 'g');
end;
$$;

comment on function geo.fold_name(text) is 'Folds the name of a place for comparing: a-z, 0-9 and single blanks only.';

-- The part of a name that people use alone: "Frankfurt (Oder)" -> "Frankfurt", "Neustadt an der Weinstraße" -> "Neustadt".
create or replace function geo.short_name(name text) returns text
language sql immutable parallel safe strict
return trim(regexp_replace(name,
    '^(.{3,}?)(\s*[(/,].*|\s+(am|an|auf|bei|im|in|ob|vor|vorm|unter|ober)\s.*|\s+(a|b|i|v|o)\..*)$', '\1'));

/*
 * All forms under which a name is found, folded. `whole` is false for the form that leaves the addition out.
 * "Frankfurt M", "Freiburg Br", "Limburg L": the addition may be cut after one to four letters.
 */
create or replace function geo.name_forms(name text) returns table (folded text, whole boolean)
language plpgsql immutable parallel safe strict
as $$
declare
    f text := geo.fold_name(name);
    s text := geo.fold_name(geo.short_name(name));
begin
    if f = '' then return; end if;
    return query select f, true;
    if s = '' or s = f then return; end if;
    return query select s, false;
    if f like s || ' %' then
        return query select distinct s || ' ' || left(substr(f, length(s) + 2), n), true
          from generate_series(1, least(4, length(f) - length(s) - 2)) as n;
    end if;
end;
$$;
