import { Badge, Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import type { AnswerOf } from '../../api/index.ts'
import { useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { classificationFacts } from '../../parts/classification-facts.tsx'
import { ClassificationState } from '../../parts/classification-state.tsx'
import { Classifying } from '../../parts/classifying.tsx'
import { Facts } from '../../parts/facts.tsx'
import { VaultLink } from '../../parts/file-links.tsx'
import { Items } from '../../parts/items.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { useSession } from '../../shell/routes.ts'
import { carriersQuery, classificationQuery, lineQuery } from './query.ts'
import { Withdrawing } from './withdrawing.tsx'

export const page = createLazyRoute('/shell/classifications/$classificationId')({ component: Classification })

function Classification() {
  const { classificationId } = page.useParams()
  const one = useQuery(classificationQuery(classificationId))
  const { data } = one
  return (
    <Page
      title={data === undefined ? 'Classification' : `${data.terms.number}: ${data.terms.title}`}
      actions={data !== undefined && <Acts classification={data} />}
    >
      <Asked what="the record" query={one}>
        {({ terms, says, reason, withdrawn }) => (
          <Section title="What it says">
            <p>
              <strong>{says}</strong>
            </p>
            <Facts
              facts={[
                ...classificationFacts(terms),
                ['Why', reason],
                ...(withdrawn === null ? [] : [['Withdrawn', withdrawn.reason] as const]),
              ]}
            />
          </Section>
        )}
      </Asked>
      <Carriers classificationId={classificationId} />
      <Line classificationId={classificationId} />
    </Page>
  )
}

function Acts({ classification }: { readonly classification: AnswerOf<'classification'> }) {
  const { roles } = useSession()
  const { asked, open, close } = useAsking<'supersede' | 'withdraw'>()
  const { state, terms } = classification
  const isOfficer = roles.includes('officer')
  return (
    <>
      <ClassificationState classification={classification} />
      {isOfficer && (state === 'in-force' || state === 'withdrawn') && (
        <Button onClick={() => open('supersede')}>One in its place</Button>
      )}
      {isOfficer && (state === 'in-force' || state === 'registered') && (
        <Button onClick={() => open('withdraw')}>Withdraw</Button>
      )}
      {asked === 'supersede' && <Classifying before={terms} onClose={close} />}
      {asked === 'withdraw' && <Withdrawing classification={classification} onClose={close} />}
    </>
  )
}

function Carriers({ classificationId }: { readonly classificationId: string }) {
  const carriers = useQuery(carriersQuery(classificationId))
  return (
    <Section title="What stands on it">
      <Asked what="what stands on it" query={carriers}>
        {({ labels, vaults, filesWithAdded }) =>
          labels.length + vaults.length === 0 ? (
            <Nothing title="Nothing stands on it">No label names it or a record of its line.</Nothing>
          ) : (
            <Items
              items={[
                ...labels.map(({ fqn, title, dimension, value, reads }) => ({
                  key: fqn,
                  what: title,
                  more: `label ${dimension}/${value}`,
                  end: (
                    <Badge appearance="tint" color={reads === null ? 'danger' : 'informative'}>
                      {reads === null ? 'Nobody knows what it means: refused' : `Means ${reads}`}
                    </Badge>
                  ),
                })),
                ...vaults.map(({ id, name, fileCount }) => ({
                  key: id,
                  what: <VaultLink id={id} name={name} />,
                  more:
                    fileCount === 1
                      ? 'vault with 1 file'
                      : `vault with ${fileCount >= 100 ? '100 or more' : fileCount} files`,
                })),
                ...(filesWithAdded.length === 0
                  ? []
                  : [{ key: 'added', what: `${filesWithAdded.length} files to which one of the labels was added` }]),
              ]}
            />
          )
        }
      </Asked>
    </Section>
  )
}

function Line({ classificationId }: { readonly classificationId: string }) {
  const line = useQuery(lineQuery(classificationId))
  return (
    <Section title="Every record of its line">
      <Asked what="its line" query={line}>
        {({ line: records }) => (
          <Items
            items={records.toReversed().map((one) => ({
              key: one.id,
              what: (
                <Link to="/classifications/$classificationId" params={{ classificationId: one.id }}>
                  {`${one.terms.number}: ${one.says}`}
                </Link>
              ),
              more: (
                <>
                  {one.effectiveAt === null ? 'not in force yet' : <Moment at={one.effectiveAt} />}
                  {one.endedAt !== null && (
                    <>
                      {' '}
                      to <Moment at={one.endedAt} />
                    </>
                  )}{' '}
                  · {one.withdrawn?.reason ?? one.reason}
                </>
              ),
              end: <ClassificationState classification={one} />,
            }))}
          />
        )}
      </Asked>
    </Section>
  )
}
