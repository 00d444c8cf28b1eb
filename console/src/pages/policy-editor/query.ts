import { queryOptions } from '@tanstack/react-query'
import { call, type AnswerOf, type BodyOf } from '../../api/index.ts'

export type Checked = AnswerOf<'checkPolicySet'>
export type Edited = BodyOf<'checkPolicySet'>

/** The text to begin with: the set in force, or that of this version where none is. */
export const beginningQuery = queryOptions({
  queryKey: ['policies', 'beginning'],
  queryFn: async ({ signal }) => {
    const { inForce, shipped } = await call('policySets', { signal })
    return await call('policySetText', { path: { digest: inForce ?? shipped }, signal })
  },
  // What others put in force meanwhile does not change what somebody is writing.
  staleTime: Infinity,
})

/** Try it: nothing is kept at the gate. */
export const checkQuery = (edited: Edited) =>
  queryOptions({
    queryKey: ['policies', 'check', edited],
    queryFn: async ({ signal }) => await call('checkPolicySet', { body: edited, signal }),
    staleTime: Infinity,
    gcTime: 60_000,
  })

export const effectOfTextQuery = (policyText: string) =>
  queryOptions({
    queryKey: ['policies', 'effect', policyText],
    queryFn: async ({ signal }) => await call('policyEffect', { body: { policyText }, signal }),
    staleTime: 60_000,
  })
