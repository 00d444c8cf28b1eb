// What whatever tells of a request is given.

import type { AnswerOf } from '../../api/index.ts'

export interface Showing {
  readonly approval: AnswerOf<'approval'>
  readonly title: string
}
