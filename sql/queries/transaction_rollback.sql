-- Undoes what the transaction did.
-- role: owner
rollback
