-- Every page with an address of its own, for search engines; in parts of 45,000 providers (a sitemap holds at most 50,000 addresses).
-- role: web
-- params: teil int (number of the part, may be null)
select directory.sitemap(:teil::int, 45000)
