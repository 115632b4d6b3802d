-- What was settled for servers that died, of months that were dropped since: its truth may come yet, and is counted instead
-- of it. A column that is added to ledger_requests is added here too.
create table ledger_swept (like ledger_requests, primary key (started_at, id));

-- Makes the partition of the month (UTC) that holds `at`, if it is missing; with what was kept of it when it was dropped.
create or replace function ensure_ledger_partition(at timestamptz) returns void language plpgsql as $$
declare
  month timestamptz := date_trunc('month', at, 'UTC');
  next timestamptz := ((month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
  name text := 'ledger_requests_' || to_char(month at time zone 'UTC', 'YYYY_MM');
begin
  if to_regclass(name) is not null then return; end if;
  -- Several nodes may come here at once: whoever waited finds it made.
  perform pg_advisory_xact_lock(hashtextextended('ensure_ledger_partition', 0));
  execute format('create table if not exists %I partition of ledger_requests for values from (%L) to (%L)', name, month, next);
  with kept as (delete from ledger_swept where started_at >= month and started_at < next returning *)
  insert into ledger_requests select * from kept;
end $$;

-- Ratings of a time; of all messages few are rated.
create index chat_messages_rated on chat_messages (created_at, session_id) where rating <> 0;
