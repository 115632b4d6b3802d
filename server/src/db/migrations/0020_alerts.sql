-- Alerts on what is used, when they last fired, and what they have said.

create table alerts (
  id text primary key,
  organisation_id text not null references organisations (id) on delete cascade,
  name text not null,
  enabled boolean not null default true,
  measure text not null default 'tokens' check (measure in ('tokens', 'cost')),
  period text not null default 'month' check (period in ('day', 'month')),
  -- tokens or micro-USD; null is what the plan includes
  limit_amount bigint check (limit_amount > 0),
  -- null counts every key and every model
  key_id text,
  model text,
  thresholds integer[] not null default '{50,75,90,100}',
  mails_owners boolean not null default true,
  mail_user_ids text[] not null default '{}',
  -- encrypted; its host is shown
  slack_url text,
  slack_host text,
  webhook_ids text[] not null default '{}',
  created_at timestamptz not null,
  -- it can be restored for a day
  deleted_at timestamptz,
  check (key_id is null or model is null),
  check (limit_amount is not null or (measure = 'tokens' and period = 'month')),
  check ((slack_url is null) = (slack_host is null))
);
create index alerts_organisation on alerts (organisation_id);

-- What an alert has said: what was crossed or is resolved, and the figures of that moment.
create table alert_events (
  id text collate "C" primary key,
  organisation_id text not null references organisations (id) on delete cascade,
  alert_id text not null references alerts (id) on delete cascade,
  type text not null check (type in ('triggered', 'resolved', 'test')),
  at timestamptz not null,
  thresholds integer[] not null,
  reason text check (reason in ('back_under', 'new_period')),
  measure text not null,
  period text not null,
  period_starts_at timestamptz not null,
  period_ends_at timestamptz not null,
  used bigint not null,
  limit_amount bigint
);
create index alert_events_organisation on alert_events (organisation_id, id desc);
create index alert_events_alert on alert_events (alert_id, id desc);

-- One row for an alert, a threshold and a period: whoever inserts it tells of it, and nobody else ever does.
create table alert_firings (
  alert_id text not null references alerts (id) on delete cascade,
  period_starts_at timestamptz not null,
  threshold integer not null,
  -- what was counted against which limit: once that is another, it is said anew
  basis text not null,
  event_id text not null references alert_events (id) on delete cascade,
  fired_at timestamptz not null,
  resolved_at timestamptz,
  primary key (alert_id, period_starts_at, threshold, basis)
);
create index alert_firings_open on alert_firings (alert_id) where resolved_at is null;

-- Who was there before is warned like those who come.
insert into alerts (id, organisation_id, name, created_at)
select 'alr_' || substr(id, 5), id, 'Tokens of the plan', now() from organisations;
