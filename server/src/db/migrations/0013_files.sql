-- Files: what is known of them, what was read in them, and which messages name them. Their bytes are objects elsewhere.

create table files (
  id text primary key,
  organisation_id text not null references organisations (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  name text not null,
  media_type text not null,
  kind text not null check (kind in ('image', 'document', 'data', 'code', 'video')),
  bytes bigint not null check (bytes >= 0),
  -- made for messages: it goes when the last one that named it does
  for_messages boolean not null,
  named_at timestamptz,
  status text not null check (status in ('reading', 'ready', 'failed')),
  note text,
  pages integer,
  duration_ms integer,
  has_thumbnail boolean not null default false,
  created_at timestamptz not null
);
create index files_user_id on files (user_id, organisation_id, id desc);
create index files_organisation_id on files (organisation_id) include (bytes);
create index files_for_messages on files (created_at) where for_messages;

-- What a file says, in pieces that each fit beside a question.
create table file_passages (
  file_id text not null references files (id) on delete cascade,
  position integer not null,
  -- where in the file it stands, e.g. page 3
  place text,
  content text not null,
  words tsvector not null generated always as (to_tsvector('simple', content)) stored,
  primary key (file_id, position)
);
create index file_passages_content_bigrams on file_passages using gin (bigrams(content));

create table message_attachments (
  message_id text not null references chat_messages (id) on delete cascade,
  position integer not null,
  file_id text references files (id) on delete set null,
  -- as they were, for when the file is gone
  name text not null,
  media_type text not null,
  bytes bigint not null,
  primary key (message_id, position)
);
create index message_attachments_file_id on message_attachments (file_id);

-- Objects that belong to no file, to be deleted: written down before the object is, and when its file goes, in whatever way.
create table unowned_objects (
  file_id text primary key,
  delete_after timestamptz not null
);

create function disown_object() returns trigger language plpgsql as $$
begin
  insert into unowned_objects (file_id, delete_after) values (old.id, now()) on conflict (file_id) do nothing;
  return null;
end $$;
create trigger files_disown_object after delete on files for each row execute function disown_object();

-- What somebody wants in all their chats.
create table chat_settings (
  user_id text primary key references users (id) on delete cascade,
  -- what every model is told before every conversation
  instructions text
);
