-- When what an alert counts, or against what, was last set; null where that was when it was made. A period that has ended
-- is judged by what was set while it lasted.
alter table alerts add column set_at timestamptz;
