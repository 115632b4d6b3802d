-- What did not work, what is planned, and who is mailed about it.

create table incidents (
  id text collate "C" primary key,
  kind text not null check (kind in ('incident', 'maintenance')),
  -- whether the portal opened it itself
  automatic boolean not null,
  title text not null,
  -- null for maintenance
  impact text check (impact in ('degraded', 'down')),
  starts_at timestamptz not null,
  -- when it was resolved; of maintenance, when it is planned to end
  ends_at timestamptz,
  check ((kind = 'maintenance') = (impact is null)),
  check (kind = 'incident' or ends_at is not null)
);
create index incidents_starts on incidents (starts_at);
create index incidents_ends on incidents (ends_at);

create table incident_components (
  incident_id text collate "C" not null references incidents (id) on delete cascade,
  component text not null,
  primary key (incident_id, component)
);

create table incident_updates (
  id text collate "C" primary key,
  incident_id text collate "C" not null references incidents (id) on delete cascade,
  at timestamptz not null,
  stage text not null check (stage in ('planned', 'investigating', 'identified', 'monitoring', 'resolved')),
  text text not null,
  -- the last subscription that was mailed about it
  told_through text collate "C" not null default ''
);
create index incident_updates_incident on incident_updates (incident_id);

-- Who is mailed about incidents, once the address is confirmed.
create table status_subscriptions (
  id text collate "C" primary key,
  email text not null unique,
  -- SHA-256 of the token in the link to confirm; null once it was used
  token_hash bytea unique,
  expires_at timestamptz,
  confirmed_at timestamptz,
  created_at timestamptz not null
);

-- Today's times are read for everybody at once; its rows come in order of their time.
create index usage_histograms_at on usage_histograms using brin (bucket_at);
