-- How many requests of a sum have no known price; what late truths had moved in part, as a whole; what the last
-- comparison of all sums with the ledger found; and from when on the ledger can be compared with.

alter table usage_rollups add unpriced_requests bigint not null default 0;
alter table usage_day_rollups add unpriced_requests bigint not null default 0;
alter table usage_slot_rollups add unpriced_requests bigint not null default 0;

create table usage_proof (
  only_row boolean primary key default true check (only_row),
  checked integer not null,
  differences integer not null,
  proven_at timestamptz not null
);

-- Months before were dropped: what the ledger still gets for them is not all that their rollups hold.
create table ledger_kept (
  only_row boolean primary key default true check (only_row),
  since timestamptz
);
insert into ledger_kept (since) values (null);

-- Late truths had moved their differences to the settled row alone: all of that row follows, from its status to the true one.
create temporary table moved on commit drop as
select r.organisation_id, date_bin('15 minutes', r.started_at, '2000-01-01 00:00:00Z') as bucket_at, r.started_at,
  coalesce(r.key_id, '') as key_id, r.user_id, r.model, side.*, r.input_tokens, r.cached_tokens, r.output_tokens,
  r.reasoning_tokens, r.input_microusd, r.cached_microusd, r.output_microusd, r.latency_ms as settled_ms
from ledger_requests truth join ledger_requests r using (started_at, id)
cross join lateral (values
  (-1, r.status, r.latency_ms, r.first_token_ms),
  (1, truth.status, r.latency_ms + truth.latency_ms, coalesce(truth.first_token_ms, r.first_token_ms))
) side (counts, status, latency_ms, first_token_ms)
where truth.correction > 0 and r.correction = 0;

insert into usage_rollups as t (organisation_id, bucket_at, key_id, user_id, model, status, requests, input_tokens,
  cached_tokens, output_tokens, reasoning_tokens, input_microusd, cached_microusd, output_microusd, latency_ms_sum, last_request_at)
select organisation_id, bucket_at, key_id, user_id, model, status, sum(counts), sum(counts * input_tokens),
  sum(counts * cached_tokens), sum(counts * output_tokens), sum(counts * reasoning_tokens),
  coalesce(sum(counts * input_microusd), 0), coalesce(sum(counts * cached_microusd), 0),
  coalesce(sum(counts * output_microusd), 0), sum(counts * settled_ms), max(started_at)
from moved group by 1, 2, 3, 4, 5, 6
on conflict (organisation_id, bucket_at, key_id, user_id, model, status) do update set
  requests = t.requests + excluded.requests,
  input_tokens = t.input_tokens + excluded.input_tokens,
  cached_tokens = t.cached_tokens + excluded.cached_tokens,
  output_tokens = t.output_tokens + excluded.output_tokens,
  reasoning_tokens = t.reasoning_tokens + excluded.reasoning_tokens,
  input_microusd = t.input_microusd + excluded.input_microusd,
  cached_microusd = t.cached_microusd + excluded.cached_microusd,
  output_microusd = t.output_microusd + excluded.output_microusd,
  latency_ms_sum = t.latency_ms_sum + excluded.latency_ms_sum;

-- Bins are eight to the octave: the last whose first whole millisecond is not above the time.
insert into usage_histograms as t (organisation_id, bucket_at, key_id, user_id, model, status, measure, bin, requests)
select organisation_id, bucket_at, key_id, user_id, model, status, measure, bin, sum(counts)
from moved
cross join lateral (values ('latency', latency_ms), ('first_token', first_token_ms)) timed (measure, ms)
cross join lateral (
  select max(n)::smallint as bin from generate_series(0, 247) n where ceil(power(2::float8, n / 8.0::float8)) - 1 <= ms
) binned
where ms is not null
group by 1, 2, 3, 4, 5, 6, 7, 8
on conflict (organisation_id, bucket_at, key_id, user_id, model, status, measure, bin)
  do update set requests = t.requests + excluded.requests;

create temporary table unpriced on commit drop as
select r.organisation_id, date_bin('15 minutes', r.started_at, '2000-01-01 00:00:00Z') as bucket_at,
  coalesce(r.key_id, '') as key_id, r.user_id, r.model, coalesce(truth.status, r.status) as status, count(*) as requests
from ledger_requests r
left join ledger_requests truth on truth.started_at = r.started_at and truth.id = r.id and truth.correction = 1
where r.correction = 0 and r.input_microusd + r.cached_microusd + r.output_microusd is null
group by 1, 2, 3, 4, 5, 6;

update usage_rollups t set unpriced_requests = unpriced.requests from unpriced
where t.organisation_id = unpriced.organisation_id and t.bucket_at = unpriced.bucket_at and t.key_id = unpriced.key_id
  and t.user_id = unpriced.user_id and t.model = unpriced.model and t.status = unpriced.status;

-- What was summed of them is summed anew.
insert into usage_reopened as r (organisation_id, day, since)
select organisation_id, (bucket_at at time zone 'UTC')::date, min(date_bin('30 minutes', bucket_at, '2000-01-01 00:00:00Z'))
from (select organisation_id, bucket_at from moved union select organisation_id, bucket_at from unpriced) changed
group by 1, 2
on conflict (organisation_id, day) do update set since = least(r.since, excluded.since);
