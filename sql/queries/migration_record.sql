-- Records a migration.
-- role: owner
-- params: name text, checksum text (SHA-256, hex)
insert into public.migration (name, checksum) values (:name, :checksum)
on conflict (name) do update set checksum = excluded.checksum, applied_at = now()
