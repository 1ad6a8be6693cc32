-- Everything public about one provider.
-- role: web
-- params: slug text
select directory.profile(:slug::text)
