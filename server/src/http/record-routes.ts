// Routes of questions about one file or one person.

import type { Id } from '@sallyport/protocol'
import { whatCan as whatBody, whoCan as whoBody } from '@sallyport/protocol/api'
import { namesOfFiles } from '../files/index.ts'
import { whatCanOpen, whoCanOpen } from '../policy/index.ts'
import { displayNames } from '../roster/index.ts'
import { permitted, type Call, type Gate } from './gate.ts'

export const recordRoutes = {
  async whoCan(gate: Gate, call: Call) {
    const { fileId, asOf, after } = whoBody.parse(call.body)
    const list = `who-can ${fileId} ${asOf ?? 'now'}`
    const asOfMs = asOf === undefined ? null : Date.parse(asOf)
    const [from = null] = after === undefined ? [] : await gate.cursors.open(list, after)
    const looked = { kind: 'file', id: fileId } as const
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' }, looked)
    const { answers, last } = await whoCanOpen(
      permit,
      { fileId: fileId as Id<'file'>, after: from, asOfMs },
      gate.search,
    )
    const names = await displayNames(
      gate.database,
      answers.map((one) => one.person.id),
    )
    return {
      fileId,
      at: new Date(asOfMs ?? gate.files.clock.now()).toISOString(),
      people: answers.map(({ person, permittedBy, ...rest }) => ({
        ...rest,
        permittedBy: [...permittedBy],
        personId: person.id,
        name: names.get(person.id) ?? '',
        status: person.status,
      })),
      next: last === null ? null : await gate.cursors.seal(list, [last]),
    }
  },

  async whatCan(gate: Gate, call: Call) {
    const { personId, asOf, after } = whatBody.parse(call.body)
    const list = `what-can ${personId} ${asOf ?? 'now'}`
    const asOfMs = asOf === undefined ? null : Date.parse(asOf)
    const [from = null] = after === undefined ? [] : await gate.cursors.open(list, after)
    const looked = { kind: 'person', id: personId } as const
    const { permit } = await permitted(gate, call, 'decision.search', { kind: 'enclave' }, looked)
    const { answers, last } = await whatCanOpen(
      permit,
      { personId: personId as Id<'person'>, after: from, asOfMs },
      gate.search,
    )
    const names = await namesOfFiles(
      gate.database,
      answers.map((one) => one.fileId),
    )
    const files = answers.map(({ permittedBy, ...one }) => ({
      ...one,
      permittedBy: [...permittedBy],
      ...(names.get(one.fileId) ?? { name: '', vault: '' }),
    }))
    const next = last === null ? null : await gate.cursors.seal(list, [last])
    return { personId, at: new Date(asOfMs ?? gate.files.clock.now()).toISOString(), files, next }
  },
}
