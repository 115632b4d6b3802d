-- How the portal's components have been: a row for every minute in which the portal looked, closed into sums of days.

-- When each component was there to be looked at. A minute of these without a row below is one in which the portal did
-- not run, or could not say so.
create table status_spans (
  component text not null,
  from_minute timestamptz not null,
  -- null while it is there
  to_minute timestamptz,
  primary key (component, from_minute)
);
create unique index status_spans_open on status_spans (component) where to_minute is null;

create table status_minutes (
  minute timestamptz not null,
  component text not null,
  state text not null check (state in ('operational', 'degraded', 'down')),
  -- null where it is judged by other than a probe
  latency_ms integer,
  primary key (minute, component)
);

-- Minutes of a day (UTC) of a component; those of planned maintenance are among no others.
create table status_days (
  day date not null,
  component text not null,
  operational integer not null,
  degraded integer not null,
  down integer not null,
  missed integer not null,
  maintenance integer not null,
  primary key (day, component)
);

-- How many minutes ranges that begin and end with whole ones have.
create function minutes_of(ranges tstzmultirange) returns integer language sql immutable as $$
  select coalesce(sum(extract(epoch from upper(range) - lower(range)) / 60), 0)::integer from unnest(ranges) range
$$;
