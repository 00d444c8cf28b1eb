// What an administrator looks at: whether the gate is well, its keys, and what people ask of them.

import { Badge } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { Asked } from '../../parts/asked.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
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

const states = { current: 'In use', waiting: 'Waits for approval', old: 'Opens what it made' } as const

function Keys() {
  const keys = useQuery(keysQuery)
  return (
    <Section title="Keys">
      <Asked what="the keys" query={keys}>
        {({ keys }) => (
          <Items
            items={keys.map(({ kid, door, algorithm, state, madeAt, files }) => ({
              key: kid,
              what: `${door}: ${algorithm}`,
              more: (
                <>
                  {kid}, made <Moment at={madeAt} isDay />
                  {files !== null && `, ${files} files lean on it`}
                </>
              ),
              end: (
                <Badge appearance="tint" color={state === 'current' ? 'success' : 'informative'}>
                  {states[state]}
                </Badge>
              ),
            }))}
          />
        )}
      </Asked>
    </Section>
  )
}
