-- API keys: what each may do, and the hashes of the secrets that open it.

create table api_keys (
  id text primary key,
  organisation_id text not null references organisations (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  name text not null,
  description text,
  -- the first characters of the secret, enough to recognise it in a list
  prefix text not null,
  last_characters text not null,
  permissions text[] not null,
  access text not null default 'full' check (access in ('full', 'models', 'read')),
  ip_whitelist text[] not null default '{}',
  daily_limit bigint check (daily_limit > 0),
  monthly_limit bigint check (monthly_limit > 0),
  rpm_limit integer check (rpm_limit > 0),
  expires_at timestamptz,
  revoked_at timestamptz,
  revoke_reason text,
  -- a key revoked as leaked is never reactivated
  leaked boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index api_keys_organisation_id on api_keys (organisation_id, created_at);

create table api_key_secrets (
  hash bytea primary key,
  key_id text not null references api_keys (id) on delete cascade,
  created_at timestamptz not null default now(),
  -- set when the secret was replaced with a grace period
  expires_at timestamptz
);
create index api_key_secrets_key_id on api_key_secrets (key_id);
