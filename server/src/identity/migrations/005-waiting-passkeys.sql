-- Passkeys of founders, who are on no roster before the founding is closed: each becomes an identity of its person then.
CREATE TABLE identity_waiting_passkey (
  credential_id text PRIMARY KEY CHECK (credential_id <> ''),
  person_id uuid NOT NULL UNIQUE,
  public_key bytea NOT NULL,
  counter bigint NOT NULL CHECK (counter >= 0),
  is_device_bound boolean NOT NULL,
  transports text[] NOT NULL,
  aaguid text NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz
);
