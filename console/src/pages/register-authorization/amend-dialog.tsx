// Other terms for an authorization that stands: at once where they only take away, otherwise asked for by how the law lets them follow.

import { useState } from 'react'
import type { AuthorizationKind } from '@sallyport/protocol'
import type { AnswerOf } from '../../api/index.ts'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { amendmentNames, fieldNames } from '../../parts/authorization-fields.ts'
import { askedFor } from '../../parts/wording.ts'
import type { Terms } from './draft.ts'
import { ChoiceField, TextField } from './fields.tsx'
import { guideOf } from './kinds.ts'

type Route = 'narrows' | '123.25' | 'major' | 'minor' | 'reissued'
export type Amended = AnswerOf<'amendAuthorization'>

const routeNames = {
  narrows: 'They only take away: they hold at once',
  ...amendmentNames,
} as const satisfies Record<Route, string>

function routesOf(kind: AuthorizationKind): readonly Route[] {
  const { foreignRole } = guideOf(kind)
  if (foreignRole === 'end-user') return ['narrows', '123.25']
  return foreignRole === 'signatory' ? ['narrows', 'major', 'minor'] : ['narrows', 'reissued']
}

export interface AmendDialogProps {
  readonly authorization: { readonly id: string; readonly version: number }
  readonly terms: Terms
  readonly onDone: (amended: Amended) => void
  readonly onError: (error: unknown) => void
  readonly onClose: () => void
}

export function AmendDialog({ authorization: { id, version }, terms, onDone, onError, onClose }: AmendDialogProps) {
  const [route, choose] = useState<Route>('narrows')
  const [reference, setReference] = useState('')
  const [reason, setReason] = useState('')
  const amend = useAct({
    name: 'amendAuthorization',
    done: ({ approvalId }) =>
      approvalId === null ? `Other terms hold: ${terms.number}` : askedFor(`other terms for ${terms.number}`, 2),
    changes: ['authorizations', 'approvals', 'tasks', 'releases'],
    onDone,
  })
  const amendment =
    route === 'narrows'
      ? {}
      : { amendment: { route, ...(reference.trim() === '' ? {} : { reference: reference.trim() }) } }
  return (
    <ActDialog
      title={`Other terms for ${terms.number}?`}
      verb={route === 'narrows' ? 'Do it now' : 'Ask two others'}
      isPending={amend.isPending}
      error={amend.error}
      onClose={onClose}
      // The version that was shown: whatever changed meanwhile makes it a conflict.
      onSubmit={() =>
        amend.mutate({ path: { authorizationId: id }, body: { version, terms, reason, ...amendment } }, { onError })
      }
    >
      <ChoiceField
        label={fieldNames.amendment}
        value={route}
        onChange={(value) => choose(value as Route)}
        options={routesOf(terms.kind).map((one) => [one, routeNames[one]] as const)}
      />
      {route !== 'narrows' && (
        <TextField
          label={route === 'minor' ? 'Number or date, if it has one' : fieldNames.reference}
          value={reference}
          onChange={setReference}
          isNeeded={route !== 'minor'}
        />
      )}
      <ReasonField value={reason} onChange={setReason} />
      <p>
        {route === 'narrows'
          ? 'If they let anybody do anything that was shut before, the gate refuses, and says so.'
          : 'They hold once two others, neither you nor anybody whom they name, have looked at the effect and approved it.'}
      </p>
    </ActDialog>
  )
}
