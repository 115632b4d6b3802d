-- The tools that answers called.

-- an array of {id, name, arguments, result, isError}
alter table chat_messages add column tool_calls jsonb not null default '[]';
