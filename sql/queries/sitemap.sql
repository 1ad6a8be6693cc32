-- Every page with an address of its own, for search engines; in parts of 5,000 providers: a tenth of what the protocol allows, so that none holds a
-- worker up.
-- role: web
-- params: teil int (number of the part, may be null)
select directory.sitemap(:teil::int, 5000)
