-- Passkeys: each is an identity of its person, and goes with it.
CREATE TABLE identity_passkey (
  credential_id text PRIMARY KEY CHECK (credential_id <> ''),
  issuer text NOT NULL DEFAULT 'urn:sallyport:passkey' CHECK (issuer = 'urn:sallyport:passkey'),
  person_id uuid NOT NULL,
  public_key bytea NOT NULL,
  counter bigint NOT NULL CHECK (counter >= 0),
  -- Flag BE of WebAuthn, the other way round: settled when the key is made.
  is_device_bound boolean NOT NULL,
  transports text[] NOT NULL,
  aaguid text NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz,
  FOREIGN KEY (issuer, credential_id) REFERENCES identity_binding (issuer, subject) ON DELETE CASCADE
);
CREATE INDEX identity_passkey_person ON identity_passkey (person_id);

-- What a one-time link and its code open, for a day. Unlogged, so that no backup brings a link back.
CREATE UNLOGGED TABLE identity_enrollment (
  id uuid PRIMARY KEY,
  person_id uuid NOT NULL UNIQUE,
  requested_by uuid NOT NULL,
  is_recovery boolean NOT NULL,
  link_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(link_sha256) = 32),
  code_sha256 bytea NOT NULL CHECK (octet_length(code_sha256) = 32),
  expires_at timestamptz NOT NULL
);
CREATE INDEX identity_enrollment_expires ON identity_enrollment (expires_at);
