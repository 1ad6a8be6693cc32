-- Invented providers for a try-out: about 300, marked as Beispieldaten on every page that shows them. Never beside real ones.
do $$
begin
    if not exists (select from register.provider p where not p.is_demo) then
        perform demo.generate(300, 1);
    end if;
end
$$;
