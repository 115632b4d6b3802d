-- Texts that somebody asks with again and again, under names of their own.
create table chat_prompts (
  id text primary key,
  organisation_id text not null references organisations (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  name text not null,
  content text not null,
  created_at timestamptz not null,
  unique (user_id, organisation_id, name)
);
