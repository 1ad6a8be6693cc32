-- What a text may hold is checked where it is kept: one domain for each kind of text, and no column of schema register without one.
-- The rules stand in the domains themselves; nothing here hangs on a function.

-- What may stand in a text, several lines or one. Not among it: control characters (a line feed may be), what turns the direction of reading
-- or cannot be seen (soft hyphen, zero width, joiners, bidi, fillers, variation selectors, tags), line separators other than LF, private use, what
-- is no character; more than four marks on one letter; and a text of blanks alone. Letters of every script are welcome.
create domain register.prose as text
    constraint prose_characters check (value !~ '[\u0001-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U0010ffff]')
    constraint prose_marks check (value !~ '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5}')
    constraint prose_not_blank check (value ~ '[^\n\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]')
    constraint prose_length check (length(value) <= 4000);

-- A name, a label, a short text: one line.
create domain register.line as register.prose
    constraint line_one check (value !~ '\n')
    constraint line_length check (length(value) <= 300);

-- What programs call a thing: code, kind, state, number of a region. Also without one, where a column says so by ''.
create domain register.key as text
    constraint key_characters check (value ~ '^[A-Za-z0-9_-]{1,60}$');
create domain register.key_or_none as text
    constraint key_or_none_characters check (value ~ '^[A-Za-z0-9_-]{0,60}$');

-- Part of an address of ours.
create domain register.slug as text
    constraint slug_characters check (value ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
    constraint slug_length check (length(value) <= 100);

-- Kreis (Amtlicher Gemeindeschlüssel, five digits) and postcode.
create domain register.ags as text
    constraint ags_digits check (value ~ '^[0-9]{5}$');
create domain register.postcode as text
    constraint postcode_digits check (value ~ '^[0-9]{5}$');

-- An address that can stand behind mailto: as it is (RFC 6068: no ? & % # / or space), in a header and in a table: the first sign is none
-- that a spreadsheet takes for a formula. A domain with umlauts is kept in its xn-- form. Lengths: RFC 5321.
create domain register.email as text
    constraint email_form check (value ~ '^[A-Za-z0-9_][A-Za-z0-9_+~-]*(\.[A-Za-z0-9_+~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+([A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,58}[A-Za-z0-9])$')
    constraint email_length check (length(value) <= 254 and strpos(value, '@') <= 65);

-- A web address as it may stand in a link: a host by name, perhaps a port, a path. No user before the host, nothing that ends an attribute, a
-- line or a header, no backslash (browsers read it as a slash).
create domain register.web_address as register.line
    constraint web_address_form check (value ~ '^https?://([a-zA-Z0-9\u00df-\u00f6\u00f8-\u00ff]([a-zA-Z0-9\u00df-\u00f6\u00f8-\u00ff-]{0,61}[a-zA-Z0-9\u00df-\u00f6\u00f8-\u00ff])?\.)+([A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,58}[A-Za-z0-9])(:[0-9]{1,5})?([/?#][^"''`<>\\^{|}\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]*)?$');

-- A telephone number as people write it: +49 30 23125-111, (030) 23125 111.
create domain register.phone as text
    constraint phone_form check (value ~ '^(\+[1-9]|\(?0)[0-9 ()/.-]{3,37}[0-9]$');

-- A column cannot change its type while a view or a function reads it. All of ours stand in sql/functions and are made anew right after
-- this; their record goes, too, so that this happens even if no file of them had changed.
do $$
declare
    command text;
begin
    perform set_config('client_min_messages', 'warning', true);
    foreach command in array (
        select coalesce(array_agg(format('drop view if exists %s cascade', c.oid::regclass)), '{}') from pg_class c
        where c.relkind = 'v' and c.relnamespace = 'directory'::regnamespace)
    loop
        execute command;
    end loop;
    foreach command in array (
        select coalesce(array_agg(format('drop function if exists %s cascade', p.oid::regprocedure)), '{}')
        from pg_proc p where p.prokind = 'f' and p.pronamespace = any (array['geo', 'register', 'directory', 'demo']::regnamespace[]))
    loop
        execute command;
    end loop;
end
$$;
delete from public.migration where name = 'functions';

alter table register.code_list
    alter list type register.key, alter label type register.line, alter plain type register.line, alter combine type register.key, alter input type register.key;
alter table register.code
    alter list type register.key, alter code type register.key, alter label type register.line, alter plain type register.line, alter description type register.prose;
alter table register.word
    alter topic type register.key, alter code type register.key, alter label type register.line, alter plain type register.line;

alter table register.provider
    alter slug type register.slug, alter name type register.line, alter legal_form type register.line, alter umbrella type register.line,
    alter form type register.key, alter summary type register.prose, alter mobility type register.line, alter status type register.key,
    drop constraint provider_slug_check;
alter table register.site
    alter name type register.line, alter street type register.line, alter postcode type register.postcode, alter city type register.line,
    alter ags type register.ags, alter accessibility type register.key[], drop constraint site_postcode_check;
alter table register.coach
    alter name type register.line, alter profession type register.line, alter training type register.line, alter training_provider type register.line;
alter table register.service_area
    alter kind type register.key, alter ags type register.ags, alter state type register.key;
alter table register.provider_attribute
    alter list type register.key, alter code type register.key, alter note type register.line;
alter table register.capacity
    alter state type register.key;

-- What a contact holds depends on its kind; each kind is checked by the domain that has its rule.
alter table register.contact
    alter kind type register.key, alter value type register.line, alter person type register.line, alter note type register.line,
    drop constraint contact_check,
    add constraint contact_value check (case kind
        when 'phone' then value::text::register.phone is not null
        when 'fax' then value::text::register.phone is not null
        when 'email' then value::text::register.email is not null
        when 'web' then value::text::register.web_address is not null
        else true end);

alter table register.catalogue
    alter id type register.key, alter version type register.line, alter title type register.line, alter publisher type register.line,
    alter status type register.line, alter definition_version type register.line;
alter table register.standard
    alter catalogue type register.key, alter code type register.key, alter area type register.key, alter title type register.line,
    alter description type register.prose, alter evidence type register.prose, alter validity_note type register.line, alter basis type register.key,
    alter source type register.line, alter subject type register.key;
alter table register.standard_event
    alter catalogue type register.key, alter code type register.key, alter state type register.key, alter checked_by type register.line,
    alter note type register.line;
alter table register.phase_model
    alter id type register.key, alter version type register.line, alter title type register.line, alter status type register.line, alter note type register.prose;
alter table register.phase
    alter model type register.key, alter code type register.key, alter title type register.line, alter purpose type register.prose,
    alter activities type register.prose, alter started_by type register.prose, alter participants type register.prose,
    alter documents type register.prose, alter duration type register.prose, alter finished_when type register.prose;
alter table register.phase_criterion
    alter model type register.key, alter code type register.key, alter text type register.prose;
alter table register.phase_event
    alter model type register.key, alter state type register.key, alter checked_by type register.line, alter note type register.line;

alter table register.funding_body
    alter id type register.key, alter kind type register.key, alter name type register.line, alter short type register.line,
    alter url type register.web_address, alter note type register.prose;
alter table register.funding_body_region
    alter body type register.key, alter ags_prefix type register.key_or_none;
alter table register.search_miss
    alter ags type register.ags, alter field_of_action type register.key_or_none;
