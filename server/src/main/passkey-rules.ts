// What a configuration asks of passkeys.

import type { Config } from '../base/index.ts'
import type { PasskeyRules } from '../identity/index.ts'

export function passkeyRules({ passkeys, publicUrl }: Config, name: string): PasskeyRules {
  const { enabled, deviceBound } = passkeys
  return { isEnabled: enabled, mustBeDeviceBound: deviceBound === 'required', origin: publicUrl, name }
}
