-- Whoever looks for entries about a thing, or of a person, looks for those of a kind: without it among the columns, the one that is
-- meant would be searched for among all that ever concerned them.
DROP INDEX ledger_entries_actor;
DROP INDEX ledger_entries_about;
CREATE INDEX ledger_entries_actor ON ledger_entries (actor, kind, index) WHERE actor IS NOT NULL;
CREATE INDEX ledger_entries_about ON ledger_entries (about_kind, about_id, kind, index) WHERE about_kind IS NOT NULL;
