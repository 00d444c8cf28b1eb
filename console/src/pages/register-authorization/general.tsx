// What an authorization is, when it holds, and for what.

import { makeStyles, Spinner, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import type { AnswerOf } from '../../api/index.ts'
import { fieldNames } from '../../parts/authorization-fields.ts'
import { kindNames } from '../../parts/authorization-standing.ts'
import { labelsQuery } from '../../parts/label-titles.tsx'
import { Section } from '../../parts/page.tsx'
import type { Draft, PartProps } from './draft.ts'
import { ChoiceField, CountriesField, DayField, FieldGrid, NamesField, TextField } from './fields.tsx'
import { guideOf } from './kinds.ts'
import { purposesQuery } from './query.ts'

const useStyles = makeStyles({ what: { marginBlock: tokens.spacingVerticalM, color: tokens.colorNeutralForeground2 } })

/** `isFixed`: of one that stands, the kind and the number stay. */
export function General({ draft, change, isFixed = false }: PartProps & { readonly isFixed?: boolean }) {
  const styles = useStyles()
  const guide = guideOf(draft.kind)
  const choose = (kind: Draft['kind']) => {
    // What was typed over stays; a citation that came with the other kind goes with it.
    const isOwn = draft.citation !== '' && draft.citation !== guide.citation
    change({ kind, ...(isOwn ? {} : { citation: guideOf(kind).citation }) })
  }
  return (
    <Section title="What it is">
      <FieldGrid>
        {isFixed ? (
          <p>
            {kindNames[draft.kind]}, number {draft.number}: both stay.
          </p>
        ) : (
          <>
            <ChoiceField
              label={fieldNames.kind}
              value={draft.kind}
              onChange={(kind) => choose(kind as Draft['kind'])}
              options={Object.entries(kindNames)}
            />
            <TextField
              label={fieldNames.number}
              place="number"
              value={draft.number}
              onChange={(number) => change({ number })}
              max={60}
              isNeeded
            />
          </>
        )}
        <TextField
          label={fieldNames.title}
          place="title"
          value={draft.title}
          onChange={(title) => change({ title })}
          isNeeded
        />
        <TextField
          label={fieldNames.citation}
          place="citation"
          hint="As it is written on each record of a release"
          value={draft.citation}
          onChange={(citation) => change({ citation })}
          max={120}
          isNeeded
        />
        <DayField
          label={fieldNames.validFrom}
          place="validFrom"
          hint="From its beginning, UTC"
          value={draft.validFrom}
          onChange={(validFrom) => change({ validFrom })}
          isNeeded
        />
        <DayField
          label={fieldNames.validUntil}
          place="validUntil"
          hint="To its end, UTC: then access ends by itself"
          value={draft.validUntil}
          onChange={(validUntil) => change({ validUntil })}
          isEnd
          isNeeded
        />
      </FieldGrid>
      <p className={styles.what}>{guide.what}</p>
    </Section>
  )
}

/** For what it is: all of it has to fit, for a person and a file, or it covers nothing. */
export function Reach(part: PartProps) {
  const labels = useQuery(labelsQuery)
  const purposes = useQuery(purposesQuery)
  // What is known comes first, so that nothing that is typed moves; without it everything is typed.
  const isReady = !labels.isPending && !purposes.isPending
  return (
    <Section title="What it reaches">
      {isReady ? (
        <ReachFields {...part} labels={labels.data?.labels ?? []} purposes={purposes.data ?? []} />
      ) : (
        <Spinner size="small" label="Reading labels and purposes" />
      )}
    </Section>
  )
}

function ReachFields({
  draft,
  change,
  labels,
  purposes,
}: PartProps & { readonly labels: AnswerOf<'labels'>['labels']; readonly purposes: readonly string[] }) {
  const of = (dimension: string) =>
    labels.filter((one) => one.dimension === dimension).map(({ value, title }) => ({ value, text: title }))
  return (
    <FieldGrid>
      <CountriesField
        label={fieldNames.countries}
        place="countries"
        hint="Every country that counts for a person has to be named. Two letters each (ISO 3166-1), with commas"
        value={draft.countries}
        onChange={(countries) => change({ countries })}
        isNeeded
      />
      <NamesField
        label={fieldNames.items}
        place="items"
        known={of('item')}
        hint="As labels have them: iv-h-1"
        value={draft.items}
        onChange={(items) => change({ items })}
        isNeeded
      />
      <NamesField
        label={fieldNames.programs}
        place="programs"
        known={of('program')}
        hint="Short names, as labels have them"
        value={draft.programs}
        onChange={(programs) => change({ programs })}
        isNeeded
      />
      <NamesField
        label={fieldNames.purposes}
        place="purposes"
        known={purposes.map((one) => ({ value: one, text: one }))}
        hint="Short names: what people are assigned to programs for"
        value={draft.purposes}
        onChange={(purposes_) => change({ purposes: purposes_ })}
        isNeeded
      />
    </FieldGrid>
  )
}
