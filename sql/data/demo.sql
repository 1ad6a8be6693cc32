-- Invented providers for a try-out: about 300, marked as Beispieldaten on every page that shows them.
select demo.generate(300, 1) where not exists (select from register.provider p where not p.is_demo);
