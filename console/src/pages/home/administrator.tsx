// What an administrator looks at: whether the gate is well, its keys, and what people ask of them.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Asked } from '../../parts/asked.tsx'
import { backupsQuery, dueTexts } from '../../parts/backups.ts'
import { Facts } from '../../parts/facts.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Section } from '../../parts/page.tsx'
import { enclaveQuery } from '../../shell/enclave.ts'
import { AskedOfMe } from './officer.tsx'
import { keysQuery, readinessQuery } from './query.ts'

export function AdministratorHome() {
  return (
    <>
      <Health />
      <BackupsToday />
      <Keys />
      <AskedOfMe />
    </>
  )
}

function Health() {
  const enclave = useQuery(enclaveQuery)
  const readiness = useQuery(readinessQuery)
  return (
    <Section title="Health">
      <Asked what="how the gate is" query={enclave}>
        {({ kind, readyForControlledData, version, publicUrl }) => (
          <Facts
            facts={[
              [
                'Database, policies, keys, ledger',
                <Asked key="ready" what="whether it is ready" query={readiness}>
                  {({ isReady }) =>
                    isReady ? 'All there: the gate decides' : 'Not ready: the gate refuses everything'
                  }
                </Asked>,
              ],
              ['Controlled data', mayHold(kind, readyForControlledData)],
              ['Version', version],
              ['Address', publicUrl],
            ]}
          />
        )}
      </Asked>
    </Section>
  )
}

function mayHold(kind: 'sample' | 'real', isReady: boolean): string {
  if (kind === 'sample') return 'A sample: nothing here is protected'
  return isReady ? 'May come in: a restore was tried and passed' : 'Not yet: a drill has to pass first'
}

function BackupsToday() {
  const backups = useQuery(backupsQuery)
  return (
    <Section title="Backups" actions={<Link to="/backups">All backups</Link>}>
      <Asked what="the backups" query={backups}>
        {({ backups: [newest], due }) => (
          <Facts
            facts={[
              [
                'Newest',
                newest === undefined ? 'None yet' : <Newest key="newest" madeAt={newest.madeAt} path={newest.path} />,
              ],
              ['Read again', when(newest?.verifiedAt)],
              ['Tried by a drill', when(newest?.drill?.at)],
              ['Due', due.length === 0 ? 'Nothing' : due.map((what) => dueTexts[what]).join('. ')],
            ]}
          />
        )}
      </Asked>
    </Section>
  )
}

function Newest({ madeAt, path }: { readonly madeAt: string; readonly path: string | null }) {
  return (
    <>
      <Moment at={madeAt} />
      {path !== null && `, ${path}`}
    </>
  )
}

const when = (at: string | null | undefined) => (at === null || at === undefined ? 'Never' : <Moment at={at} />)

function Keys() {
  const keys = useQuery(keysQuery)
  return (
    <Section title="Keys" actions={<Link to="/keys">All keys</Link>}>
      <Asked what="the keys" query={keys}>
        {({ keys }) => {
          const waiting = keys.filter(({ state }) => state === 'waiting').length
          const older = keys.reduce((sum, { state, files }) => sum + (state === 'old' ? (files ?? 0) : 0), 0)
          return (
            <Facts
              facts={[
                ['In use', `${keys.filter(({ state }) => state === 'current').length}`],
                ['Wait for an officer', waiting === 0 ? 'none' : `${waiting}`],
                ['Files under older keys', older === 0 ? 'none' : `${older.toLocaleString()}: move them`],
              ]}
            />
          )
        }}
      </Asked>
    </Section>
  )
}
