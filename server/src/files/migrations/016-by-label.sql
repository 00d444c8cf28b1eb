-- Vaults and files that carry a label: what a change of its classification reaches.
CREATE INDEX vault_by_label ON vault USING gin (labels);
CREATE INDEX file_added_by_label ON file_added_label USING gin (labels);
