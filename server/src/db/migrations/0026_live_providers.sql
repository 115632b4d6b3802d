-- Providers that administrators added, or changed from what MODELS_FILE or the environment says of them.
create table live_providers (
  name text primary key,
  -- Null where it is as its source describes it.
  definition jsonb,
  -- Whose key it has: none, its own (encrypted, bound to the name and the server), or its source's.
  key_kind text not null check (key_kind in ('none', 'own', 'source')),
  sealed_key text check ((key_kind = 'own') = (sealed_key is not null)),
  state text not null check (state in ('active', 'draining', 'disabled')),
  version bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
