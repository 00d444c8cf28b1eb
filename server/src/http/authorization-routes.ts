// Routes of the register of authorizations.

import { authorizationTerms, parseId, Problem, type Id } from '@sallyport/protocol'
import {
  amendAuthorization as amendBody,
  approveAuthorization as approveBody,
  endAuthorization as endBody,
  pageQuery,
  type AuthorizationView,
} from '@sallyport/protocol/api'
import {
  amendAuthorization,
  approveAuthorization,
  authorizationHistory,
  endAuthorization,
  findAuthorization,
  listAuthorizations,
  listExemptions,
  registerAuthorization,
  type Authorization,
} from '../authorizations/index.ts'
import { mustNameEffect } from '../approvals/index.ts'
import { effectNaming } from './approval-routes.ts'
import { naming } from './naming-people.ts'
import { permitted, receiptOf, type Call, type Gate } from './gate.ts'

export const authorizationRoutes = {
  async authorizations(gate: Gate, call: Call) {
    const { after } = pageQuery.parse(call.query)
    const from = after === undefined ? null : await gate.cursors.open('authorizations', after)
    const { permit } = await permitted(gate, call, 'authorization.list', { kind: 'enclave' })
    const { authorizations, last } = await listAuthorizations(gate.authorizations, permit, from)
    const next = last === null ? null : await gate.cursors.seal('authorizations', last)
    return { authorizations: authorizations.map(show), next }
  },

  async authorization(gate: Gate, call: Call) {
    const id = authorizationId(call)
    const looked = { kind: 'authorization', id } as const
    const { permit } = await permitted(gate, call, 'authorization.list', { kind: 'enclave' }, looked)
    const found = await findAuthorization(gate.authorizations, permit, id)
    if (found === null) throw new Problem('not-found', 'cannot show authorization: there is none of that id')
    return show(found)
  },

  async authorizationHistory(gate: Gate, call: Call) {
    const id = authorizationId(call)
    const looked = { kind: 'authorization', id } as const
    const { permit } = await permitted(gate, call, 'authorization.list', { kind: 'enclave' }, looked)
    const { number, steps, people } = await authorizationHistory(gate.authorizations, permit, id)
    const named = await naming(gate, [
      ...people,
      ...steps.flatMap(({ by, approvedBy }) => [...(by === null ? [] : [by]), ...approvedBy]),
    ])
    return {
      authorizationId: id,
      number,
      steps: steps.map(({ atMs, by, approvedBy, amendment, ...step }) => ({
        ...step,
        at: new Date(atMs).toISOString(),
        by: by === null ? null : named(by),
        approvedBy: approvedBy.map(named),
        amendment: amendment === null ? null : { ...amendment },
      })),
      people: people.map(named),
    }
  },

  async exemptions(gate: Gate, call: Call) {
    const { permit } = await permitted(gate, call, 'authorization.list', { kind: 'enclave' })
    const { day, preconditions, sections } = await listExemptions(gate.authorizations, permit)
    const conditionsOf = (all: typeof preconditions) => all.map(({ id, text, check }) => ({ id, text, check }))
    return {
      day,
      preconditions: conditionsOf(preconditions),
      sections: sections.map(({ section, title, citation, source, sureness, note, conditions }) => ({
        section,
        title,
        citation,
        source,
        sureness,
        ...(note === undefined ? {} : { note }),
        conditions: conditionsOf(conditions),
      })),
    }
  },

  async registerAuthorization(gate: Gate, call: Call) {
    const terms = authorizationTerms.parse(call.body)
    const { permit } = await permitted(gate, call, 'authorization.register', { kind: 'enclave' })
    const { warnings, ...done } = await registerAuthorization(gate.authorizations, permit, terms)
    return { ...(await changed(gate, done)), warnings: [...warnings] }
  },

  async approveAuthorization(gate: Gate, call: Call) {
    const id = authorizationId(call)
    const { effect } = approveBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'authorization.approve', { kind: 'authorization', id })
    const nameEffect = async (request: Id<'approval'>) =>
      await mustNameEffect(gate.approvals, { id: request, ...(await effectNaming(gate, call, request, effect)) })
    return await changed(gate, await approveAuthorization(gate.authorizations, permit, id, nameEffect, call.ifMatch))
  },

  async amendAuthorization(gate: Gate, call: Call) {
    const id = authorizationId(call)
    const body = amendBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'authorization.amend', { kind: 'authorization', id })
    const { authorization, requestId, entries } = await amendAuthorization(gate.authorizations, permit, {
      id,
      ...body,
      ifMatch: call.ifMatch,
    })
    return { authorization: show(authorization), approvalId: requestId, receipt: await receiptOf(gate, entries) }
  },

  async endAuthorization(gate: Gate, call: Call) {
    const id = authorizationId(call)
    const { reason } = endBody.parse(call.body)
    const { permit } = await permitted(gate, call, 'authorization.end', { kind: 'authorization', id })
    return await changed(
      gate,
      await endAuthorization(gate.authorizations, permit, { id, reason, ifMatch: call.ifMatch }),
    )
  },
}

type Changed = Awaited<ReturnType<typeof endAuthorization>>

async function changed(gate: Gate, { authorization, entries }: Changed) {
  return { authorization: show(authorization), receipt: await receiptOf(gate, entries) }
}

function authorizationId(call: Call): Id<'authorization'> {
  const id = parseId<'authorization'>(call.params['authorizationId'])
  if (id === null) throw new Problem('invalid-request', 'cannot read authorization: the id is no uuid')
  return id
}

function show(authorization: Authorization): AuthorizationView {
  const { id, version, state, terms, registeredBy, approvals, replacedBy } = authorization
  return {
    id,
    version,
    state,
    terms,
    registeredBy,
    approvals,
    approvalId: authorization.state === 'registered' ? authorization.requestId : null,
    replacedBy: [...replacedBy],
    endedAt: authorization.state === 'ended' ? new Date(authorization.endedAtMs).toISOString() : null,
  }
}
