-- Labels a page at a time, those that are in use.
CREATE INDEX label_active ON label (fqn) WHERE active;
