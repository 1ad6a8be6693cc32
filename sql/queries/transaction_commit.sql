-- Keeps what the transaction did.
-- role: owner
commit
