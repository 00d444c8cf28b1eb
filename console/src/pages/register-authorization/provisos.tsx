// The proviso editor: what the approval says, what it comes to here, and that in words before anybody is asked.

import { makeStyles, tokens } from '@fluentui/react-components'
import { obligationNames, provisoKindNames, provisoWords } from '../../parts/proviso-words.ts'
import { Section } from '../../parts/page.tsx'
import { Cards } from './cards.tsx'
import { emptyProviso, type PartProps, type Proviso, type ProvisoDraft } from './draft.ts'
import { ChoiceField, DateField, FieldGrid, LongField, TextField } from './fields.tsx'
import { Limits } from './limits.tsx'
import { provisoOf } from './terms-of.ts'

const kinds = {
  condition: 'decides who is covered, where, for what and until when',
  obligation: 'goes with the key: what the program that opens has to do',
  duty: 'is somebody’s, with a day and what will show that it was done',
  manual: 'somebody sees to it, and nothing here enforces it',
} as const satisfies Record<Proviso['kind'], string>

const useStyles = makeStyles({
  words: {
    margin: 0,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    boxSizing: 'border-box',
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
  },
})

export function Provisos({ draft, change }: PartProps) {
  return (
    <Section title="Provisos">
      <p>Each proviso of the approval comes to one of four things, and never stays text alone.</p>
      <Cards
        all={draft.provisos}
        onChange={(provisos) => change({ provisos })}
        nameOf={({ id }) => `Proviso ${id}`}
        add="Add a proviso"
        make={() => emptyProviso(draft.provisos)}
      >
        {(one, changeOne, at) => <ProvisoEditor draft={draft} proviso={one} change={changeOne} at={at} />}
      </Cards>
    </Section>
  )
}

export interface ProvisoProps {
  readonly draft: PartProps['draft']
  readonly proviso: ProvisoDraft
  readonly change: (part: Partial<ProvisoDraft>) => void
  readonly at: number
}

function ProvisoEditor(props: ProvisoProps) {
  const { proviso, change, at } = props
  const place = (member: string) => `provisos.${at}.${member}`
  return (
    <>
      <FieldGrid>
        <LongField
          label="What the approval says"
          place={place('text')}
          hint="In its own words: this is what people acknowledge where they have to"
          value={proviso.text}
          onChange={(text) => change({ text })}
          isNeeded
        />
        <ChoiceField
          label="What it comes to"
          hint={`It ${kinds[proviso.kind]}.`}
          value={proviso.kind}
          onChange={(kind) => change({ kind: kind as Proviso['kind'] })}
          options={Object.entries(provisoKindNames)}
        />
        <TextField
          label="Short name"
          place={place('id')}
          hint="It stays: acknowledgments name it"
          value={proviso.id}
          onChange={(id) => change({ id })}
          max={63}
          isNeeded
        />
      </FieldGrid>
      {proviso.kind === 'condition' && <Limits {...props} />}
      {proviso.kind === 'obligation' && (
        <ChoiceField
          label="What whoever opens is held to"
          place={place('obligation')}
          hint="A program that cannot do it opens nothing"
          value={proviso.obligation}
          onChange={(obligation) => change({ obligation })}
          options={obligationNames}
        />
      )}
      {(proviso.kind === 'duty' || proviso.kind === 'manual') && (
        <FieldGrid>
          <TextField
            label="Whose it is"
            place={place('owner')}
            value={proviso.owner}
            onChange={(owner) => change({ owner })}
            isNeeded
          />
          {proviso.kind === 'duty' && (
            <>
              <DateField label="Due on" place={place('due')} value={proviso.due} onChange={(due) => change({ due })} />
              <TextField
                label="What will show that it was done"
                place={place('evidence')}
                value={proviso.evidence}
                onChange={(evidence) => change({ evidence })}
                max={300}
              />
            </>
          )}
        </FieldGrid>
      )}
      <InWords proviso={proviso} />
    </>
  )
}

function InWords({ proviso }: { readonly proviso: ProvisoDraft }) {
  const styles = useStyles()
  const nameOf = (id: string) => proviso.persons.find((one) => one.id === id)?.name ?? id
  const words = provisoWords(provisoOf(proviso), nameOf)
  return (
    <p className={styles.words}>
      Here it is: {words.length === 0 ? 'nothing yet, say what it limits' : words.join(' · ')}
    </p>
  )
}
