// Under which authorization a foreign person opens a file, and what it holds them to: as the gate decided it, not as this page reads it.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { AnswerOf } from '../../api/index.ts'
import { answerOf } from '../../parts/asked.tsx'
import { kindNames } from '../../parts/authorization-standing.ts'
import { Facts } from '../../parts/facts.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Section } from '../../parts/page.tsx'
import { useSession } from '../../shell/routes.ts'
import { bindingQuery } from './query.ts'

type Binding = AnswerOf<'fileProvisos'>

/** Who may read the register, by the policies that ship. */
const registerReaders: readonly string[] = ['officer', 'empowered-official', 'auditor']

/** Nothing where none is needed, and nothing where the gate refuses: whoever opens it then is told why. */
export function BindingTerms({ fileId }: { readonly fileId: string }) {
  const data = answerOf(useQuery(bindingQuery(fileId)))
  if (data === undefined || data.authorization === null) return null
  return (
    <Section title="Under what you open it">
      <Bound bound={data} authorization={data.authorization} />
    </Section>
  )
}

function Bound({
  bound: { obligations, conditions, provisos },
  authorization,
}: {
  readonly bound: Binding
  readonly authorization: NonNullable<Binding['authorization']>
}) {
  const { roles } = useSession()
  const { id, number, kind, citation, validUntil } = authorization
  const binds = [
    ...obligations.map((one) => ({
      key: `obligation ${one.id} ${one.text}`,
      what: obligationWords(one.id),
      more: one.text,
    })),
    ...provisos.map((one) => ({
      key: `acknowledge ${one.id}`,
      what: one.isAcknowledged ? 'You have acknowledged this' : 'Acknowledge this before it opens',
      more: one.text,
    })),
    ...conditions.map((one) => ({ key: `condition ${one.id}`, what: 'You open it on this condition', more: one.text })),
  ]
  return (
    <>
      <Facts
        facts={[
          [
            'Authorization',
            roles.some((role) => registerReaders.includes(role)) ? (
              <Link key="number" to="/authorizations/$authorizationId" params={{ authorizationId: id }}>
                {number}
              </Link>
            ) : (
              number
            ),
          ],
          ['Kind', kindNames[kind]],
          ['Cited as', citation],
          ['Until', <Moment key="until" at={validUntil} />],
        ]}
      />
      {binds.length === 0 ? <p>It asks nothing more of you.</p> : <Items items={binds} />}
    </>
  )
}

const words: Readonly<Record<string, string>> = {
  'view-only': 'You look at it here: it is not saved, printed or copied',
  watermark: 'It is drawn with your name and the time on it',
  acknowledge: 'You are asked to acknowledge this each time you open it',
}

function obligationWords(id: string): string {
  return words[id] ?? `You are held to: ${id.replaceAll('-', ' ')}`
}
