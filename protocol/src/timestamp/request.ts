// What an authority is asked. SPEC: RFC 3161 section 2.4.1.

import { OctetString, AsnConvert } from '@peculiar/asn1-schema'
import { MessageImprint, TimeStampReq } from '@peculiar/asn1-tsp'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { hashOids } from './certificate.ts'

/**
 * The DER of a request for a timestamp of these 32 bytes of SHA-256, with the authority's certificates in the answer. `nonce` are at
 * least 8 random bytes; what is sent, and has to come back, is returned beside it: a positive number in its shortest form.
 */
export function timestampRequest(
  sha256: Uint8Array,
  nonce: Uint8Array,
): { readonly request: Uint8Array; readonly nonce: Uint8Array } {
  const sent = nonce.slice()
  sent[0] = ((sent[0] ?? 0) & 0x3f) | 0x40
  const request = new TimeStampReq({
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithm: hashOids.sha256, parameters: null }),
      hashedMessage: new OctetString(sha256),
    }),
    nonce: sent.slice().buffer,
    certReq: true,
  })
  return { request: new Uint8Array(AsnConvert.serialize(request)), nonce: sent }
}
