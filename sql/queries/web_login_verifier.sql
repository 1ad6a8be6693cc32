-- Hands the verifier of a password (SCRAM, as `alter role ... password` takes it) to web_login in the same transaction.
-- role: owner
-- params: verifier text
select set_config('jcap.verifier', :verifier::text, true)
