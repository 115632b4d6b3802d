-- Somebody has one account of each other site, whatever was linked at once. Of several the first stays.
-- Passwords are one each already, by their account_id: a second index would fail two that are set at once.

delete from accounts later using accounts earlier
where later.provider_id <> 'credential'
  and later.user_id = earlier.user_id and later.provider_id = earlier.provider_id and later.id > earlier.id;

create unique index accounts_linked on accounts (user_id, provider_id) where provider_id <> 'credential';
