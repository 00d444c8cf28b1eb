ALTER TABLE notice DROP CONSTRAINT notice_event_check;
ALTER TABLE notice ADD CONSTRAINT notice_event_check
  CHECK (event IN ('asked', 'expiring', 'executed', 'expired', 'outdated', 'withdrawn', 'declined'));
