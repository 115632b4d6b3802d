-- The ledger: one row for every admitted request, and additive rollups that always agree with it.

-- A running server. A node whose heartbeat is stale is dead: its holds are swept.
create table nodes (
  id text primary key,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now()
);

-- A request under way. Deleted by its settle, or by the sweeper when its node died.
create table ledger_holds (
  started_at timestamptz not null,
  id text collate "C" not null,
  node_id text not null,
  organisation_id text not null,
  user_id text not null,
  key_id text,
  purpose text not null,
  dialect text not null,
  model text not null,
  target text,
  streamed boolean not null,
  input_tokens bigint not null,
  -- what was produced at the last checkpoint
  output_tokens bigint not null default 0,
  held_tokens bigint not null,
  -- null where the model's price is not known: its cost is unknown too, never nothing
  input_microusd_per_million bigint,
  output_microusd_per_million bigint,
  primary key (started_at, id)
);
create index ledger_holds_organisation on ledger_holds (organisation_id);

create table ledger_requests (
  started_at timestamptz not null,
  -- time-ordered; started_at can be read back from it
  id text collate "C" not null,
  -- 0 is the settled row; 1 and up are later truths, as differences to it
  correction smallint not null default 0,
  node_id text not null,
  organisation_id text not null,
  user_id text not null,
  key_id text,
  session_id text,
  client_request_id text,
  purpose text not null,
  dialect text not null,
  model text not null,
  target text,
  attempts smallint not null,
  streamed boolean not null,
  status text not null check (status in ('ok', 'client_cancelled', 'upstream_error', 'portal_error', 'node_died')),
  error_code text,
  input_tokens bigint not null,
  cached_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  -- null where the model's price is not known
  input_microusd bigint,
  cached_microusd bigint,
  output_microusd bigint,
  estimated boolean not null,
  held_tokens bigint not null,
  latency_ms integer not null,
  first_token_ms integer,
  settled_at timestamptz not null default now(),
  primary key (started_at, id, correction)
) partition by range (started_at);
create index ledger_requests_organisation on ledger_requests (organisation_id, started_at desc);
create index ledger_requests_key on ledger_requests (key_id, started_at desc);

-- Makes the partition of the month (UTC) that holds `at`, if it is missing.
create function ensure_ledger_partition(at timestamptz) returns void language plpgsql as $$
declare
  month timestamptz := date_trunc('month', at, 'UTC');
  name text := 'ledger_requests_' || to_char(month at time zone 'UTC', 'YYYY_MM');
begin
  if to_regclass(name) is not null then return; end if;
  -- Several nodes may come here at once: whoever waited finds it made.
  perform pg_advisory_xact_lock(hashtextextended('ensure_ledger_partition', 0));
  execute format('create table if not exists %I partition of ledger_requests for values from (%L) to (%L)',
    name, month, ((month at time zone 'UTC') + interval '1 month') at time zone 'UTC');
end $$;

-- Sums of 15 minutes: every time zone's day is a sum of them.
create table usage_rollups (
  organisation_id text not null,
  bucket_at timestamptz not null,
  -- '' where the request came without a key
  key_id text not null,
  user_id text not null,
  model text not null,
  status text not null,
  requests bigint not null,
  input_tokens bigint not null,
  cached_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  input_microusd bigint not null,
  cached_microusd bigint not null,
  output_microusd bigint not null,
  latency_ms_sum bigint not null,
  last_request_at timestamptz not null,
  primary key (organisation_id, bucket_at, key_id, user_id, model, status)
);
create index usage_rollups_key on usage_rollups (key_id, bucket_at);

-- Latency and time to first token as additive counts in logarithmic bins (eight to the octave).
create table usage_histograms (
  organisation_id text not null,
  bucket_at timestamptz not null,
  key_id text not null,
  user_id text not null,
  model text not null,
  status text not null,
  measure text not null check (measure in ('latency', 'first_token')),
  bin smallint not null,
  requests bigint not null,
  primary key (organisation_id, bucket_at, key_id, user_id, model, status, measure, bin)
);
