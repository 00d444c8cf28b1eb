-- Lists go through these a page at a time, whatever is deleted in between; `stored` counts what a vault holds.
CREATE INDEX protected_file_page ON protected_file (id) WHERE state <> 'deleted';
CREATE INDEX protected_file_vault_page ON protected_file (vault_id, id) WHERE state <> 'deleted';
CREATE INDEX protected_file_stored ON protected_file (vault_id) WHERE state = 'stored';
