-- Lists begin with what is pinned.
drop index chat_sessions_used;
create index chat_sessions_listed on chat_sessions (user_id, organisation_id, pinned desc, updated_at desc, id desc);
