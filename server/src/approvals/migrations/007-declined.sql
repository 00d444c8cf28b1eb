-- Declining is an answer like approving: by whom, and why.
ALTER TABLE approval_request DROP CONSTRAINT approval_request_state_check;
ALTER TABLE approval_request ADD CONSTRAINT approval_request_state_check
  CHECK (state IN ('pending', 'executed', 'withdrawn', 'declined', 'expired', 'outdated'));
ALTER TABLE approval_request ADD COLUMN declined_by uuid;
ALTER TABLE approval_request ADD COLUMN declined_reason text;
ALTER TABLE approval_request ADD CONSTRAINT approval_request_declined_check
  CHECK ((state = 'declined') = (declined_by IS NOT NULL) AND (declined_by IS NULL) = (declined_reason IS NULL));
