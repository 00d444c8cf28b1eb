import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link } from '@tanstack/react-router'
import { useAsking } from '../../parts/act-dialog.tsx'
import { Asked } from '../../parts/asked.tsx'
import { firstBackupCommands } from '../../parts/backup-commands.ts'
import { Commands } from '../../parts/commands.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Classifying } from '../../parts/classifying.tsx'
import { MakingVault } from '../../parts/making-vault.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Steps, type Step } from '../../parts/steps.tsx'
import { enclaveQuery } from '../../shell/enclave.ts'
import { useSession } from '../../shell/routes.ts'
import { Labelling } from './labelling.tsx'
import { firstStepsQuery } from './query.ts'

export const page = createLazyRoute('/shell/first-steps')({ component: FirstSteps })

function FirstSteps() {
  const session = useSession()
  const enclave = useQuery(enclaveQuery)
  return (
    <Page
      title="First steps"
      lead="From a founded enclave to one that may hold controlled data. Each step is an act of somebody, decided and recorded like every other."
    >
      <Section title="What is left to do">
        <Asked what="how the enclave is" query={enclave}>
          {({ readyForControlledData, kind }) =>
            session.roles.includes('officer') ? (
              <Left isReady={readyForControlledData} isSample={kind === 'sample'} place={session.place} />
            ) : (
              <Nothing title="An officer goes through these">
                They classify, label and make vaults. The backup and its drill are done at the host of the gate.
              </Nothing>
            )
          }
        </Asked>
      </Section>
    </Page>
  )
}

function Left({
  isReady,
  isSample,
  place,
}: {
  readonly isReady: boolean
  readonly isSample: boolean
  readonly place: string | null
}) {
  const { person } = useSession()
  const asking = useAsking<'classification' | 'label' | 'vault'>()
  const everything = useQuery(firstStepsQuery)
  return (
    <Asked what="what there is" query={everything}>
      {({ records, labels, vaults, people }) => {
        const waiting = records.filter(({ state }) => state === 'registered').length
        const held = records.filter(({ state }) => state === 'in-force').map(({ terms }) => terms.number)
        const engineer = people.find((one) => one.roles.includes('engineer'))
        const act = (what: 'classification' | 'label' | 'vault', verb: string, isPossible = true) => (
          <Button size="small" disabled={!isPossible} onClick={() => asking.open(what)}>
            {verb}
          </Button>
        )
        const steps: readonly Step[] = [
          {
            title: 'Know where people are',
            why:
              place === null
                ? 'You are at no place that the configuration knows: nothing opens here. An administrator names your networks (network.places) and starts the gate again.'
                : `You are at ${place}. Whatever address is in no configured place is unknown, and nothing opens there.`,
            isDone: place !== null,
          },
          {
            title: 'Classify what you hold',
            why:
              waiting > 0
                ? 'A record waits for two others: they find it under Approvals. No label stands without a record in force.'
                : 'A record says which paragraph of the USML or which ECCN an article is, and how that was found. No label stands without one in force; two others approve it.',
            isDone: held.length > 0,
            act: act('classification', 'Register a classification'),
          },
          {
            title: 'Define labels',
            why: 'Labels are the words that decisions know: jurisdiction, item, program. A label lets nobody see anything.',
            isDone: labels.length > 0,
            act: act('label', 'Define a label', held.length > 0 || labels.length > 0),
          },
          {
            title: 'Make a vault',
            why: 'Files lie in vaults, each sealed under the labels of its vault. Who may open one is decided at each opening.',
            isDone: vaults.length > 0,
            act: act('vault', 'Make a vault', labels.length > 0),
          },
          {
            title: 'Bring in the first engineer',
            why: 'Add them, bind how they sign in, verify their status, grant the role, assign them to the program. Whatever widens is approved by two others, one request after the other.',
            isDone: engineer !== undefined,
            act: <Link to="/people">People</Link>,
          },
          {
            title: 'Protect a file that is not controlled',
            why: 'The engineer protects a small file into the vault and keeps it: it is what the restore is tried with.',
            isDone: vaults.some(({ fileCount }) => fileCount > 0),
            act: <Link to="/files">Files</Link>,
          },
          {
            title: 'Back up, and try the restore',
            why: 'At the host of the gate, while it serves. Until a restore was tried and its file opened, the enclave calls itself not ready for controlled data. Keep the key apart from backup and gate.',
            isDone: isReady,
            act: (
              <Commands
                text={firstBackupCommands(
                  { officer: person?.id ?? null, opener: engineer?.id ?? null, canary: null },
                  isSample,
                )}
              />
            ),
          },
        ]
        const next = steps.find(({ isDone }) => !isDone)
        return (
          <>
            <Steps steps={steps.map((one) => ({ ...one, isNext: one === next }))} />
            {asking.asked === 'classification' && <Classifying onClose={asking.close} />}
            {asking.asked === 'label' && <Labelling records={held} onClose={asking.close} />}
            {asking.asked === 'vault' && <MakingVault labels={labels} isFirst onClose={asking.close} />}
          </>
        )
      }}
    </Asked>
  )
}
