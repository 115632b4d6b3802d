-- Passkeys (WebAuthn credentials), and the challenges that they answer.

create table passkeys (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  name text not null,
  -- the name of the portal that it works under
  rp_id text not null,
  -- in base64url
  credential_id text not null unique,
  -- as COSE has it
  public_key bytea not null,
  -- how often it was used, as the authenticator says; 0 where that does not count
  sign_count bigint not null check (sign_count >= 0),
  transports text[] not null,
  aaguid text not null,
  -- whether it can be on several devices, and whether it was kept elsewhere when it was last heard of
  synced boolean not null,
  backed_up boolean not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkeys_user_id on passkeys (user_id);

create table passkey_challenges (
  -- of what the browser holds
  hash bytea primary key,
  challenge bytea not null,
  purpose text not null check (purpose in ('register', 'sign-in', 'second-factor')),
  -- whose passkey it is for; null where any will do
  user_id text references users (id) on delete cascade,
  expires_at timestamptz not null,
  check ((user_id is null) = (purpose = 'sign-in'))
);
create index passkey_challenges_expires_at on passkey_challenges (expires_at);
create index passkey_challenges_user_id on passkey_challenges (user_id);
