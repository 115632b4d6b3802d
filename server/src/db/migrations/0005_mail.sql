-- Mails on their way out, and for a while what became of them.

create table mails (
  id text primary key,
  recipient text not null check (recipient = lower(recipient)),
  kind text not null,
  -- subject, text and html; they hold links that open accounts, so they are gone once the mail is
  content jsonb,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'dropped', 'failed')),
  -- when it was last handed to the server: an hour's mails to a mailbox are counted by this
  tried_at timestamptz,
  -- not sent after this: its link is dead
  useful_until timestamptz,
  created_at timestamptz not null default now(),
  check (content is not null or state <> 'waiting')
);
create index mails_recipient on mails (recipient, tried_at);
create index mails_created_at on mails (created_at);
