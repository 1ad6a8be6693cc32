-- What search engines may find: one page per provider, Kreis, Land and standard.

-- Parameters: number of the part, or null: the only one, or none if there are several; providers per part. Result: {part, parts, entries}
-- with kind (the statement of the page), key (in its address) and on: the day of directory.last_change, where the data tell one; null for a part that
-- is not there. Kreise, Länder and standards stand in the first part.
create or replace function directory.sitemap(part int, per_part int) returns json
language sql stable as $$
    select json_build_object('part', part, 'parts', n.parts, 'entries', case when coalesce(part, n.parts) = 1 or part is not null then (
        select coalesce(json_agg(json_build_object('kind', e.kind, 'key', e.key, 'on', e.day) order by e.pos, e.key), '[]')
        from (select 1 as pos, 'standard' as kind, s.code as key, null::date as day
              from directory.in_force() f join directory.standard s on s.catalogue = f.catalogue where coalesce(part, 1) = 1
              union all
              select 2, 'state', s.code, null from geo.state s where coalesce(part, 1) = 1
              union all
              select 3, 'district', d.ags, null from geo.district d where coalesce(part, 1) = 1
              union all
              select 4, 'provider', p.slug, ch.updated_on
              from (select d.slug, d.card, d.updated_at from directory.provider_doc d where d.status = 'active'
                    order by d.id limit per_part offset (coalesce(part, 1) - 1)::bigint * per_part) p
              cross join lateral directory.last_change(p.card, p.updated_at) ch) e) end)
    from (select greatest(ceil(count(*)::numeric / per_part), 1)::int as parts from directory.provider_doc d where d.status = 'active') n
    where part is null or part between 1 and n.parts
$$;
