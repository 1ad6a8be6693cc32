-- role: owner
commit
