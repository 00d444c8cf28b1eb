// What is known of backups, for the page of its own and for the home of whoever keeps them.

import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf } from '../api/index.ts'

export type Backups = AnswerOf<'backups'>
export type Backup = Backups['backups'][number]

export const backupsQuery = queryOptions({
  queryKey: ['backups'],
  queryFn: async ({ signal }) => await call('backups', { signal }),
})

/** What is due, as something to do. */
export const dueTexts = {
  'first-backup': 'Make the first backup',
  backup: 'Make a backup: the newest is older than it may be',
  keys: 'Make a backup: keys came or went after the newest',
  verify: 'Read the newest again',
  'first-drill': 'Try one by a drill',
  drill: 'Try one by a drill: the last was too long ago',
} as const satisfies Record<Backups['due'][number], string>
