// For tests only: keystores as earlier versions of this program made them.

import { fromUtf8, utf8 } from '@sallyport/protocol'
import { changeKeystoreFile, type SoftwareSeal } from '../keystore-file.ts'

/** Make a keystore one that was made before files had keys of their own. */
export async function withoutFileKey(seal: SoftwareSeal): Promise<void> {
  await changeKeystoreFile(seal, (plain) => {
    const { keys } = JSON.parse(fromUtf8(plain)) as { readonly keys: readonly { readonly door: string }[] }
    return utf8(JSON.stringify({ keys: keys.filter(({ door }) => door !== 'file') }))
  })
}
