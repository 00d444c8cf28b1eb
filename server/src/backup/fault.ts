// What can be wrong with a backup, as a closed table. The first fault found is the answer; nothing after it is believed.

const faults = {
  'not-a-backup': 'it is not a backup',
  'other-version': 'it is of another version of the format',
  'wrong-secret': 'the passphrase or key file is another, or its header was altered',
  'cut-off': 'its end is missing',
  altered: 'a segment was altered or is out of its place',
  appended: 'something was added behind its end',
  malformed: 'its content is not in the form that this version writes',
  'part-order': 'a part is missing, double or out of order',
  'part-digest': 'a part is not what the closing part says',
  'row-count': 'a table has more or fewer rows than the manifest says',
  'object-altered': 'an object is not what its index says',
  'ledger-entry': 'an entry of the ledger is missing, double or altered',
  'ledger-root': 'the entries do not give the root that the checkpoint signs',
  'ledger-signature': 'the checkpoint is not signed by the keys that the backup names',
  'pinned-key': 'the checkpoint is not signed by the keys that were pinned: it is of another enclave',
  'outside-malformed': 'the checkpoint outside is no signed checkpoint: cut off, or with something behind its end',
  'outside-ledger': 'the checkpoint outside is of another ledger',
  'outside-fork': 'the checkpoint outside is of another tree than the backup holds',
} as const

export type BackupFaultCode = keyof typeof faults

/** The first thing wrong with a backup. `where` names the part, the segment or the entry. */
export interface BackupFault {
  readonly code: BackupFaultCode
  readonly text: string
  readonly where: string | null
}

/** Thrown inside this module alone; verification turns it into a value. */
export class Faulty extends Error {
  readonly fault: BackupFault

  constructor(code: BackupFaultCode, where: string | null = null) {
    super(where === null ? faults[code] : `${faults[code]} (${where})`)
    this.fault = { code, text: faults[code], where }
  }
}
