-- What chats say is found by every two characters that stand beside one another: also short words, and scripts without
-- spaces. What matches by these is looked at once more, as their order is not known.

create function bigrams(value text) returns tsvector
  language sql immutable parallel safe
  return (
    select coalesce(array_to_tsvector(array_agg(distinct pair)), ''::tsvector)
    from (
      select letter || coalesce(lead(letter) over (order by place), '') as pair
      from unnest(string_to_array(lower(value), null)) with ordinality as letters (letter, place)
    ) pairs
  );

-- One character alone is the beginning of a pair.
create function bigram_query(word text) returns tsquery
  language sql immutable parallel safe
  return (
    select string_agg(
      '''' || replace(replace(pair, '\', '\\'), '''', '''''') || '''' || case when length(word) = 1 then ':*' else '' end,
      ' & '
    )::tsquery
    from (
      select distinct substr(lower(word), place, 2) as pair
      from generate_series(1, greatest(length(word) - 1, 1)) place
    ) pairs
  );

create index chat_sessions_title_bigrams on chat_sessions using gin (bigrams(title));
-- As far as it is looked at: a tsvector holds a megabyte at most.
create index chat_messages_content_bigrams on chat_messages using gin (bigrams(left(content, 100000)));
