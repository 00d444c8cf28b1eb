// The calls that a token process makes on a token.
// INVARIANT: nothing of a stored key is ever read. What is read is the secret that ECDH agreed on, an object of the session
// that is destroyed at once. RSA is unwrapped by the token's own OAEP: its padding is never taken off here.

import { createHash } from 'node:crypto'
import type * as Pkcs11 from 'pkcs11js'
import { makeKey } from './pkcs11-make.ts'
import { mechanismOf } from './pkcs11-mechanisms.ts'
import type { OpenQuestion, TokenKey, TokenQuestion, TokenUse } from './pkcs11-messages.ts'
import { attempt, type TokenSession } from './pkcs11-session.ts'

export interface FoundKey {
  readonly key: TokenKey
  readonly handle: Pkcs11.Handle
}

/** SPEC: PKCS #11 2.40, CKZ_DATA_SPECIFIED. */
const labelGiven = 1

type Call = Exclude<TokenQuestion, OpenQuestion>

/** Make what answers calls with the keys that were found. */
export function makeCalls(session: TokenSession, found: Map<string, FoundKey>): (question: Call) => Uint8Array {
  const { p11 } = session
  const using = (kid: string, use: TokenUse, work: (key: Pkcs11.Handle) => Uint8Array): Uint8Array => {
    const known = found.get(kid)
    if (known?.key.use !== use) throw new TypeError(`cannot use key ${kid}: it is not open for ${use}`)
    return attempt(session, known.handle, () => work(known.handle))
  }
  const mechanism = (kid: string): Pkcs11.Mechanism => {
    const known = found.get(kid)
    if (known === undefined) throw new TypeError(`cannot use key ${kid}: it is not open`)
    return { mechanism: mechanismOf(p11, known.key) }
  }
  return (question) => {
    const { verb } = question
    if (verb === 'derive') return using(question.kid, 'derive', (key) => derive(session, key, question.point))
    if (verb === 'decrypt') return using(question.kid, 'decrypt', (key) => decrypt(session, key, question.bytes))
    if (verb === 'mac') {
      return using(question.kid, 'mac', (key) => signed(session, mechanism(question.kid), key, question.bytes))
    }
    if (verb === 'sign') {
      const isPlain = found.get(question.kid)?.key.algorithm === 'ed25519'
      const bytes = isPlain ? question.bytes : createHash('sha256').update(question.bytes).digest()
      return using(question.kid, 'sign', (key) => signed(session, mechanism(question.kid), key, bytes))
    }
    if (verb === 'make') {
      const { key } = question
      const made = attempt(session, null, () => makeKey(session, key))
      found.set(key.kid, { key, handle: made.handle })
      return made.publicKey
    }
    if (verb === 'unmake') {
      found.delete(question.kid)
      return attempt(session, null, () => destroyAll(session, question.kid))
    }
    return using(question.kid, 'seal', (key) => gcm(session, key, question))
  }
}

/** Both halves of a pair have its id. */
function destroyAll({ p11, library, handle }: TokenSession, kid: string): Uint8Array {
  library.C_FindObjectsInit(handle, [{ type: p11.CKA_ID, value: Buffer.from(kid, 'latin1') }])
  const objects = library.C_FindObjects(handle, 10)
  library.C_FindObjectsFinal(handle)
  for (const object of objects) library.C_DestroyObject(handle, object)
  return new Uint8Array()
}

function derive({ p11, library, handle }: TokenSession, key: Pkcs11.Handle, point: Uint8Array): Uint8Array {
  const parameter = { type: p11.CK_PARAMS_EC_DH, kdf: p11.CKD_NULL, publicData: Buffer.from(point) }
  const agreed = library.C_DeriveKey(handle, { mechanism: p11.CKM_ECDH1_DERIVE, parameter }, key, [
    { type: p11.CKA_CLASS, value: p11.CKO_SECRET_KEY },
    { type: p11.CKA_KEY_TYPE, value: p11.CKK_GENERIC_SECRET },
    { type: p11.CKA_VALUE_LEN, value: 32 },
    { type: p11.CKA_TOKEN, value: false },
    { type: p11.CKA_SENSITIVE, value: false },
    { type: p11.CKA_EXTRACTABLE, value: true },
  ])
  try {
    const [value] = library.C_GetAttributeValue(handle, agreed, [{ type: p11.CKA_VALUE }])
    return new Uint8Array(value?.value as Buffer)
  } finally {
    library.C_DestroyObject(handle, agreed)
  }
}

function decrypt({ p11, library, handle }: TokenSession, key: Pkcs11.Handle, bytes: Uint8Array): Uint8Array {
  const parameter = {
    type: p11.CK_PARAMS_RSA_OAEP,
    hashAlg: p11.CKM_SHA_1,
    mgf: p11.CKG_MGF1_SHA1,
    source: labelGiven,
  }
  library.C_DecryptInit(handle, { mechanism: p11.CKM_RSA_PKCS_OAEP, parameter }, key)
  return library.C_Decrypt(handle, Buffer.from(bytes), Buffer.alloc(256))
}

function signed(
  { library, handle }: TokenSession,
  mechanism: Pkcs11.Mechanism,
  key: Pkcs11.Handle,
  bytes: Uint8Array,
): Uint8Array {
  library.C_SignInit(handle, mechanism, key)
  return library.C_Sign(handle, Buffer.from(bytes), Buffer.alloc(64))
}

function gcm(
  { p11, library, handle }: TokenSession,
  key: Pkcs11.Handle,
  { verb, kid, nonce, bytes }: Extract<Call, { verb: 'seal' | 'unseal' }>,
): Uint8Array {
  const parameter = {
    type: p11.CK_PARAMS_AES_GCM_v240,
    iv: Buffer.from(nonce),
    ivBits: nonce.length * 8,
    aad: Buffer.from(kid, 'latin1'),
    tagBits: 128,
  }
  const mechanism = { mechanism: p11.CKM_AES_GCM, parameter }
  const room = Buffer.alloc(bytes.length + 64)
  if (verb === 'seal') {
    library.C_EncryptInit(handle, mechanism, key)
    return library.C_Encrypt(handle, Buffer.from(bytes), room)
  }
  library.C_DecryptInit(handle, mechanism, key)
  return library.C_Decrypt(handle, Buffer.from(bytes), room)
}
