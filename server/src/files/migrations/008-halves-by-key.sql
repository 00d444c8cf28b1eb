-- Which key of the keystore sealed a half: the sealed form begins with a version, the length of the key's id, and the id.
CREATE INDEX file_key_sealed_by ON file_key (
  (CASE WHEN length(sealed) > 2 THEN encode(substring(sealed FROM 3 FOR get_byte(sealed, 1)), 'escape') END), file_id
) WHERE sealed IS NOT NULL;
