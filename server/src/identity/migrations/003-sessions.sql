-- Sessions of people who signed in at the gate itself. The secret is kept by its digest alone. Unlogged, so that no copy of the
-- database has one: whoever restores or takes over from an older state brings no session back, and people sign in again.
CREATE UNLOGGED TABLE identity_session (
  id uuid PRIMARY KEY,
  secret_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(secret_sha256) = 32),
  channel text NOT NULL CHECK (channel IN ('browser', 'program')),
  issuer text NOT NULL,
  subject text NOT NULL,
  method text NOT NULL CHECK (method IN ('passkey', 'oidc', 'certificate')),
  is_device_bound boolean,
  -- RFC 7638 thumbprint of the key that every call proves.
  key_thumbprint text COLLATE "C" NOT NULL,
  -- Name of the configured network; null where none held the address.
  place text,
  started_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX identity_session_identity ON identity_session (issuer, subject);
CREATE INDEX identity_session_key ON identity_session (key_thumbprint);
CREATE INDEX identity_session_expires ON identity_session (expires_at);
CREATE INDEX identity_session_used ON identity_session (used_at);
