import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ActDialog, ReasonField, useAsking } from '../../parts/act-dialog.tsx'
import { useAct } from '../../parts/act.tsx'
import { Asked } from '../../parts/asked.tsx'
import { Nothing } from '../../parts/nothing.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { PolicyChanges } from '../../parts/policy-changes.tsx'
import { useSettled } from '../../parts/use-settled.ts'
import { askedFor } from '../../parts/wording.ts'
import { CheckShown } from './checked.tsx'
import { Editor } from './editor.tsx'
import { examplesIn, Examples } from './examples.tsx'
import { beginningQuery, checkQuery, effectOfTextQuery, type Checked, type Edited } from './query.ts'

export const page = createLazyRoute('/shell/policies/edit')({ component: PolicyEditor })

function PolicyEditor() {
  const beginning = useQuery(beginningQuery)
  return (
    <Page
      title="Edit policies"
      lead="The gate tries what you write as you write it, and keeps nothing of it before you ask for it. Leaving the page forgets it."
      actions={<Link to="/policies">What is in force</Link>}
    >
      <Asked what="the policies in force" query={beginning}>
        {({ policyText }) => <Editing beginning={policyText} />}
      </Asked>
    </Page>
  )
}

/** A moment without a key, after which it is tried. */
const pauseMs = 700

function Editing({ beginning }: { readonly beginning: string }) {
  const [text, write] = useState(beginning)
  const [examplesText, writeExamples] = useState('')
  const [effectOf, askEffect] = useState<string | null>(null)
  const { asked, open, close } = useAsking<'propose'>()
  const settled = useSettled(text, pauseMs)
  const read = examplesIn(useSettled(examplesText, pauseMs))
  const edited: Edited = { policyText: settled, examples: read.examples }
  const check = useQuery(checkQuery(edited))
  const isCurrent = settled === text && check.data !== undefined
  const isGood = isCurrent && holds(check.data) && read.fault === null
  return (
    <>
      <Section title="The policies">
        <Editor text={text} onChange={write} findings={settled === text ? (check.data?.findings ?? []) : []} />
      </Section>
      <Section
        title="What the gate says"
        actions={
          <>
            <Button disabled={!isCurrent || check.data.digest === null} onClick={() => askEffect(text)}>
              Who would gain or lose
            </Button>
            <Button appearance="primary" disabled={!isGood || text === beginning} onClick={() => open('propose')}>
              Ask two others
            </Button>
          </>
        }
      >
        {isCurrent ? (
          <CheckShown checked={check.data} />
        ) : (
          <Asked what="what the gate says of it" query={{ ...check, data: undefined }}>
            {() => null}
          </Asked>
        )}
      </Section>
      {effectOf !== null && <Effect policyText={effectOf} isOld={effectOf !== text} />}
      <Section title="Examples of your own">
        <Examples text={examplesText} onChange={writeExamples} fault={read.fault} />
      </Section>
      {asked === 'propose' && <Propose edited={{ policyText: text, examples: read.examples }} onClose={close} />}
    </>
  )
}

/** Whether it may be asked for; what the examples of this version answer otherwise may be just what is wanted. */
function holds({ digest, methods, examples }: Checked): boolean {
  return (
    digest !== null &&
    methods.every(({ proved }) => proved) &&
    examples.every((one) => one.holds || one.whose === 'ours')
  )
}

function Effect({ policyText, isOld }: { readonly policyText: string; readonly isOld: boolean }) {
  const effect = useQuery(effectOfTextQuery(policyText))
  return (
    <Section title="Who would gain or lose what">
      {isOld && <p>You changed the policies since: ask again to see what they would do now.</p>}
      <Asked what="what it would do to everybody and everything" query={effect}>
        {(one) =>
          one.changes.length === 0 ? (
            <Nothing title="Nobody would gain or lose anything" />
          ) : (
            <PolicyChanges effect={one} />
          )
        }
      </Asked>
    </Section>
  )
}

function Propose({ edited, onClose }: { readonly edited: Edited; readonly onClose: () => void }) {
  const navigate = useNavigate()
  const [reason, setReason] = useState('')
  const propose = useAct({
    name: 'proposePolicySet',
    done: ({ needed }) => askedFor('edited policies', needed),
    changes: ['approvals', 'policies'],
    onDone: ({ approvalId }) => void navigate({ to: '/approvals/$approvalId', params: { approvalId } }),
  })
  return (
    <ActDialog
      title="Ask for exactly these policies?"
      verb="Ask two others"
      isPending={propose.isPending}
      error={propose.error}
      onClose={onClose}
      onSubmit={() => propose.mutate({ body: { ...edited, reason } })}
    >
      <p>
        They are kept by their digest. Two others see what differs and who gains or loses what by it; with the second
        approval they decide.
      </p>
      <ReasonField value={reason} onChange={setReason} />
    </ActDialog>
  )
}
