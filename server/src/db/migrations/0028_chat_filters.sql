-- Ways to narrow the list of chats that somebody keeps under a name: {name, tags, search}.
alter table chat_settings add column filters jsonb not null default '[]';
