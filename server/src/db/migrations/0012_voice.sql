-- How much sound a request had transcribed: what such models are paid for.
alter table ledger_requests add column audio_ms integer;
