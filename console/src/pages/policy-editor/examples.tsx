// Examples of what the policies must answer, as data: they go with the request, and hold before it can be made.

import { Field, Textarea } from '@fluentui/react-components'
import type { Edited } from './query.ts'

type OfThem = NonNullable<Edited['examples']>

export interface ExamplesRead {
  readonly examples: OfThem
  /** Why they could not be read; null where they could, or there are none. */
  readonly fault: string | null
}

/** Read examples from JSON. What is in each, the gate checks. */
export function examplesIn(text: string): ExamplesRead {
  if (text.trim() === '') return { examples: [], fault: null }
  try {
    const read: unknown = JSON.parse(text)
    if (Array.isArray(read)) return { examples: read as OfThem, fault: null }
    return { examples: [], fault: 'Want a list: [{ "title": ..., "action": ..., "decision": ... }]' }
  } catch (error) {
    return { examples: [], fault: error instanceof Error ? error.message : 'This is no JSON' }
  }
}

const shape = `[{ "title": "an engineer opens a file of her program", "action": "file.open", "decision": "permit" }]`

export function Examples({
  text,
  onChange,
  fault,
}: {
  readonly text: string
  readonly onChange: (text: string) => void
  readonly fault: string | null
}) {
  return (
    <Field
      label="As JSON"
      hint="What is left out is that of an engineer who is a U.S. person, in the United States, and of a file of her program falcon"
      validationMessage={fault}
    >
      <Textarea value={text} rows={6} placeholder={shape} onChange={(_, data) => onChange(data.value)} />
    </Field>
  )
}
