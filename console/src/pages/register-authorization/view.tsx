import { useMutation, useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { useState } from 'react'
import { GateProblem, type AnswerOf } from '../../api/index.ts'
import { ActDialog } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Page } from '../../parts/page.tsx'
import { askedFor } from '../../parts/wording.ts'
import { AmendDialog, type Amended } from './amend-dialog.tsx'
import { Asking } from './asking.tsx'
import { Done } from './done.tsx'
import { draftOf } from './draft-of.ts'
import { emptyDraft, type Draft, type Terms } from './draft.ts'
import { Exemption } from './exemption.tsx'
import { ShowFaults } from './fields.tsx'
import { General, Reach } from './general.tsx'
import { guideOf, missingIn } from './kinds.ts'
import { Lines, Paper } from './paper.tsx'
import { Determinations, Employees, Parties } from './parties.tsx'
import { Provisos } from './provisos.tsx'
import { askEffect, standingQuery, type Standing } from './query.ts'
import { faultsOf, termsOf, type Fault } from './terms-of.ts'

export const page = createLazyRoute('/shell/authorizations/register')({ component: Register })

function Register() {
  const { amends } = page.useSearch()
  return amends === undefined ? <Form key="new" standing={null} /> : <Amend key={amends} authorizationId={amends} />
}

function Amend({ authorizationId }: { readonly authorizationId: string }) {
  const standing = useQuery(standingQuery(authorizationId))
  if (standing.data !== undefined) return <Form standing={standing.data} />
  return (
    <Page title="Other terms">
      <Asked what="its terms" query={standing}>
        {() => null}
      </Asked>
    </Page>
  )
}

type Ended = { readonly registered: AnswerOf<'registerAuthorization'> } | { readonly amended: Amended }

/** `standing`: whose terms are to become others; null for one that is new. */
function Form({ standing }: { readonly standing: Standing | null }) {
  const [draft, setDraft] = useState<Draft>(() =>
    standing === null
      ? emptyDraft('DSP-5', guideOf('DSP-5').citation)
      : draftOf(standing.authorization.terms, standing.nameOf),
  )
  const [faults, setFaults] = useState<readonly Fault[]>([])
  const [isAsked, ask] = useState(false)
  const [done, finish] = useState<Ended | null>(null)
  const { asks } = guideOf(draft.kind)
  const look = useMutation({
    mutationFn: async (terms: Terms) => await askEffect(terms, standing?.authorization.id),
    onError: place,
  })

  /** What the gate found wrong stands at its field. */
  function place(error: unknown): void {
    if (error instanceof GateProblem) {
      setFaults(error.faults.map(({ where, text }) => ({ field: where.replace(/^(change\.)?terms\./, ''), text })))
    }
  }

  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }))
    // What was looked at is not what stands there any more.
    look.reset()
  }
  const onLook = () => {
    const terms = termsOf(draft)
    const found = faultsOf(terms)
    setFaults(found)
    if (found.length === 0) look.mutate(terms)
  }
  if (done !== null) return <Done {...done} />
  const part = { draft, change }
  return (
    <Page
      title={standing === null ? 'Register an authorization' : `Other terms for ${draft.number}`}
      lead={
        standing === null
          ? 'Type it from its paper. Nothing is kept until you ask; two other officers make it effective.'
          : 'All of the terms as they are to be. Nothing is kept until you ask; what only takes away holds at once.'
      }
    >
      <ShowFaults value={faults}>
        <General {...part} isFixed={standing !== null} />
        {asks.exemption && <Exemption {...part} />}
        <Parties {...part} />
        <Reach {...part} />
        <Provisos {...part} />
        {asks.lines && <Lines {...part} />}
        {asks.determinations && <Determinations {...part} />}
        {asks.employees && <Employees {...part} />}
        <Paper {...part} />
        <Asking
          missing={missingIn(draft)}
          faults={faults}
          effect={look.data ?? null}
          isLooking={look.isPending}
          error={faults.length > 0 ? null : look.error}
          verb={standing === null ? 'Register it' : 'Give it these terms'}
          onLook={onLook}
          onAsk={() => ask(true)}
        />
      </ShowFaults>
      {isAsked && standing === null && (
        <RegisterDialog
          terms={termsOf(draft)}
          onDone={(registered) => finish({ registered })}
          onError={place}
          onClose={() => ask(false)}
        />
      )}
      {isAsked && standing !== null && (
        <AmendDialog
          authorization={standing.authorization}
          terms={termsOf(draft)}
          onDone={(amended) => finish({ amended })}
          onError={place}
          onClose={() => ask(false)}
        />
      )}
    </Page>
  )
}

function RegisterDialog({
  terms,
  onDone,
  onError,
  onClose,
}: {
  readonly terms: Terms
  readonly onDone: (registered: AnswerOf<'registerAuthorization'>) => void
  readonly onError: (error: unknown) => void
  readonly onClose: () => void
}) {
  const register = useAct({
    name: 'registerAuthorization',
    done: ({ authorization }) => askedFor(`${authorization.terms.number} in effect`, 2),
    changes: ['authorizations', 'approvals', 'tasks'],
    onDone,
  })
  return (
    <ActDialog
      title={`Register ${terms.number}?`}
      verb="Ask two others"
      isPending={register.isPending}
      error={register.error}
      onClose={onClose}
      onSubmit={() => register.mutate({ body: terms }, { onError })}
    >
      <p>
        {terms.title}. It covers nobody until two other officers, neither you nor anybody whom it names, have looked at
        its effect and approved it.
      </p>
    </ActDialog>
  )
}
