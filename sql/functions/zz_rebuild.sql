-- Runs last: what is stored of the providers was built by the functions as they were, so it is built anew with those of this release.
do $$
begin
    if exists (select from directory.provider_doc) then
        perform directory.rebuild();
    end if;
end
$$;
