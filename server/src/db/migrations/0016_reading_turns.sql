-- Files are read in turns: whoever has many waits behind whoever has few, one file of each after the other.

alter table files
  -- the lowest is read next; a file's is one more than that of the file its owner stored before it
  add column reading_turn integer not null default 0;
create index files_reading on files (reading_turn) where status = 'reading';
