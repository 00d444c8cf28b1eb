// Guards of the product, each taken out by itself at the seam to database and disk. The model finds what each of them holds, or it
// would be of no use (teeth.test.ts).

import type { Broken } from './database.ts'
import { insertWhile } from './insert-pending.ts'
import { seen, write } from './rows.ts'
import { nothing } from './statements.ts'

export const broken: Readonly<
  Record<string, { readonly guard: string; readonly broken: Broken; readonly finds: RegExp }>
> = {
  fence: {
    guard: 'the size in advanceHead, where neither turn nor key holds sequencers apart',
    broken: {
      statements: {
        'ledger-advance': function* ({ tables: { head } }, tx, _, [, size, root, note]) {
          yield* nothing()
          const found = seen(head, tx)
          if (found !== null) write(head, tx, { ...found, size, root, note } as typeof found)
          return [{ size }]
        },
      },
    },
    finds: /fork|shrank|not at its place|lost|disagree|tiles|entries are/,
  },
  'epoch held': {
    guard: 'FOR SHARE on the access epoch while a permit is recorded',
    broken: {
      statements: {
        'policy-hold-epoch': function* ({ tables: { epoch }, now }, tx) {
          yield* nothing()
          return [{ epoch: seen(epoch, tx), at_ms: now() }]
        },
        'ledger-append-while-epoch': (at, tx, _, values) => insertWhile(at, tx, values, false),
      },
    },
    finds: /stale permit/,
  },
  'epoch counted': {
    guard: 'the increment of the access epoch by what ends access',
    broken: {
      statements: {
        'policy-narrow': function* () {
          yield* nothing()
          return []
        },
      },
    },
    finds: /stale permit/,
  },
  'permit after commit': {
    guard: 'a decision is answered once its entry is durable',
    broken: {
      isAnsweredEarly: (asked) => asked.has('policy-hold-epoch') || asked.has('ledger-append-while-epoch'),
    },
    finds: /(key|refusal) of an entry was answered and is not durable/,
  },
  'change after commit': {
    guard: 'a change is acknowledged once it is durable',
    broken: { isAnsweredEarly: (asked) => asked.has('subject-change') },
    finds: /acknowledged change was answered and is not durable/,
  },
  'receipt after commit': {
    guard: 'a receipt is given once its entry is durable',
    broken: { isAnsweredEarly: (asked) => asked.has('ledger-append') && asked.size === 1 },
    finds: /a receipt was answered and is not durable/,
  },
  'publish after commit': {
    guard: 'a checkpoint is shown once the tree that it signs is durable',
    broken: { isAnsweredEarly: (asked) => asked.has('ledger-advance') },
    finds: /(larger|smaller|another) tree than|shrank|forked/,
  },
  'file synced': {
    guard: 'the checkpoint file is synced before it takes its place',
    broken: { isFileSyncSkipped: true },
    finds: /checkpoint file is not signed|checkpoint file is gone/,
  },
}
