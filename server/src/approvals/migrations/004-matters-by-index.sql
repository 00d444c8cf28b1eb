-- What the row itself says, so that few requests are found among all that ever were by the indexes on these columns.
CREATE OR REPLACE VIEW approval_matter AS
SELECT r.id AS request_id,
       r.kind,
       CASE WHEN r.state = 'pending' AND r.expires_at <= now() THEN 'expired' ELSE r.state END AS state,
       r.requested_by,
       r.excluded,
       ARRAY(SELECT a.person_id FROM approval a WHERE a.request_id = r.id) AS approved_by,
       r.expires_at,
       coalesce(r.closed_at, CASE WHEN r.expires_at <= now() THEN r.expires_at END) AS closed_at,
       r.state AS recorded_state,
       r.closed_at AS recorded_closed_at
  FROM approval_request r;
