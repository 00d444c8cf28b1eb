-- The wrapping key of one file: its public half is in the container, the private half rests here, sealed and bound to the
-- file's id. A file that was reserved before files had keys of their own has no row. Erased is null, for good.
CREATE TABLE file_key (
  file_id uuid PRIMARY KEY REFERENCES protected_file ON DELETE CASCADE,
  kid text NOT NULL UNIQUE,
  sealed bytea
);
