-- Providers side by side, in the order of the address.
-- role: web
-- params: anbieter text[] (slugs)
select directory.compare(:anbieter::text[])
