-- Models that administrators added, or changed from what MODELS_FILE says of them, or what was found.
create table live_models (
  id text primary key,
  -- Null where it is as its source describes it, but for what follows.
  definition jsonb,
  is_enabled boolean not null,
  is_hidden boolean not null,
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
