-- The register a page at a time.
CREATE INDEX authorization_record_page ON authorization_record (number, id);
