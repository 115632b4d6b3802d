-- Snapshots of chats behind links that nobody can guess. A link is dead while its chat is in the trash, and goes with it.
create table chat_shares (
  id text primary key,
  session_id text not null references chat_sessions (id) on delete cascade,
  -- what the link ends with: whoever has it reads the snapshot
  token text not null unique,
  title text not null,
  messages jsonb not null,
  message_count integer not null,
  created_at timestamptz not null
);
create index chat_shares_session_id on chat_shares (session_id);
