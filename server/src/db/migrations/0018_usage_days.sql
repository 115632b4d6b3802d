-- Sums of days that are over, made from the 15-minute rollups: what months of dashboards are read from.

-- Which days (UTC) of an organisation the sums below stand for. Whatever comes later for such a day opens it again, in
-- its own transaction; an open day is read from the 15-minute rollups.
create table usage_days (
  organisation_id text not null,
  day date not null,
  is_closed boolean not null,
  primary key (organisation_id, day)
);
create index usage_days_reopened on usage_days (day) where not is_closed;

-- The last day that was closed for everybody.
create table usage_closing (
  only_row boolean primary key default true check (only_row),
  closed_through date
);
insert into usage_closing (closed_through) values (null);

-- Times are counted in the bins of usage_histograms: how many requests each bin has, side by side.
create table usage_day_rollups (
  organisation_id text not null,
  day date not null,
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
  latency_bins smallint[] not null,
  latency_counts bigint[] not null,
  first_token_bins smallint[] not null,
  first_token_counts bigint[] not null,
  primary key (organisation_id, day, key_id, user_id, model, status)
);

-- Half hours, so that nearly every time zone's day is a sum of them; once for all ('*', '*'), once for each user
-- ('*', user) and once for each key (key, user).
create table usage_slot_rollups (
  organisation_id text not null,
  key_id text not null,
  user_id text not null,
  slot_at timestamptz not null,
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
  latency_bins smallint[] not null,
  latency_counts bigint[] not null,
  first_token_bins smallint[] not null,
  first_token_counts bigint[] not null,
  primary key (organisation_id, key_id, user_id, slot_at, model, status)
);

create index usage_rollups_at on usage_rollups (bucket_at);
-- Read by who asked: members see their own.
create index usage_rollups_user on usage_rollups (organisation_id, user_id, bucket_at);
