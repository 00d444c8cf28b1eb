-- Proofs of possession that were seen, by digest, until they are too old to be believed anyway. Unlogged: nothing here is worth
-- a write to the disk; after a crash of the server it is empty, as the memory of a process would be.
CREATE UNLOGGED TABLE identity_proof (
  digest text COLLATE "C" PRIMARY KEY,
  until timestamptz NOT NULL
);
CREATE INDEX identity_proof_until ON identity_proof (until);
