-- Administration: who may not come in for now, who acts in whose name, what differs from a plan, and what is switched off.

alter table users
  add column suspended_at timestamptz,
  add column suspend_reason text,
  add constraint users_suspend_reason_check check ((suspended_at is null) = (suspend_reason is null));
alter table organisations
  add column suspended_at timestamptz,
  add column suspend_reason text,
  -- {"requestsPerMinute": {"value": 100, "until": "2026-12-31T00:00:00.000Z"}}: what is allowed in place of the plan's
  -- share; a value of null is no limit, an until of null is for good
  add column overrides jsonb not null default '{}',
  add constraint organisations_suspend_reason_check check ((suspended_at is null) = (suspend_reason is null));

-- An administrator signed in as somebody else. The session of the first holds up the second's; the row stays when both
-- are gone, so that its end is told once.
create table impersonations (
  session_id text primary key,
  administrator_id text not null,
  administrator_session_id text not null,
  user_id text not null,
  organisation_id text not null,
  started_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);

alter table audit_events add column impersonator_id text;
create index audit_events_impersonator on audit_events (impersonator_id, id desc) where impersonator_id is not null;
create index audit_events_action on audit_events (action, id desc);

-- What was switched from how it is in the code.
create table switches (
  name text primary key,
  is_on boolean not null,
  changed_at timestamptz not null
);

-- Found by how they begin.
create index users_name_prefix on users (lower(name) text_pattern_ops);
create index users_email_prefix on users (email text_pattern_ops);
create index users_administrators on users (id) where role = 'admin';
create index users_suspended on users (id) where suspended_at is not null;
create index organisations_name_prefix on organisations (lower(name) text_pattern_ops);
create index organisations_plan on organisations (plan_id, id);
create index organisations_suspended on organisations (id) where suspended_at is not null;

alter table mails add column note text;
create index mails_state on mails (state, id);
-- What each organisation stores, by kind, without looking at the files themselves.
drop index files_organisation_id;
create index files_organisation_id on files (organisation_id) include (bytes, kind);
