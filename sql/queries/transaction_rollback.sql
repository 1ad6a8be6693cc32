-- role: owner
rollback
