-- How people come in: profiles, devices, links in mails, second factors, throttles, and what was done.

alter table users
  add column first_name text,
  add column last_name text,
  add column company text,
  add column phone text,
  add column timezone text,
  add column pending_email text check (pending_email = lower(pending_email)),
  add column deletion_at timestamptz;

-- The address that somebody has at another site, to tell accounts apart by.
alter table accounts
  add column email text,
  add constraint accounts_provider_id_check check (provider_id in ('credential', 'google', 'github'));

create table sessions (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  organisation_id text not null references organisations (id) on delete cascade,
  method text not null check (method in ('password', 'google', 'github', 'passkey')),
  ip_address text not null,
  user_agent text,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions_user_id on sessions (user_id);
create index sessions_expires_at on sessions (expires_at);

-- A link in a mail: one for each purpose and person, the last one made.
create table mail_links (
  hash bytea primary key,
  user_id text not null references users (id) on delete cascade,
  purpose text not null check (purpose in ('verify-email', 'change-email', 'reset-password', 'claim-portal')),
  email text not null,
  expires_at timestamptz not null,
  unique (user_id, purpose)
);

-- A sign-in whose second factor is waited for.
create table sign_in_challenges (
  hash bytea primary key,
  user_id text not null references users (id) on delete cascade,
  method text not null check (method in ('password', 'google', 'github', 'passkey')),
  expires_at timestamptz not null
);
create index sign_in_challenges_expires_at on sign_in_challenges (expires_at);

create table two_factors (
  user_id text primary key references users (id) on delete cascade,
  secret text not null,
  -- null until a first code was given
  confirmed_at timestamptz,
  -- the last time step whose code was taken: each is taken once
  last_step bigint not null default 0,
  failures integer not null default 0,
  locked_until timestamptz
);

create table backup_codes (
  user_id text not null references two_factors (user_id) on delete cascade,
  hash bytea not null,
  primary key (user_id, hash)
);

-- When something limited was tried, by what it is counted for; the oldest first.
create table throttles (
  key text primary key,
  hits timestamptz[] not null,
  -- whether the last try was let through
  taken boolean not null,
  expires_at timestamptz not null
);
create index throttles_expires_at on throttles (expires_at);

create table audit_events (
  id text collate "C" primary key,
  at timestamptz not null,
  -- null where it concerns a person alone
  organisation_id text,
  -- null where nobody was signed in
  actor_id text,
  actor_key_id text,
  subject_id text,
  action text not null,
  ip_address text,
  user_agent text,
  details jsonb not null default '{}'
);
create index audit_events_organisation on audit_events (organisation_id, id desc);
create index audit_events_subject on audit_events (subject_id, id desc);

-- Where an account was signed in from: tries from there are counted apart from strangers’.
create table known_networks (
  user_id text not null references users (id) on delete cascade,
  network text not null,
  last_used_at timestamptz not null,
  primary key (user_id, network)
);
