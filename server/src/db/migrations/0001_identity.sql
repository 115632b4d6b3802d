-- Who is asking: people, the organisations that pay, and the plans that say what they may do.
-- users and accounts hold the columns of better-auth's core schema (snake_case names).

create table plans (
  id text primary key check (id in ('free', 'pro', 'enterprise')),
  name text not null,
  tier text not null unique check (tier in ('FREE', 'PRO', 'ENTERPRISE')),
  monthly_price_cents integer,
  yearly_price_cents integer,
  -- null means unlimited, in every *_max and limit column of this schema
  tokens_per_month bigint check (tokens_per_month > 0),
  -- 100 stops at the allotment; 200 goes on as overage up to twice of it
  token_ceiling_percent integer not null default 100 check (token_ceiling_percent >= 100),
  keys_max integer check (keys_max > 0),
  storage_bytes_max bigint check (storage_bytes_max > 0),
  parallel_max integer check (parallel_max > 0),
  requests_per_minute integer check (requests_per_minute > 0),
  support text not null check (support in ('community', 'priority', 'dedicated')),
  sharing boolean not null default false
);

insert into plans
  (id, name, tier, monthly_price_cents, yearly_price_cents, tokens_per_month, token_ceiling_percent,
   keys_max, storage_bytes_max, parallel_max, requests_per_minute, support, sharing)
values
  ('free', 'Free', 'FREE', 0, 0, 1000, 100, 1, 1073741824, 100, 40000, 'community', false),
  ('pro', 'Pro', 'PRO', 2900, 24900, 50000, 200, 10, 5368709120, 100, 40000, 'priority', false),
  ('enterprise', 'Enterprise', 'ENTERPRISE', null, null, null, 100, null, null, null, 40000, 'dedicated', true);

create table users (
  id text primary key,
  name text not null,
  email text not null check (email = lower(email)),
  email_verified boolean not null default false,
  image text,
  role text not null default 'user' check (role in ('user', 'admin')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint users_email_unique unique (email)
);

create table accounts (
  id text primary key,
  account_id text not null,
  provider_id text not null,
  user_id text not null references users (id) on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index accounts_user_id on accounts (user_id);

create table organisations (
  id text primary key,
  name text not null,
  slug text not null unique,
  plan_id text not null references plans (id),
  -- billing periods are counted in months from this UTC midnight
  billing_anchor_at timestamptz not null default date_trunc('day', now(), 'UTC'),
  created_at timestamptz not null default now()
);

create table members (
  id text primary key,
  organisation_id text not null references organisations (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'billing', 'member', 'viewer')),
  created_at timestamptz not null default now(),
  unique (organisation_id, user_id)
);
create index members_user_id on members (user_id);
