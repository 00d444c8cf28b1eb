// What entries of the ledger say in their kind, as people read it.

const words: Readonly<Record<string, string>> = {
  'decision.permit': 'Permitted',
  'decision.deny': 'Refused',
  'decision.filter': 'List decided',
  'person.added': 'Somebody added',
  'person.changed': 'Somebody changed',
  'person.ended': 'Somebody ended',
  'ties.shown': 'Countries looked at',
  'approval.requested': 'Approval asked for',
  'approval.given': 'Approval given',
  'approval.declined': 'Approval declined',
  'authorization.registered': 'Authorization registered',
  'authorization.ended': 'Authorization ended',
  'file.stored': 'File stored',
  'file.shared': 'File shared',
  'file.deleted': 'File deleted',
  'key.rotated': 'Key exchanged',
  'key.destroyed': 'Key destroyed',
  'policy-set.activated': 'Policies in force',
  'setting.changed': 'Setting changed',
  'session.started': 'Signed in',
  'session.ended': 'Session ended',
  'release.failed': 'Key not handed out',
  'packet.made': 'Evidence made',
  'backup.created': 'Backup made',
  'backup.verified': 'Backup read again',
  'backup.restored': 'Backup restored',
  'backup.drill.passed': 'Drill passed',
  'receipt.lost': 'Alarm: entry gone',
}

/** In the place of a kind: all kinds but those of decisions. */
export const allButDecisions = 'changes'

/** What a filter offers. */
export const offeredKinds: readonly (readonly [kind: string, text: string])[] = [
  [allButDecisions, 'Everything but decisions'],
  ...Object.entries(words),
]

/** `person.merged` has no words of its own, and reads as `Person merged`. */
export function kindText(kind: string): string {
  const text = words[kind] ?? kind.replaceAll(/[-.]/g, ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What an entry is about: the enclave as a whole, or a thing by its name or else its id. */
export function aboutText(about: { readonly kind: string; readonly id: string; readonly name: string } | null): string {
  if (about === null) return ''
  return about.kind === 'enclave' ? 'the enclave' : `${about.kind} ${about.name || about.id}`
}
