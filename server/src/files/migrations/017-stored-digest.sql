-- What evidence that is a file is held to: the container as it was stored.
CREATE VIEW file_stored AS SELECT id AS file_id, sha256 FROM protected_file WHERE state = 'stored';
