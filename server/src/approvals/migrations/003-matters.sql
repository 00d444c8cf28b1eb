-- What notices read of requests: who may still approve them, and how they ended; never what they would change.
CREATE VIEW approval_matter AS
SELECT r.id AS request_id,
       r.kind,
       -- One that is past its time is expired, whether or not somebody came too late already.
       CASE WHEN r.state = 'pending' AND r.expires_at <= now() THEN 'expired' ELSE r.state END AS state,
       r.requested_by,
       r.excluded,
       ARRAY(SELECT a.person_id FROM approval a WHERE a.request_id = r.id) AS approved_by,
       r.expires_at,
       coalesce(r.closed_at, CASE WHEN r.expires_at <= now() THEN r.expires_at END) AS closed_at
  FROM approval_request r;
CREATE INDEX approval_request_closed ON approval_request (closed_at);
