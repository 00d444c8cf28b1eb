// The fingerprint of the ledger's keys, for whoever tells it to the readers of a packet.

import { useQuery } from '@tanstack/react-query'
import { toHex } from '@sallyport/protocol'
import { parseVerifyKey } from '@sallyport/protocol/ledger'
import { keysFingerprint } from '@sallyport/protocol/packet'
import { withDigests } from '../../ledger/digest.ts'
import { Asked } from '../../parts/asked.tsx'
import { enclaveQuery } from '../../shell/enclave.ts'

export function Fingerprint() {
  const enclave = useQuery(enclaveQuery)
  const lines = enclave.data?.ledger.keys
  const fingerprint = useQuery({
    queryKey: ['fingerprint', lines],
    queryFn: async () => await fingerprintOf(lines ?? []),
    enabled: lines !== undefined,
  })
  return (
    <Asked what="the keys of the ledger" query={fingerprint}>
      {(text) => <code>{text}</code>}
    </Asked>
  )
}

/** In groups of eight hex digits, as a packet's own page shows it. */
async function fingerprintOf(lines: readonly string[]): Promise<string> {
  const bytes = await withDigests((sha256) => {
    const keys = lines.flatMap((line) => parseVerifyKey(sha256, line) ?? [])
    if (keys.length !== lines.length) throw new Error('cannot read the keys of the ledger')
    return keysFingerprint(sha256, keys)
  })
  return (toHex(bytes).match(/.{8}/g) ?? []).join(' ')
}
