-- A request whose thing has changed since is refused and closed for good.
ALTER TABLE approval_request DROP CONSTRAINT approval_request_state_check;
ALTER TABLE approval_request ADD CONSTRAINT approval_request_state_check
  CHECK (state IN ('pending', 'executed', 'withdrawn', 'expired', 'outdated'));
CREATE INDEX approval_request_pending ON approval_request (requested_at) WHERE state = 'pending';
