-- Sums of what is over are made every half hour, and for everything that dashboards group and filter by: however many
-- keys and models there are, few rows are read. They are made anew from the rollups of 15 minutes.

drop table usage_days, usage_closing, usage_day_rollups, usage_slot_rollups;

-- Until when sums were made for everybody; null is not at all yet.
create table usage_closing (
  only_row boolean primary key default true check (only_row),
  closed_until timestamptz
);
insert into usage_closing (closed_until) values (null);

-- Days (UTC) for which something came after their sums were made, in its own transaction: from `since` on they are read
-- from the 15 minutes, until they are summed again.
create table usage_reopened (
  organisation_id text not null,
  day date not null,
  since timestamptz not null,
  primary key (organisation_id, day)
);

-- `summed_over` are the bits of grouping(key_id, user_id, model): 7 is everything in one row, 6 keeps the model apart,
-- 0 all three; each has its own place, so that what is read together lies together. What was summed over is ''. Times are counted in the bins of usage_histograms: how many requests each has.
create table usage_day_rollups (
  organisation_id text not null,
  summed_over smallint not null,
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
  primary key (organisation_id, summed_over, day, key_id, user_id, model, status)
) partition by list (summed_over);
create table usage_day_rollups_0 partition of usage_day_rollups for values in (0);
create table usage_day_rollups_1 partition of usage_day_rollups for values in (1);
create table usage_day_rollups_4 partition of usage_day_rollups for values in (4);
create table usage_day_rollups_5 partition of usage_day_rollups for values in (5);
create table usage_day_rollups_6 partition of usage_day_rollups for values in (6);
create table usage_day_rollups_7 partition of usage_day_rollups for values in (7);

-- Half hours, so that nearly every time zone's day is a sum of them.
create table usage_slot_rollups (
  organisation_id text not null,
  summed_over smallint not null,
  slot_at timestamptz not null,
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
  primary key (organisation_id, summed_over, slot_at, key_id, user_id, model, status)
) partition by list (summed_over);
create table usage_slot_rollups_0 partition of usage_slot_rollups for values in (0);
create table usage_slot_rollups_1 partition of usage_slot_rollups for values in (1);
create table usage_slot_rollups_4 partition of usage_slot_rollups for values in (4);
create table usage_slot_rollups_5 partition of usage_slot_rollups for values in (5);
create table usage_slot_rollups_6 partition of usage_slot_rollups for values in (6);
create table usage_slot_rollups_7 partition of usage_slot_rollups for values in (7);
-- Months of one key, user or model.
create index usage_slot_rollups_of on usage_slot_rollups (organisation_id, summed_over, model, key_id, user_id, slot_at);
