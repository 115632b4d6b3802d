-- Addresses that are told of events, and everything that is on its way to somebody.

create table webhooks (
  id text primary key,
  organisation_id text not null references organisations (id) on delete cascade,
  url text not null,
  description text not null,
  events text[] not null,
  enabled boolean not null default true,
  -- why the portal turned it off itself
  disabled_reason text,
  -- encrypted, both; the one before signs too until its time is over
  secret text not null,
  old_secret text,
  old_secret_until timestamptz,
  -- since when nothing has reached it
  failing_since timestamptz,
  created_at timestamptz not null,
  deleted_at timestamptz,
  check ((old_secret is null) = (old_secret_until is null))
);
create index webhooks_organisation on webhooks (organisation_id);

create table deliveries (
  id text collate "C" primary key,
  organisation_id text not null references organisations (id) on delete cascade,
  channel text not null check (channel in ('mail', 'slack', 'webhook')),
  event text not null,
  alert_event_id text references alert_events (id) on delete cascade,
  alert_id text references alerts (id) on delete cascade,
  webhook_id text references webhooks (id) on delete cascade,
  -- the mail that carries it; what became of it is known there
  mail_id text,
  -- as it is shown: an address, a host, a URL
  destination text not null,
  body text,
  status text not null default 'waiting' check (status in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  -- since it was last sent by hand
  tries integer not null default 0,
  last_status integer,
  last_error text,
  response text,
  created_at timestamptz not null,
  last_attempt_at timestamptz,
  next_attempt_at timestamptz,
  check ((channel = 'webhook') = (webhook_id is not null)),
  check (channel <> 'slack' or alert_id is not null)
);
create index deliveries_alert_event on deliveries (alert_event_id);
create index deliveries_webhook on deliveries (webhook_id, id desc);
create index deliveries_mail on deliveries (mail_id) where mail_id is not null;
