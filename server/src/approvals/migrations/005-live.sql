-- A request that nobody closed stays pending for good, past its time too: what is live is found by that time.
DROP INDEX approval_request_pending;
CREATE INDEX approval_request_live ON approval_request (expires_at) WHERE state = 'pending';
CREATE INDEX approval_request_newest ON approval_request (requested_at DESC, id);
