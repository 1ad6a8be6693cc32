-- Makes jcap_web a login with the password whose verifier web_login_verifier left in this transaction.
-- role: owner
do $$
begin
    execute format('alter role jcap_web login password %L', current_setting('jcap.verifier'));
end
$$
