-- People in several organisations: invitations, and reading what was done.

create table invitations (
  id text primary key,
  organisation_id text not null references organisations (id) on delete cascade,
  email text not null check (email = lower(email)),
  role text not null check (role in ('admin', 'billing', 'member', 'viewer')),
  -- they go with whoever made them: who may invite no longer has none open
  inviter_id text not null references users (id) on delete cascade,
  hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  unique (organisation_id, email)
);
create index invitations_inviter_id on invitations (inviter_id);
create index invitations_expires_at on invitations (expires_at);

create index audit_events_actor on audit_events (actor_id, id desc);
create index sessions_organisation_id on sessions (organisation_id);
create index api_keys_user_id on api_keys (user_id);
