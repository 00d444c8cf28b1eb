// What an administrator looks at: whether the gate is well, its keys, and what people ask of them.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Asked } from '../../parts/asked.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Section } from '../../parts/page.tsx'
import { enclaveQuery } from '../../shell/enclave.ts'
import { AskedOfMe } from './officer.tsx'
import { keysQuery, readinessQuery } from './query.ts'

export function AdministratorHome() {
  return (
    <>
      <Health />
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
              ['Backup', backup(kind, readyForControlledData)],
              ['Version', version],
              ['Address', publicUrl],
            ]}
          />
        )}
      </Asked>
    </Section>
  )
}

function backup(kind: 'sample' | 'real', isReady: boolean): string {
  if (kind === 'sample') return 'A sample, which needs none'
  return isReady
    ? 'A restore was tried and passed'
    : 'No restore was tried yet: write a backup and try it before controlled data comes in'
}

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
