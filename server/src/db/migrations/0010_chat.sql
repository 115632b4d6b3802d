-- Conversations: sessions, their messages as a tree, and the answers that are being made.

create table chat_sessions (
  id text primary key,
  organisation_id text not null references organisations (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  title text not null,
  -- who gave the title: nobody yet, a model, or somebody
  titled_by text not null default 'nobody' check (titled_by in ('nobody', 'model', 'person')),
  model text,
  temperature double precision check (temperature between 0 and 2),
  instructions text,
  tags text[] not null default '{}',
  pinned boolean not null default false,
  archived boolean not null default false,
  -- the last message of the branch in use
  leaf_id text,
  created_at timestamptz not null,
  -- when it was last used
  updated_at timestamptz not null,
  deleted_at timestamptz
);
create index chat_sessions_used on chat_sessions (user_id, organisation_id, updated_at desc, id desc);
create index chat_sessions_deleted_at on chat_sessions (deleted_at) where deleted_at is not null;

create table chat_messages (
  id text primary key,
  session_id text not null references chat_sessions (id) on delete cascade,
  parent_id text references chat_messages (id) on delete cascade,
  role text not null check (role in ('user', 'assistant', 'system')),
  content text not null,
  reasoning text,
  model text,
  status text not null check (status in ('running', 'complete', 'stopped', 'interrupted', 'failed')),
  fault_code text,
  fault_message text,
  omitted_messages integer not null default 0,
  total_tokens integer,
  tokens_estimated boolean not null default false,
  rating smallint not null default 0 check (rating between -1 and 1),
  rating_reason text,
  video jsonb,
  created_at timestamptz not null
);
create index chat_messages_session_id on chat_messages (session_id, id);
create index chat_messages_parent_id on chat_messages (parent_id);

create table chat_generations (
  id text primary key,
  session_id text not null references chat_sessions (id) on delete cascade,
  -- the answer
  message_id text not null unique references chat_messages (id) on delete cascade,
  model text not null,
  status text not null check (status in ('running', 'complete', 'stopped', 'interrupted', 'failed')),
  -- how much of the text was shown to whoever stopped it, in UTF-16 code units; null is all
  shown_characters integer,
  stop_asked_at timestamptz,
  heartbeat_at timestamptz not null,
  started_at timestamptz not null,
  ended_at timestamptz
);
create index chat_generations_session_id on chat_generations (session_id);
create index chat_generations_running on chat_generations (heartbeat_at) where status = 'running';
create index chat_generations_ended_at on chat_generations (ended_at);

-- What an answer consists of, in order; kept until the answer is whole and old.
create table chat_generation_events (
  generation_id text not null references chat_generations (id) on delete cascade,
  seq integer not null,
  event jsonb not null,
  primary key (generation_id, seq)
);
