// What makes the ledger refuse. A disagreement is between parts that must agree; it is named, so that whoever looks into
// it knows where to begin. Nothing repairs itself here.

import { Problem } from '@sallyport/protocol'

const disagreements = {
  'not-founded': 'the database holds no ledger, want one that was founded',
  'another-ledger': 'the database holds the ledger of another origin, want the one that was named',
  'head-signature': 'the checkpoint in the database is not signed by both keys, want both signatures',
  'head-row': 'size or root in the database are not what the checkpoint beside them says, want them equal',
  'entry-count': 'the entries are more or fewer than the checkpoint says, want as many',
  tiles: 'the tiles do not give the root of the checkpoint, want the tree that was signed',
  'file-missing': 'the checkpoint file is gone, want the last one that was written',
  'file-unreadable': 'the checkpoint file cannot be read, want the last one that was written',
  'file-signature':
    'the checkpoint file is not signed by both keys for this ledger, want the last one that was written',
  'file-ahead':
    'the checkpoint file is of a larger tree than the database holds, want a database that was not put back',
  'file-fork': 'the checkpoint file is of another tree than the database holds, want a prefix of it',
  'file-without-ledger': 'there is a checkpoint file but no ledger in the database, want both or neither',
  timestamp: 'a timestamp stands beside a checkpoint that is not of this tree, want the one that was stamped',
  'head-moved-back': 'the database holds a smaller tree than a moment ago, want a tree that only grows',
  'head-forked': 'the database holds another tree than a moment ago, want a tree that only grows',
} as const

export type Disagreement = keyof typeof disagreements

/** Make the problem that names a disagreement; `verb` is what could not be done, `found` the sizes that do not agree. */
export function disagreement(verb: string, which: Disagreement, found: string | null = null): Problem {
  const text = found === null ? disagreements[which] : disagreements[which].replace(/, want /, ` (${found}), want `)
  return new Problem('unavailable', `cannot ${verb} the ledger: ${text}`, { details: { disagreement: which } })
}

/** Tell whether an error is a disagreement, which no waiting puts right. */
export function isDisagreement(error: unknown): error is Problem {
  return error instanceof Problem && error.details['disagreement'] !== undefined
}
