-- Files by the last part of their path, whatever its case.
CREATE INDEX protected_file_last_part ON protected_file ((lower(regexp_replace(name, '^.*/', '')) COLLATE "C"), id)
  WHERE state <> 'deleted';
