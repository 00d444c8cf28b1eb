// One policy set read by Cedar's own engine, in a process of its own, which can be ended whatever it does.

import { answerApart } from './ask-apart.ts'
import { readSet } from './cedar/index.ts'
import type { ReadAnswer, ReadQuestion } from './read-policy-set.ts'

answerApart(async (question): Promise<ReadAnswer> => {
  const { policyText, schemaText } = question as ReadQuestion
  return readSet(policyText, schemaText)
})
