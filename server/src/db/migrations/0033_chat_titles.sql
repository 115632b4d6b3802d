-- Titles are read with the chats they are of: few, and short.
drop index chat_sessions_title_bigrams;
