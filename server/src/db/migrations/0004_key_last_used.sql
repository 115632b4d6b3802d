-- When each key was last used, for whatever: until now this was read from the rollups, which know completions alone.
alter table api_keys add column last_used_at timestamptz;
update api_keys k set last_used_at =
  (select max(last_request_at) from usage_rollups u where u.key_id = k.id);
