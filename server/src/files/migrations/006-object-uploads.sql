-- Where an upload is being written, from before its first byte until its file is stored or it is given up. What a crash leaves
-- behind is found again by its row, so that nothing is removed of which the database knows nothing.
CREATE TABLE object_upload (
  object_key text PRIMARY KEY,
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Set before the object is removed; from then on no file is stored with it.
  is_given_up boolean NOT NULL DEFAULT false
);
CREATE INDEX object_upload_begun ON object_upload (begun_at);
